import type { Logic } from '../../schema/duties.ts';
import { sqlStatement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly itemId: number;
  /** 1 to 5. */
  readonly rating: number;
}

const insertReview = sqlStatement<Input, { id: number }>(
  'write_review.insert',
  `insert into shop.reviews (product_id, customer_id, order_item_id, rating, title, body, created_at)
   select item.product_id, placed.customer_id, item.id, :rating::smallint,
          'As described', 'Arrived in time and does what it should.', now()
   from shop.order_items item
   join shop.orders placed on placed.id = item.order_id
   where item.id = :itemId and placed.status = 'delivered'
   on conflict (order_item_id) do nothing
   returning id`,
);

const rateProduct = sqlStatement<Input, never>(
  'write_review.rate_product',
  `update shop.products
   set rating_sum = rating_sum + :rating::int, rating_count = rating_count + 1, updated_at = now()
   where id = (select product_id from shop.order_items where id = :itemId)`,
);

/** A buyer says what he thinks of something he got, once. */
export function writeReview({ ratings }: Logic): Transaction<Input> {
  const isRatedHere = ratings === 'application';
  return {
    name: 'write_review',
    access: 'write',
    statements: [insertReview, ...(isRatedHere ? [rateProduct] : [])],
    input: (shopper) => ({
      itemId: shopper.orderLine(),
      rating: shopper.chance(0.6) ? 5 : 1 + (shopper.word() % 5),
    }),
    async run(session, input) {
      const written = await session.execute(insertReview, input);
      if (written.length === 0) return { kind: 'rejected', reason: 'not_reviewable' };
      if (isRatedHere) await session.execute(rateProduct, input);
      return DONE;
    },
  };
}
