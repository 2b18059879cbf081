import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BenchOptions } from '../../src/bench/run-bench.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { parseTransactionFile } from '../../src/workloads/own-sql/parse-transaction-file.ts';
import { benchRun, scenarioOf } from '../helpers/bench-run.ts';
import { type LoadedShop, loadedShop } from '../helpers/loaded-shop.ts';

let loaded: LoadedShop;
let admin: pg.Client;

beforeAll(async () => {
  loaded = await loadedShop();
  admin = new pg.Client({ connectionString: loaded.database.url });
  await admin.connect();
}, 60_000);

afterAll(async () => {
  await admin.end();
  await loaded.database.drop();
});

const LOAD = `load: { executor: constant-vus, vus: 2, duration: 1s, warmup: 0s, connections: { primary: 2, replica: 2 } }`;

/** A scenario with transactions from these files, each with the weight 1. */
function withOwn(files: Readonly<Record<string, string>>, more = ''): Scenario {
  const scenario = scenarioOf(`${LOAD}\nmix: { checkout: 1 }\n${more}`);
  const transactions = Object.entries(files).map(([name, text]) => {
    const parsed = parseTransactionFile(text, { name, file: `${name}.sql` });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return parsed.transaction;
  });
  const weights = transactions.map(({ name }): [string, number] => [name, 1]);
  return { ...scenario, mix: { ...scenario.mix, ...Object.fromEntries(weights) }, transactions };
}

function run(scenario: Scenario, options: Partial<BenchOptions> = {}) {
  return benchRun(loaded, `${LOAD}\nmix: { checkout: 1 }`, { scenario, ...options });
}

async function adjustments(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>(
    `select count(*)::int from shop.inventory_movements where kind = 'adjustment'`,
  );
  return rows[0]?.count ?? 0;
}

const REPORT = `
-- access: read
-- parameter category: category
-- parameter since: today
-- parameter word: search_term
-- name: products
-- rows: 1..
select count(*) as products from shop.products where category_id = :category;
-- name: orders
-- rows: 1
select count(*) from shop.orders where placed_at > :since::timestamptz - interval '1 day' and :word <> ''`;

const STOCKTAKE = `
-- access: write
-- parameter product: product
-- parameter found: integer 1..3
-- name: lock_shelf
-- rows: 1
select warehouse_id, clock_timestamp() as at, array[1, 2] as list, '{"a": [1]}'::jsonb as facts, null::text as nothing
from shop.inventory where product_id = :product order by warehouse_id limit 1 for update;
-- name: enter
-- rows: 1
insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity)
values (:product, :lock_shelf.warehouse_id, 'adjustment', :found);
-- name: same
-- rows: 1
select 1 where :lock_shelf.at::timestamptz < clock_timestamp() and :lock_shelf.nothing::text is null
  and :lock_shelf.facts::jsonb = '{"a": [1]}' and :lock_shelf.list::int[] = array[1, 2]
  and extract(microseconds from :lock_shelf.at::timestamptz)::bigint % 1000 <> 0`;

describe('own SQL in a mix', () => {
  test('is measured as ours, reads on the replica, and the books balance', async () => {
    const scenario = withOwn(
      { report: REPORT, stocktake: STOCKTAKE },
      'routing: { reads: replica }',
    );
    const before = await adjustments();
    const record = await run(scenario);
    const { report, stocktake } = record.transactions;
    expect(report?.nodes).toEqual({ replica: report?.arrivals });
    expect(report?.outcomes.committed).toBe(report?.arrivals);
    expect(report?.arrivals).toBeGreaterThan(0);
    expect(stocktake?.nodes).toEqual({ primary: stocktake?.arrivals });
    // Nobody but one in a thousand sees a time of whole milliseconds.
    const { committed = 0, rejected = 0 } = stocktake?.outcomes ?? {};
    expect(committed).toBeGreaterThan(0);
    expect(rejected).toBeLessThan(0.1 * committed);
    const names = record.statements.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['report.products', 'report.orders', 'stocktake.enter']),
    );
    expect((await adjustments()) - before).toBe(committed);
    expect(record.books.balanced).toBe(true);
    expect(record.scenario['transactions']).toEqual(scenario.transactions);
  });

  test('with another number of rows is rejected and rolled back', async () => {
    const before = await admin.query('select sum(price_cents) from shop.products');
    const record = await run(
      withOwn({
        overwrite: `
-- access: write
-- parameter product: product
-- name: change
update shop.products set price_cents = price_cents + 1 where id = :product;
-- name: none
-- rows: 2..
select 1`,
      }),
    );
    const overwrite = record.transactions['overwrite'];
    expect(overwrite?.arrivals).toBeGreaterThan(0);
    expect(overwrite?.outcomes.rejected).toBe(overwrite?.arrivals);
    expect(overwrite?.rejections).toEqual({ unexpected_rows: overwrite?.arrivals });
    const after = await admin.query('select sum(price_cents) from shop.products');
    expect(after.rows).toEqual(before.rows);
  });

  test('that the server refuses at run time is counted by its SQLSTATE', async () => {
    const record = await run(
      withOwn({
        broken:
          '-- access: write\n-- parameter zero: integer 0..0\n-- name: x\nselect 1 / :zero::int',
      }),
    );
    const broken = record.transactions['broken'];
    expect(broken?.otherSqlStates).toEqual({ '22012': broken?.arrivals });
  });

  test('shows up in the books where it leaves them wrong', async () => {
    const record = await run(
      withOwn({
        theft: `
-- access: write
-- parameter product: product
-- name: take
update shop.inventory set on_hand = on_hand + 1 where product_id = :product`,
      }),
    );
    expect(record.books.balanced).toBe(false);
    expect(record.verdict).toMatchObject({ status: 'fail', exitCode: 1 });
    const wrong = record.books.invariants.filter(({ violations }) => violations > 0);
    expect(wrong.map(({ name }) => name)).toContain('stock-ledger');
  });
});

describe('own SQL that the server refuses', () => {
  test('ends the run before its load, with every place in the files', async () => {
    const steps: string[] = [];
    const scenario = withOwn({
      first: `
-- access: write
-- parameter product: product
-- parameter amount: integer 1..2
-- name: lock
select 'é𝒳' as mark, :product::int as product, :product::int + :amount::int
  + on_hnad as total from shop.inventory;
-- name: use
select :lock.mark::text || :lock.produkt::text;
-- name: fine
select :product::int`,
      second: `
-- access: read
-- name: shelf
select on_hand from shop.inventory;
-- name: typo
  selec :shelf.on_hnd::int`,
    });
    const refused = run(scenario, { onStep: (step) => steps.push(step) });
    await expect(refused).rejects.toMatchObject({
      name: 'CartloadError',
      code: 'STATEMENT_REFUSED',
      exitCode: 2,
      message: [
        'The own SQL of the mix has 3 problems on this server:',
        '  first.sql:7:5: first.lock: column "on_hnad" does not exist (42703) - Perhaps you meant to reference the column "inventory.on_hand".',
        '  second.sql:6:9: second.typo: shelf returns no column on_hnd - it returns on_hand',
        '  second.sql:6:3: second.typo: syntax error at or near "selec" (42601)',
      ].join('\n'),
    });
    expect(steps).not.toContain('opening connections');
    const left = await admin.query(
      `select count(*)::int as sessions from pg_stat_activity
       where application_name like 'cartload bench%' and datname = current_database()`,
    );
    expect(left.rows).toEqual([{ sessions: 0 }]);
  });
});

// The last one: it switches row-level security on in this database.
test('own SQL of an application sees the orders of its customer', async () => {
  const scenario = withOwn(
    {
      my_orders: `
-- access: read
-- parameter me: buyer
-- name: mine
-- rows: 1..
select id from shop.orders where customer_id = :me;
-- name: others
-- rows: 0
select id from shop.orders where customer_id <> :me limit 1`,
    },
    // Buyers of this run, whose orders the replica may not have yet, are left out.
    'security: { role: app, rowLevel: true }\naccess: { newOrders: 0 }',
  );
  const record = await run(scenario, { state: 'fresh' });
  const mine = record.transactions['my_orders'];
  expect(mine?.outcomes.committed).toBeGreaterThan(0);
  const others = Object.entries(mine?.outcomes ?? {}).filter(
    ([outcome, count]) => outcome !== 'committed' && count > 0,
  );
  expect([others, mine?.rejections, mine?.otherSqlStates]).toEqual([[], {}, {}]);
});
