import { from } from '../../schema/query.ts';
import { statement } from '../../schema/statement.ts';
import { DONE, type Transaction } from '../transaction.ts';

interface Input {
  readonly customerId: number;
}

const orders = statement<Input, { id: number; status: string; total_cents: number }>(
  'order_history.orders',
  (param) =>
    from('orders')
      .select('orders.id', 'orders.status', 'orders.total_cents', 'orders.placed_at')
      .where('orders.customer_id', param('customerId'))
      .orderBy('orders.placed_at', 'desc')
      .orderBy('orders.id', 'desc')
      .limit(10),
);

const items = statement<{ readonly orderId: number }, { product_id: number; quantity: number }>(
  'order_history.items',
  (param) =>
    from('order_items')
      .join('products', 'products.id', 'order_items.product_id')
      .select(
        'order_items.line_number',
        'order_items.product_id',
        'products.name',
        'order_items.quantity',
        'order_items.line_total_cents',
      )
      .where('order_items.order_id', param('orderId'))
      .orderBy('order_items.line_number'),
);

/** A customer's last ten orders, and the lines of the newest. */
export const orderHistory: Transaction<Input> = {
  name: 'order_history',
  access: 'read',
  statements: [orders, items],
  input: (shopper) => ({ customerId: shopper.returningBuyer() }),
  customerOf: ({ customerId }) => customerId,
  async run(session, input) {
    const [newest] = await session.execute(orders, input);
    if (newest !== undefined) await session.execute(items, { orderId: newest.id });
    return DONE;
  },
};
