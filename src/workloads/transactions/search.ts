import { sqlStatement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly term: string;
}

// The rank is computed for 200 matches at most: a common word matches a tenth of the catalogue, and
// a shop that ranked them all would answer its most usual searches slowest.
const results = sqlStatement<Input, { id: number; name: string; price_cents: number }>(
  'search.results',
  `select id, slug, name, price_cents
   from (
     select id, slug, name, price_cents, search
     from shop.products
     where search @@ websearch_to_tsquery('english', :term) and status = 'active'
     limit 200
   ) matching
   order by ts_rank(search, websearch_to_tsquery('english', :term)) desc, id
   limit 20`,
);

/** Full-text search over names and descriptions. */
export const search: Transaction<Input> = {
  name: 'search',
  access: 'read',
  statements: [results],
  input: (shopper) => ({ term: shopper.searchTerm() }),
  async run(session, input) {
    await session.execute(results, input);
    return DONE;
  },
};
