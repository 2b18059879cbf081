import { sqlStatement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  /** What has been typed so far. */
  readonly prefix: string;
  /** The whole word, two of its letters swapped. */
  readonly misspelt: string;
}

const complete = sqlStatement<Pick<Input, 'prefix'>, { name: string }>(
  'suggest.complete',
  'select id, name from shop.complete_name(:prefix::text)',
);

const similar = sqlStatement<Pick<Input, 'misspelt'>, { name: string }>(
  'suggest.similar',
  'select id, name, likeness from shop.search_similar(:misspelt::text)',
);

/** The search box while somebody types, badly: completion first, then what he may have meant. */
export const suggest: Transaction<Input> = {
  name: 'suggest',
  access: 'read',
  statements: [complete, similar],
  input(shopper) {
    const term = shopper.searchTerm();
    const at = Math.max(1, Math.floor(term.length / 2));
    return {
      prefix: term.slice(0, 3),
      misspelt:
        term.slice(0, at - 1) + (term[at] ?? '') + (term[at - 1] ?? '') + term.slice(at + 1),
    };
  },
  async run(session, { prefix, misspelt }) {
    await session.execute(complete, { prefix });
    await session.execute(similar, { misspelt });
    return DONE;
  },
};
