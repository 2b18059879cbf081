import { sqlStatement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly cartId: number;
  readonly productId: number;
  readonly quantity: number;
}

const touchCart = sqlStatement<Input, { id: number }>(
  'add_to_cart.touch_cart',
  `update shop.carts set updated_at = now()
   where id = :cartId and status = 'open' returning id`,
);

const addItem = sqlStatement<Input, { quantity: number }>(
  'add_to_cart.add_item',
  `insert into shop.cart_items as item (cart_id, product_id, quantity, unit_price_cents, added_at)
   select :cartId, id, :quantity, price_cents, now() from shop.products where id = :productId
   on conflict (cart_id, product_id)
   do update set quantity = least(item.quantity + excluded.quantity, 99)
   returning quantity`,
);

/** Puts a product into an open cart, or more of it. */
export const addToCart: Transaction<Input> = {
  name: 'add_to_cart',
  access: 'write',
  statements: [touchCart, addItem],
  input: (shopper) => ({
    cartId: shopper.openCart(),
    productId: shopper.product(),
    quantity: shopper.quantity(),
  }),
  async run(session, input) {
    const touched = await session.execute(touchCart, input);
    if (touched.length === 0) return { kind: 'rejected', reason: 'cart_closed' };
    await session.execute(addItem, input);
    return DONE;
  },
};
