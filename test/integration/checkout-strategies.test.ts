import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { attempt } from '../../src/bench/clients/attempt.ts';
import { setLogic } from '../../src/bench/prepare/set-logic.ts';
import { withConnection } from '../../src/database/connect.ts';
import { PgSession } from '../../src/database/pg-session.ts';
import { parseServerUrl, withDatabase } from '../../src/database/server-address.ts';
import { checkInvariants } from '../../src/invariants/invariants.ts';
import { CHECKOUT_STRATEGIES, type CheckoutStrategy } from '../../src/scenario/scenario.ts';
import { DATABASE_LOGIC, type Logic } from '../../src/schema/duties.ts';
import { RecentOrders } from '../../src/workloads/recent-orders.ts';
import { createTransactions } from '../../src/workloads/registry.ts';
import { createShoppers } from '../../src/workloads/shopper.ts';
import { type LoadedShop, loadedShop } from '../helpers/loaded-shop.ts';

const ARRIVALS = 60;
const RUN_TAG = 'c0ffee00c0ffee';

/** Nothing is left to triggers. */
const APPLICATION_LOGIC: Logic = {
  totals: 'application',
  history: 'application',
  stock: 'application',
  spend: 'application',
  ratings: 'application',
  alerts: 'off',
  sales: 'off',
  audit: 'off',
};

const LOGICS: readonly (readonly [string, Logic])[] = [
  ['triggers', DATABASE_LOGIC],
  ['the application', APPLICATION_LOGIC],
  ['half of each', { ...DATABASE_LOGIC, totals: 'application', spend: 'application' }],
  ['the other half', { ...DATABASE_LOGIC, stock: 'application', history: 'application' }],
];

const CASES = CHECKOUT_STRATEGIES.flatMap((strategy) => [
  ...LOGICS.map(([who, logic]) => ({ strategy, who, logic, lockOrder: 'cart' as const })),
  // Who keeps what has nothing to do with the order of locks.
  { strategy, who: 'triggers', logic: DATABASE_LOGIC, lockOrder: 'sorted' as const },
]);

/** Everything a checkout touches, without the ids and times that differ from run to run. */
const STATE = `
  with placed as (
    select o.*, p.token_rank from shop.orders o
    join (select id, rank() over (order by checkout_token) as token_rank from shop.orders) p using (id)
    where checkout_token >= 'c0ffee00-0000-0000-0000-000000000000' and checkout_token < 'c0ffef00-0000-0000-0000-000000000000'
  )
  select jsonb_build_object(
    'orders', (select jsonb_agg(to_jsonb(p) - array['id', 'cart_id', 'placed_at', 'updated_at', 'token_rank'] order by token_rank) from placed p),
    'lines', (select jsonb_agg(to_jsonb(i) - array['id', 'order_id'] || jsonb_build_object('order', token_rank) order by token_rank, line_number)
              from shop.order_items i join placed p on p.id = i.order_id),
    'movements', (select jsonb_agg(jsonb_build_array(token_rank, m.product_id, m.warehouse_id, kind, quantity) order by token_rank, m.product_id, m.warehouse_id)
                  from shop.inventory_movements m join placed p on p.id = m.order_id),
    'payments', (select jsonb_agg(jsonb_build_array(token_rank, method, y.status, amount_cents) order by token_rank)
                 from shop.payments y join placed p on p.id = y.order_id),
    'history', (select jsonb_agg(jsonb_build_array(token_rank, from_status, to_status) order by token_rank, h.id)
                from shop.order_status_history h join placed p on p.id = h.order_id),
    'carts', (select jsonb_agg(jsonb_build_array(token_rank, c.customer_id, c.status, t.product_id, t.quantity, t.unit_price_cents) order by token_rank, t.product_id)
              from shop.carts c join placed p on p.cart_id = c.id join shop.cart_items t on t.cart_id = c.id),
    'carts_in_all', (select count(*) from shop.carts),
    'stock', (select jsonb_agg(jsonb_build_array(product_id, warehouse_id, on_hand) order by product_id, warehouse_id) from shop.inventory),
    'spend', (select jsonb_agg(jsonb_build_array(id, lifetime_spend_cents, tier) order by id) from shop.customers),
    'coupons', (select jsonb_agg(jsonb_build_array(id, times_used) order by id) from shop.coupons)
  ) as state`;

let loaded: LoadedShop;
let admin: pg.Client;
const clones: string[] = [];

beforeAll(async () => {
  loaded = await loadedShop();
  admin = new pg.Client({ connectionString: inject('cluster').primaryUrl });
  await admin.connect();
}, 60_000);
afterAll(async () => {
  for (const name of clones) await admin.query(`drop database ${name}`);
  await admin.end();
  await loaded.database.drop();
});

async function checkOutMany(
  strategy: CheckoutStrategy,
  lockOrder: 'cart' | 'sorted',
  logic: Logic,
): Promise<{ ends: string[]; state: unknown; broken: string[] }> {
  const address = parseServerUrl(loaded.database.url);
  const name = `${address.database}_${clones.length}`;
  await admin.query(`create database ${name} template ${address.database} strategy file_copy`);
  clones.push(name);
  const clone = withDatabase(address, name);
  return withConnection(clone, { purpose: 'test' }, async (client) => {
    await setLogic(client, logic, 'fresh');
    const transaction = createTransactions({ strategy, lockOrder, payment: 'paypal', logic }).get(
      'checkout',
    );
    if (transaction === undefined) throw new Error('no checkout');
    const hot = { products: 3, share: 0.3 };
    const shopperOf = createShoppers({
      shop: loaded.shop,
      seed: 1,
      runTag: RUN_TAG,
      popularity: 'log-normal',
      hot,
      newOrders: 0,
      recentOrders: new RecentOrders(),
    });
    const session = await PgSession.open(clone, {
      purpose: 'test',
      prepares: 'named',
      onLost: () => {},
      isPipelined: strategy === 'pipelined',
    });
    await session.prepare(transaction.statements);
    // So that some find nothing left.
    await client.query('update shop.inventory set reserved = on_hand where product_id = 2');
    const ends: string[] = [];
    for (let arrival = 0; arrival < ARRIVALS; arrival++) {
      const input = transaction.input(shopperOf(arrival));
      const end = await attempt(session, 'primary', transaction, input, {
        isolation: 'read committed',
        identifies: false,
      });
      if (end.kind === 'failed') throw new Error(JSON.stringify(end));
      ends.push(end.kind === 'rejected' ? end.reason : `total ${end.order?.totalCents}`);
    }
    await session.close();
    const { rows } = await client.query<{ state: unknown }>(STATE);
    const checks = await checkInvariants(client);
    const broken = checks.filter((check) => check.violations > 0).map((check) => check.name);
    return { ends, state: rows[0]?.state, broken };
  });
}

test('every strategy, with the duties of triggers or of the application, does the same', {
  timeout: 120_000,
}, async () => {
  let first: Awaited<ReturnType<typeof checkOutMany>> | null = null;
  for (const { strategy, who, logic, lockOrder } of CASES) {
    const result = await checkOutMany(strategy, lockOrder, logic);
    const label = `${strategy}, kept by ${who}, locked as ${lockOrder}`;
    expect(result.broken, label).toEqual([]);
    first ??= result;
    expect(result.ends, label).toEqual(first.ends);
    expect(result.state, label).toEqual(first.state);
  }
  const reasons = new Set(first?.ends.filter((end) => !end.startsWith('total')));
  expect(reasons).toContain('out_of_stock');
});
