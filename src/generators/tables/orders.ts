import { bounded } from '../../random/bounded.ts';
import { cell, columnKey } from '../../random/cell.ts';
import { ORDER_STATUSES } from '../../schema/tables.ts';
import { orderFacts } from '../order-book.ts';
import type { ShopModel } from '../shop-model.ts';
import { columnsOf, type TableGenerator } from '../table-generator.ts';
import { createTextPool, encodeText } from '../text-pool.ts';

const STATUSES = createTextPool(ORDER_STATUSES);
/** The shop has one currency: sums over orders make sense. */
const CURRENCY = encodeText('EUR');

export function createOrders(model: ShopModel): TableGenerator {
  const { orders, customers, carts, history, placedAt, spec } = model;
  const tokenKey = columnKey(spec.seed, 'orders', 'checkout_token');
  const addressKey = columnKey(spec.seed, 'orders', 'shipping_address_id');
  const facts = orderFacts();
  return {
    table: 'orders',
    columns: columnsOf<'orders'>({
      id: 'int8',
      checkout_token: 'uuid',
      customer_id: 'int8',
      cart_id: 'int8',
      shipping_address_id: 'int8',
      billing_address_id: 'int8',
      coupon_id: 'int8',
      status: 'text',
      currency: 'text',
      subtotal_cents: 'int8',
      discount_cents: 'int8',
      shipping_cents: 'int8',
      tax_cents: 'int8',
      total_cents: 'int8',
      placed_at: 'timestamptz',
      updated_at: 'timestamptz',
    }),
    rowCount: spec.orders,
    writeRow(writer, row) {
      orders.read(row, facts);
      const placedUs = placedAt(row);
      const { customer } = facts;
      const addressIndex = bounded(cell(addressKey, row), customers.addressCountOf(customer));

      writer.beginRow(16);
      writer.int8(row + 1);
      // A version 8 UUID (RFC 9562, the maker's own layout): random but for the order number in its
      // last 48 bits, which makes it unique.
      writer.uuid(
        cell(tokenKey, row),
        ((cell(tokenKey, row, 1) & 0xffff0fff) | 0x8000) >>> 0,
        (0x80000000 |
          (cell(tokenKey, row, 2) & 0x3fff0000) |
          Math.floor((row + 1) / 0x100000000)) >>>
          0,
        (row + 1) >>> 0,
      );
      writer.int8(customer + 1);
      const cart = carts.cartOf(row);
      if (cart < 0) {
        writer.null();
      } else {
        writer.int8(cart + 1);
      }
      writer.int8(customers.addressOf(customer, addressIndex) + 1);
      writer.int8(customers.addressOf(customer, 0) + 1);
      if (facts.coupon < 0) {
        writer.null();
      } else {
        writer.int8(facts.coupon + 1);
      }
      writer.entry(STATUSES, facts.status);
      writer.text(CURRENCY);
      writer.int8(facts.subtotal);
      writer.int8(facts.discount);
      writer.int8(facts.shipping);
      writer.int8(facts.tax);
      writer.int8(facts.total);
      writer.timestamp(placedUs);
      writer.timestamp(history.lastTimeOf(row, facts.archetype, placedUs));
      writer.endRow();
    },
  };
}
