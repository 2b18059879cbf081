import { sqlStatement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly productId: number;
  /** Of the price as it is. */
  readonly percent: number;
}

const update = sqlStatement<Input, { id: number }>(
  'update_price.update',
  `update shop.products
   set price_cents = greatest(cost_cents + 1, price_cents * :percent::int / 100), updated_at = now()
   where id = :productId and status = 'active'
   returning id`,
);

/** A buyer changes the price of a product by up to ten per cent, never to its cost. */
export const updatePrice: Transaction<Input> = {
  name: 'update_price',
  access: 'write',
  statements: [update],
  input: (shopper) => ({
    productId: shopper.product(),
    percent: 90 + (shopper.word() % 21),
  }),
  async run(session, input) {
    const updated = await session.execute(update, input);
    return updated.length === 0 ? { kind: 'rejected', reason: 'not_for_sale' } : DONE;
  },
};
