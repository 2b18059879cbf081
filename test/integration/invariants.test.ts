import knex from 'knex';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrateUp } from '../../src/database/migrations.ts';
import { checkInvariants, INVARIANTS } from '../../src/invariants/invariants.ts';
import { type TestDatabase, testDatabase } from '../helpers/test-database.ts';
import { fillTinyShop } from '../helpers/tiny-shop.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  const db = knex({ client: 'pg', connection: database.url });
  await migrateUp(db);
  await db.destroy();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await fillTinyShop(client);
}, 60_000);
afterAll(async () => {
  await client.end();
  await database.drop();
});
// Rows are broken as no trigger of the shop would let them be.
beforeEach(() => client.query('begin; set local session_replication_role = replica'));
afterEach(() => client.query('rollback'));

async function broken() {
  const results = await checkInvariants(client);
  return results.filter((result) => result.violations > 0);
}

test('a sound shop has no violation in any check', async () => {
  const results = await checkInvariants(client);
  expect(results.map((result) => result.name)).toEqual(INVARIANTS.map((each) => each.name));
  expect(await broken()).toEqual([]);
});

test('names are unique and questions are questions', () => {
  expect(new Set(INVARIANTS.map((each) => each.name)).size).toBe(INVARIANTS.length);
  for (const { name, question } of INVARIANTS) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(question).toMatch(/^[A-Z].*\?$/);
  }
});

test('an empty shop is sound', async () => {
  await client.query(
    'truncate shop.brands, shop.warehouses, shop.customers, shop.coupons, shop.daily_sales cascade',
  );
  expect(await broken()).toEqual([]);
});

test('an aborted signal ends the checks with its reason', async () => {
  const reason = new Error('enough');
  await expect(checkInvariants(client, AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('examples are the first ten by key, figures are numbers, and all violations are counted', async () => {
  await client.query(`insert into shop.coupons (code, kind, value, max_uses, times_used, starts_at, ends_at)
    select 'C' || n, 'fixed', 1, 9, 3, '2024-01-01', '2025-01-01' from generate_series(1, 25) n`);
  const [result] = await broken();
  expect(result).toMatchObject({ name: 'coupon-uses', violations: 25 });
  expect(result?.examples).toHaveLength(10);
  const ids = result?.examples.map((example) => Number(example['coupon_id'])) ?? [];
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(result?.examples[0]).toEqual({ coupon_id: ids[0], times_used: 3, max_uses: 9, orders: 0 });
});

interface Breach {
  readonly what: string;
  readonly sql: string;
  /** The one check that sees it. */
  readonly seenBy: string;
  readonly violations?: number;
  /** Part of the first example. */
  readonly example: object;
}

const BREACHES: readonly Breach[] = [
  {
    what: 'a key that was added and not validated',
    sql: `alter table shop.orders drop constraint orders_coupon_id_fkey;
          alter table shop.orders add constraint orders_coupon_id_fkey
            foreign key (coupon_id) references shop.coupons not valid`,
    seenBy: 'schema-validity',
    example: { object: 'shop.orders orders_coupon_id_fkey', problem: 'constraint not validated' },
  },
  {
    what: 'an index left invalid by a failed concurrent build',
    sql: `update pg_index set indisvalid = false
          where indexrelid = 'shop.orders_placed_at_idx'::regclass`,
    seenBy: 'schema-validity',
    example: { object: 'shop.orders_placed_at_idx', problem: 'index not valid' },
  },
  {
    what: 'an index on the parent only, its partitions without one',
    sql: 'create index parent_only_idx on only shop.audit_log (actor)',
    seenBy: 'schema-validity',
    example: { object: 'shop.parent_only_idx', problem: 'index not valid' },
  },
  {
    what: 'a line that the subtotal does not hold',
    sql: `update shop.order_items set unit_price_cents = 1001, line_total_cents = 1001 where id = 1`,
    seenBy: 'order-totals',
    example: { order_id: 1, subtotal_cents: 1000, lines_cents: 1001 },
  },
  {
    what: 'a total that is not the sum of its parts',
    sql: `alter table shop.orders drop constraint orders_total_check;
          update shop.orders set tax_cents = 21 where id = 1`,
    seenBy: 'order-totals',
    example: { order_id: 1, total_cents: 1050, expected_total_cents: 1051 },
  },
  {
    what: 'a gap in the line numbers',
    sql: 'update shop.order_items set line_number = 3 where id = 15',
    seenBy: 'order-totals',
    example: { order_id: 5, lines: 2, last_line: 3 },
  },
  {
    what: 'lines that begin with 2',
    sql: 'update shop.order_items set line_number = 2 where id = 1',
    seenBy: 'order-totals',
    example: { order_id: 1, first_line: 2 },
  },
  {
    what: 'an order without lines',
    sql: `insert into shop.orders (id, checkout_token, customer_id, shipping_address_id, billing_address_id, currency, subtotal_cents, total_cents)
          values (9, gen_random_uuid(), 1, 1, 1, 'EUR', 0, 0);
          insert into shop.order_status_history (order_id, to_status) values (9, 'pending')`,
    seenBy: 'order-totals',
    example: { order_id: 9, lines: null },
  },
  {
    what: 'a paid order captured short',
    sql: `update shop.payments set amount_cents = 2000 where order_id = 2;
          update shop.customers set lifetime_spend_cents = lifetime_spend_cents - 40 where id = 1`,
    seenBy: 'payments',
    example: { order_id: 2, status: 'paid', total_cents: 2040, captured_cents: 2000 },
  },
  {
    what: 'a delivered order captured twice',
    sql: `insert into shop.payments (order_id, method, status, amount_cents, captured_at)
            values (5, 'paypal', 'captured', 6050, now());
          update shop.customers set lifetime_spend_cents = lifetime_spend_cents + 6050 where id = 2`,
    seenBy: 'payments',
    example: { order_id: 5, captured_cents: 12100, captures: 2 },
  },
  {
    what: 'a paid order that nobody paid',
    sql: `delete from shop.payments where order_id = 3;
          update shop.customers set lifetime_spend_cents = lifetime_spend_cents - 3040 where id = 1`,
    seenBy: 'payments',
    example: { order_id: 3, captured_cents: 0 },
  },
  {
    what: 'money taken for a cancelled order',
    sql: `update shop.payments set status = 'captured', captured_at = now() where order_id = 6;
          update shop.customers set lifetime_spend_cents = lifetime_spend_cents + 7050 where id = 2`,
    seenBy: 'payments',
    example: { order_id: 6, status: 'cancelled', captures: 1 },
  },
  {
    what: 'more given back than was captured',
    sql: `update shop.refunds set amount_cents = 6051 where id = 2;
          alter table shop.customers drop constraint customers_lifetime_spend_cents_check;
          update shop.customers set lifetime_spend_cents = lifetime_spend_cents - 6021 where id = 2`,
    seenBy: 'refunds',
    example: { order_id: 5, captured_cents: 6050, refunded_cents: 6051 },
  },
  {
    what: 'a refunded order that got only a part back',
    sql: `update shop.refunds set amount_cents = 8000 where id = 1;
          update shop.customers set lifetime_spend_cents = lifetime_spend_cents + 50 where id = 2`,
    seenBy: 'refunds',
    example: { order_id: 7, status: 'refunded', captured_cents: 8050, refunded_cents: 8000 },
  },
  {
    what: 'a refunded order without a refund',
    sql: `delete from shop.refunds where id = 1;
          update shop.customers set lifetime_spend_cents = lifetime_spend_cents + 8050 where id = 2`,
    seenBy: 'refunds',
    example: { order_id: 7, refunded_cents: 0 },
  },
  {
    what: 'a refund on the payment of another order',
    sql: 'update shop.refunds set payment_id = 4 where id = 2',
    seenBy: 'refunds',
    example: { order_id: 5, has_wrong_payment: true },
  },
  {
    what: 'a refund on a declined payment',
    sql: 'update shop.refunds set payment_id = 8 where id = 2',
    seenBy: 'refunds',
    example: { order_id: 5, has_wrong_payment: true },
  },
  {
    what: 'a lifetime spend that missed an order',
    sql: 'update shop.customers set lifetime_spend_cents = 0 where id = 1',
    seenBy: 'customer-spend',
    example: { customer_id: 1, lifetime_spend_cents: 0, spent_cents: 9130 },
  },
  {
    what: 'spend of a customer who bought nothing',
    sql: `insert into shop.customers (id, email, password_hash, first_name, last_name, locale, lifetime_spend_cents)
          values (3, 'c@example.com', 'x', 'C', 'C', 'fr-FR', 1)`,
    seenBy: 'customer-spend',
    example: { customer_id: 3, spent_cents: 0 },
  },
  {
    what: 'a coupon that was not counted',
    sql: 'update shop.coupons set times_used = 1 where id = 1',
    seenBy: 'coupon-uses',
    example: { coupon_id: 1, times_used: 1, orders: 2 },
  },
  {
    what: 'a coupon used too often',
    sql: `alter table shop.coupons drop constraint coupons_uses_check;
          update shop.coupons set max_uses = 1 where id = 1`,
    seenBy: 'coupon-uses',
    example: { coupon_id: 1, times_used: 2, max_uses: 1 },
  },
  {
    what: 'stock on hand that no movement explains',
    sql: 'update shop.inventory set on_hand = on_hand + 1 where product_id = 1 and warehouse_id = 2',
    seenBy: 'stock-ledger',
    example: { product_id: 1, warehouse_id: 2, on_hand: 101, moved: 100 },
  },
  {
    what: 'a movement that stock on hand does not know',
    sql: `insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity)
          values (2, 2, 'receipt', 5)`,
    seenBy: 'stock-ledger',
    example: { product_id: 2, warehouse_id: 2, on_hand: 99, moved: 104 },
  },
  {
    what: 'a movement of a stock position that does not exist',
    sql: `alter table shop.inventory_movements
            drop constraint inventory_movements_product_id_warehouse_id_fkey;
          insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity)
            values (2, 1, 'receipt', 5)`,
    seenBy: 'stock-ledger',
    example: { product_id: 2, warehouse_id: 1, on_hand: null, moved: 5 },
  },
  {
    what: 'more reserved than is on hand',
    sql: `alter table shop.inventory drop constraint inventory_reserved_check_on_hand;
          update shop.inventory set reserved = 86 where product_id = 1 and warehouse_id = 1`,
    seenBy: 'stock-reservations',
    example: { product_id: 1, warehouse_id: 1, on_hand: 85, reserved: 86 },
  },
  {
    what: 'a negative reservation',
    sql: `alter table shop.inventory drop constraint inventory_reserved_check;
          update shop.inventory set reserved = -1 where product_id = 1 and warehouse_id = 1`,
    seenBy: 'stock-reservations',
    example: { reserved: -1 },
  },
  {
    what: 'a line whose pieces were not taken from stock',
    sql: `delete from shop.inventory_movements where order_id = 4;
          update shop.inventory set on_hand = on_hand + 4 where product_id = 1 and warehouse_id = 1`,
    seenBy: 'sale-movements',
    example: { order_id: 4, product_id: 1, warehouse_id: 1, ordered: 4, sold: 0 },
  },
  {
    what: 'pieces taken from another warehouse than the line says',
    sql: `update shop.inventory_movements set warehouse_id = 2 where order_id = 4;
          update shop.inventory set on_hand = on_hand + 4 where product_id = 1 and warehouse_id = 1;
          update shop.inventory set on_hand = on_hand - 4 where product_id = 1 and warehouse_id = 2`,
    seenBy: 'sale-movements',
    violations: 2,
    example: { order_id: 4, warehouse_id: 1, ordered: 4, sold: 0 },
  },
  {
    what: 'a cancelled order that did not give its pieces back',
    sql: `delete from shop.inventory_movements where order_id = 6 and kind = 'return' and product_id = 2;
          update shop.inventory set on_hand = on_hand - 1 where product_id = 2`,
    seenBy: 'sale-movements',
    example: { order_id: 6, product_id: 2, ordered: 1, sold: 1, returned: 0 },
  },
  {
    what: 'pieces of an open order that came back',
    sql: `insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity, order_id)
            values (1, 1, 'return', 1, 3);
          update shop.inventory set on_hand = on_hand + 1 where product_id = 1 and warehouse_id = 1`,
    seenBy: 'sale-movements',
    example: { order_id: 3, returned: 1 },
  },
  {
    what: 'more pieces back than a delivered order held',
    sql: `insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity, order_id)
            values (2, 2, 'return', 2, 5);
          update shop.inventory set on_hand = on_hand + 2 where product_id = 2`,
    seenBy: 'sale-movements',
    example: { order_id: 5, ordered: 1, returned: 2 },
  },
  {
    what: 'a status that history does not know',
    sql: `update shop.orders set status = 'processing' where id = 2`,
    seenBy: 'order-status-history',
    example: { order_id: 2, status: 'processing', last_status: 'paid', breaks: 0 },
  },
  {
    what: 'a skipped step',
    sql: `delete from shop.order_status_history where order_id = 3 and to_status = 'paid'`,
    seenBy: 'order-status-history',
    example: { order_id: 3, breaks: 1 },
  },
  {
    what: 'a history that does not begin with pending',
    sql: `delete from shop.order_status_history where order_id = 2 and to_status = 'pending';
          update shop.order_status_history set from_status = null where order_id = 2`,
    seenBy: 'order-status-history',
    example: { order_id: 2, breaks: 1 },
  },
  {
    what: 'an order without history',
    sql: 'delete from shop.order_status_history where order_id = 1',
    seenBy: 'order-status-history',
    example: { order_id: 1, last_status: null },
  },
  {
    what: 'a parcel of a cancelled order',
    sql: `insert into shop.shipments (order_id, carrier, tracking_number, status)
          values (6, 'DHL', 'T6', 'in_transit')`,
    seenBy: 'shipments',
    example: { order_id: 6, status: 'cancelled', shipments: 1 },
  },
  {
    what: 'a shipped order without a parcel',
    sql: 'delete from shop.shipments where order_id = 4',
    seenBy: 'shipments',
    example: { order_id: 4, shipments: 0 },
  },
  {
    what: 'a delivered order whose parcel is in transit',
    sql: `update shop.shipments set status = 'in_transit', delivered_at = null where order_id = 5`,
    seenBy: 'shipments',
    example: { order_id: 5, in_transit: 1 },
  },
  {
    what: 'a delivered parcel without a time of delivery',
    sql: `alter table shop.shipments drop constraint shipments_delivered_check;
          update shop.shipments set delivered_at = null where order_id = 7`,
    seenBy: 'shipments',
    example: { order_id: 7, wrong_times: 1 },
  },
  {
    what: 'a cart ordered twice',
    sql: 'update shop.orders set cart_id = 1 where id = 2',
    seenBy: 'converted-carts',
    example: { cart_id: 1, orders: 2 },
  },
  {
    what: 'an ordered cart that is still open',
    sql: `update shop.carts set status = 'open' where id = 1`,
    seenBy: 'converted-carts',
    example: { cart_id: 1, status: 'open' },
  },
  {
    what: 'a cart ordered by somebody else',
    sql: 'update shop.carts set customer_id = 2 where id = 1',
    seenBy: 'converted-carts',
    example: { cart_id: 1, customer_id: 2 },
  },
  {
    what: 'a review that the rating does not hold',
    sql: `insert into shop.reviews (product_id, customer_id, order_item_id, rating, title, body)
          values (2, 2, 15, 5, 'Good', 'Bright.')`,
    seenBy: 'product-ratings',
    example: { product_id: 2, rating_count: 0, reviews: 1, sum_of_ratings: 5 },
  },
  {
    what: 'a changed review that the rating does not follow',
    sql: 'update shop.reviews set rating = 1 where order_item_id = 5',
    seenBy: 'product-ratings',
    example: { product_id: 1, rating_sum: 7, sum_of_ratings: 4 },
  },
  {
    what: 'a discount without a coupon',
    sql: `update shop.orders set discount_cents = 5, tax_cents = tax_cents + 5 where id = 1`,
    seenBy: 'order-discounts',
    example: { order_id: 1, coupon_id: null, discount_cents: 5, expected_cents: 0 },
  },
  {
    what: 'a tier that was not earned',
    sql: `update shop.customers set tier = 'gold' where id = 2`,
    seenBy: 'customer-spend',
    example: { customer_id: 2, tier: 'gold' },
  },
  {
    what: 'a low position without an alert',
    sql: 'update shop.inventory set reorder_point = 99 where product_id = 2',
    seenBy: 'low-stock-alerts',
    example: { product_id: 2, warehouse_id: 2, alerts: 0 },
  },
  {
    what: 'an alert for what is there again',
    sql: 'update shop.low_stock_alerts set resolved_at = null',
    seenBy: 'low-stock-alerts',
    example: { product_id: 1, warehouse_id: 1, alerts: 1 },
  },
  {
    what: 'a day with a sale too many',
    sql: 'update shop.daily_sales set orders = orders + 1',
    seenBy: 'daily-sales',
    example: { day: '2025-01-01' },
  },
];

describe('a breach is seen by its own check alone', () => {
  test.each(BREACHES)('$what', async ({ sql, seenBy, violations, example }) => {
    await client.query(sql);
    // They follow money wherever it goes, so that a breach elsewhere would be seen here, too.
    if (seenBy !== 'daily-sales') await client.query('select shop.rebuild_daily_sales()');
    const results = await broken();
    expect(results.map((result) => result.name)).toEqual([seenBy]);
    expect(results[0]?.violations).toBe(violations ?? 1);
    expect(results[0]?.examples[0]).toMatchObject(example);
  });

  test('every check has a breach that proves it', () => {
    expect(new Set(BREACHES.map((breach) => breach.seenBy))).toEqual(
      new Set(INVARIANTS.map((each) => each.name)),
    );
  });
});
