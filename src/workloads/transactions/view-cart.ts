import { sqlStatement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly cartId: number;
}

const items = sqlStatement<Input, { product_id: number; quantity: number }>(
  'view_cart.items',
  `select item.product_id, item.quantity, item.unit_price_cents, product.name, product.price_cents,
          (select coalesce(sum(on_hand - reserved), 0)::int
           from shop.inventory where product_id = item.product_id) as available
   from shop.cart_items item
   join shop.products product on product.id = item.product_id
   where item.cart_id = :cartId
   order by item.added_at, item.id`,
);

/** A cart with today's prices and stock beside what was put into it. */
export const viewCart: Transaction<Input> = {
  name: 'view_cart',
  access: 'read',
  statements: [items],
  input: (shopper) => ({ cartId: shopper.openCart() }),
  async run(session, input) {
    await session.execute(items, input);
    return DONE;
  },
};
