import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillViews, readFreshness } from '../../src/bench/prepare/analytics.ts';
import { connect } from '../../src/database/connect.ts';
import { PgSession } from '../../src/database/pg-session.ts';
import { DATABASE_LOGIC } from '../../src/schema/duties.ts';
import { ANALYTICS_VIEWS } from '../../src/schema/tables.ts';
import { RecentOrders } from '../../src/workloads/recent-orders.ts';
import { createTransactions } from '../../src/workloads/registry.ts';
import { createShoppers } from '../../src/workloads/shopper.ts';
import { type LoadedShop, loadedShop } from '../helpers/loaded-shop.ts';

let loaded: LoadedShop;
let client: pg.Client;
let other: pg.Client;

beforeAll(async () => {
  loaded = await loadedShop();
  client = await connect(loaded.primary, { purpose: 'test' });
  other = await connect(loaded.primary, { purpose: 'test' });
  await fillViews(client);
}, 60_000);
afterAll(async () => {
  await client.end();
  await other.end();
  await loaded.database.drop();
});

async function one(sql: string, on = client): Promise<Record<string, unknown>> {
  return (await on.query(sql)).rows[0];
}

test('each view adds up to the rows that it stands for', async () => {
  const sold = `status in ('paid', 'processing', 'shipped', 'delivered')`;
  const orders = await one(
    `select count(*) as orders, sum(total_cents)::bigint as revenue, count(distinct customer_id) as buyers
     from shop.orders where ${sold}`,
  );
  const lines = await one(
    `select sum(i.line_total_cents)::bigint as revenue, sum(i.quantity)::bigint as pieces
     from shop.order_items i join shop.orders o on o.id = i.order_id where o.${sold}`,
  );
  expect(
    await one(
      'select sum(orders)::bigint as orders, sum(revenue_cents)::bigint as revenue from shop.sales_performance',
    ),
  ).toEqual({ orders: orders['orders'], revenue: orders['revenue'] });
  expect(
    await one(
      'select count(*) as buyers, sum(spend_cents)::bigint as revenue from shop.customer_segments',
    ),
  ).toEqual({ buyers: orders['buyers'], revenue: orders['revenue'] });
  for (const view of ['product_performance', 'category_performance where depth = 0']) {
    expect(
      await one(
        `select sum(revenue_cents)::bigint as revenue, sum(pieces)::bigint as pieces from shop.${view}`,
      ),
    ).toEqual(lines);
  }
  expect(await one('select sum(on_hand)::bigint as pieces from shop.inventory_metrics')).toEqual(
    await one('select sum(on_hand)::bigint as pieces from shop.inventory'),
  );
  expect(
    await one(
      'select min(recency) as least, max(money) as most, count(distinct segment) > 2 as spread from shop.customer_segments',
    ),
  ).toEqual({ least: 1, most: 5, spread: true });
});

test('a refresh goes on beside readers, and is written down', async () => {
  await other.query('begin');
  await one('select count(*) from shop.product_performance', other);
  await client.query(`set lock_timeout = '2s'`);
  for (const view of ANALYTICS_VIEWS)
    await client.query('select shop.refresh_analytics($1)', [view]);
  await other.query('commit');
  const { rows } = await client.query('select view_name from shop.analytics_refreshes order by 1');
  expect(rows.map((row) => row.view_name)).toEqual([...ANALYTICS_VIEWS].sort());
});

test('there are no other views to refresh', async () => {
  await expect(client.query(`select shop.refresh_analytics('orders')`)).rejects.toMatchObject({
    code: '42P01',
  });
});

test('views fall behind; daily sales do not', async () => {
  const place = `select total_cents from shop.place_order(gen_random_uuid(), 1, array[1]::bigint[],
    array(select min(warehouse_id) from shop.inventory where product_id = 1), array[1])`;
  await client.query(place);
  await client.query(place);
  const freshness = await readFreshness(client);
  expect(freshness.map(({ name }) => name)).toEqual(['daily_sales', ...ANALYTICS_VIEWS].sort());
  for (const { isKeptByTrigger, ordersBehind, refreshMs, ageMs } of freshness) {
    expect(ordersBehind).toBe(isKeptByTrigger ? 0 : 2);
    expect(refreshMs === null).toBe(isKeptByTrigger);
    expect(ageMs).toBeGreaterThanOrEqual(0);
  }
});

test('every transaction that only reads answers on a loaded shop', async () => {
  const session = await PgSession.open(loaded.primary, {
    purpose: 'test',
    prepares: 'named',
    onLost() {},
    isPipelined: false,
  });
  const rows = new Map<string, number>();
  session.observer = {
    started() {},
    ended: (name, _latencyUs, count) => rows.set(name, Math.max(count, rows.get(name) ?? 0)),
  };
  const shopperOf = createShoppers({
    shop: loaded.shop,
    seed: 3,
    runTag: '0'.repeat(14),
    hot: null,
    popularity: 'log-normal',
    newOrders: 0,
    recentOrders: new RecentOrders(),
  });
  const transactions = createTransactions({
    strategy: 'statements',
    lockOrder: 'sorted',
    payment: 'paypal',
    logic: DATABASE_LOGIC,
  });
  for (const transaction of transactions.values()) {
    if (transaction.access !== 'read') continue;
    for (let arrival = 0; arrival < 12; arrival++) {
      await transaction.run(session, transaction.input(shopperOf(arrival)));
    }
  }
  await session.close();
  expect([...rows].filter(([, count]) => count === 0)).toEqual([]);
});

test('a misspelt word finds what was meant, and three letters complete a name', async () => {
  const { rows } = await client.query<{ name: string }>(
    `select name from shop.products where status = 'active' and length(split_part(name, ' ', 1)) >= 7 order by id limit 5`,
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const { name } of rows) {
    const [word = ''] = name.split(' ');
    const misspelt = word.slice(0, 3) + word[4] + word[3] + word.slice(5);
    const found = await client.query('select name from shop.search_similar($1)', [misspelt]);
    expect(found.rows.some((row) => row.name.includes(word))).toBe(true);
    const completed = await client.query('select name from shop.complete_name($1)', [
      word.slice(0, 3),
    ]);
    expect(completed.rows.length).toBeGreaterThan(0);
    for (const row of completed.rows) {
      expect(row.name.toLowerCase().startsWith(word.slice(0, 3).toLowerCase())).toBe(true);
    }
  }
  expect((await client.query(`select * from shop.complete_name('100%_')`)).rows).toEqual([]);
});
