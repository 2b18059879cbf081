import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReconnectingClient } from '../../src/bench/clients/reconnecting-client.ts';
import { MarkWatch } from '../../src/bench/watch/mark-watch.ts';
import { WaitSampler } from '../../src/bench/watch/wait-sampler.ts';
import { systemClock } from '../../src/clock.ts';
import { connect } from '../../src/database/connect.ts';
import { toUrl } from '../../src/database/server-address.ts';
import { readServerCpuSeconds } from '../../src/database/server-cpu.ts';
import { countersBetween, readServerCounters } from '../../src/database/server-statistics.ts';
import { benchRun } from '../helpers/bench-run.ts';
import { type LoadedShop, loadedShop } from '../helpers/loaded-shop.ts';

let loaded: LoadedShop;
let admin: pg.Client;

beforeAll(async () => {
  loaded = await loadedShop();
  admin = await connect(loaded.primary, { purpose: 'test admin' });
});

afterAll(async () => {
  await admin.end();
  await loaded.database.drop();
});

const watching = () =>
  new ReconnectingClient({ address: loaded.primary, purpose: 'watch', timeoutMs: 2000 });

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('counters tell of known work, once the session that did it has ended', async () => {
  const before = await readServerCounters(admin, 'primary');
  const worker = new pg.Client({ connectionString: toUrl(loaded.primary) });
  await worker.connect();
  await worker.query(`insert into shop.brands (name, slug)
    select 'brand ' || n, 'brand-' || n from generate_series(1, 50) n`);
  await worker.query(`update shop.brands set name = name || '!' where slug like 'brand-%'`);
  await worker.query(`set work_mem = '64kB'`);
  await worker.query('select * from generate_series(1, 200000) n order by n desc');
  await worker.end();
  await sleep(200);
  const done = countersBetween(before, await readServerCounters(admin, 'primary'));
  await admin.query(`delete from shop.brands where slug like 'brand-%'`);
  expect(done.tables['shop.brands']).toMatchObject({ inserted: 50, updated: 50 });
  expect(done.database['commits']).toBeGreaterThanOrEqual(4);
  expect(done.database['tempBytes']).toBeGreaterThan(1_000_000);
  expect(done.wal?.['records']).toBeGreaterThan(100);
  expect(done.wal?.['bytes']).toBeGreaterThan(1000);
  expect(done.conflicts).toBeNull();
});

test('a replica has conflicts and writes no WAL', async () => {
  const replica = await connect(loaded.replica, { purpose: 'test' });
  const counters = await readServerCounters(replica, 'replica');
  await replica.end();
  expect(counters.wal).toBeNull();
  expect(Object.keys(counters.conflicts ?? {})).toEqual(
    expect.arrayContaining(['lock', 'snapshot', 'bufferPin', 'deadlock', 'tablespace']),
  );
});

test('sessions that wait for a lock are seen to', async () => {
  const blocker = await connect(loaded.primary, { purpose: 'test' });
  const waiter = await connect(loaded.primary, { purpose: 'bench waits' });
  const sampler = new WaitSampler({
    client: watching(),
    clock: systemClock,
    purpose: 'bench waits',
  });
  await blocker.query('begin; lock table shop.brands in access exclusive mode');
  const waiting = waiter.query('select count(*) from shop.brands');
  sampler.start(systemClock.now());
  await sleep(700);
  await blocker.query('rollback');
  await waiting;
  await sampler.stop();
  const { events, samples, failedSamples } = sampler.waits();
  expect(samples).toBeGreaterThan(3);
  expect(failedSamples).toBe(0);
  expect(events['Lock/relation']).toBeGreaterThan(2);
  expect(sampler.activity().some(({ lock }) => lock > 0)).toBe(true);
  await Promise.all([blocker.end(), waiter.end()]);
});

test('a checkpoint leaves its mark', async () => {
  const watch = new MarkWatch({ client: watching(), clock: systemClock });
  watch.start(systemClock.now());
  await sleep(600);
  await admin.query('update shop.brands set name = name');
  await admin.query('checkpoint');
  await sleep(1200);
  await watch.stop();
  expect(watch.marks().map(({ text }) => text)).toContain('checkpoint done');
});

test('server CPU is known of a server on this machine alone', () => {
  const { processID } = admin as pg.Client & { readonly processID: number };
  expect(readServerCpuSeconds('db.example.com', processID)).toBeNull();
  expect(readServerCpuSeconds('127.0.0.1', process.pid)).toBeNull();
  if (process.platform === 'linux') {
    expect(readServerCpuSeconds('127.0.0.1', processID)).toBeGreaterThan(0);
  }
});

test('a run says what its actions cost, and which statement what', async () => {
  const record = await benchRun(
    loaded,
    `load: { executor: constant-vus, vus: 2, duration: 2s, warmup: 0s, connections: { primary: 2, replica: 2 } }
mix: { checkout: 1, view_product: 1 }
routing: { reads: replica }`,
  );
  const { server, statements } = record;
  expect(server?.unavailable).toEqual({});
  expect(server?.nodes.map(({ name }) => name)).toEqual(['primary', 'replica']);
  expect(server?.perAction?.walBytes).toBeGreaterThan(500);
  expect(server?.perAction?.blocksHit).toBeGreaterThan(10);
  const [primary] = server?.nodes ?? [];
  const placed = statements.find(({ name }) => name === 'checkout.place_order');
  expect(primary?.tables['shop.orders']?.['inserted']).toBe(placed?.rows);
  if (primary?.statements !== null) {
    expect(primary?.statements['checkout.place_order']?.['calls']).toBe(placed?.calls);
  }
  const key = server?.indexes.find(({ name }) => name === 'shop.orders_pkey');
  expect(key).toMatchObject({ table: 'shop.orders', enforces: 'primary key' });
  expect(key?.bytes).toBeGreaterThan(0);
  expect(server?.indexes.length).toBeGreaterThan(40);
  expect(server?.plans['checkout.place_order']).toMatch(/Insert orders/);
  expect(server?.plans['view_product.product']).toMatch(/Index Scan products_pkey/);
  // Every statement that the mix has executed, but for those that control the transaction.
  const executed = new Set(statements.map(({ name }) => name));
  const withoutPlan = [...executed].filter((name) => server?.plans[name] === undefined);
  expect(withoutPlan.sort()).toEqual(
    ['begin', 'commit', 'rollback'].filter((name) => executed.has(name)),
  );
});
