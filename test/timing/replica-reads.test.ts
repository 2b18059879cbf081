import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toUrl } from '../../src/database/server-address.ts';
import { benchRun } from '../helpers/bench-run.ts';
import { type LoadedShop, loadedShop } from '../helpers/loaded-shop.ts';
import { switchableProxy } from '../helpers/switchable-proxy.ts';

let loaded: LoadedShop;
let primary: pg.Client;
let replica: pg.Client;

beforeAll(async () => {
  loaded = await loadedShop();
  primary = new pg.Client({ connectionString: toUrl(loaded.primary) });
  replica = new pg.Client({ connectionString: toUrl(loaded.replica) });
  await Promise.all([primary.connect(), replica.connect()]);
});

afterAll(async () => {
  await Promise.all([primary.end(), replica.end()]);
  await loaded.database.drop();
});

/** Replay on the replica stands still for a part of each half second, while a run goes on. */
async function withLaggingReplica<T>(use: () => Promise<T>): Promise<T> {
  let isPaused = false;
  const timer = setInterval(() => {
    isPaused = !isPaused;
    void replica.query(isPaused ? 'select pg_wal_replay_pause()' : 'select pg_wal_replay_resume()');
  }, 200);
  try {
    return await use();
  } finally {
    clearInterval(timer);
    await replica.query('select pg_wal_replay_resume()');
  }
}

const load = `load: { executor: constant-arrival-rate, rate: 60/s, duration: 3s, warmup: 500ms, connections: { primary: 4, replica: 4 } }
mix: { checkout: 1, track_order: 2 }`;

test('a replica that is behind gives stale reads, and they are counted', async () => {
  const record = await withLaggingReplica(() =>
    benchRun(
      loaded,
      `${load}\nrouting: { reads: replica }\nthresholds: [ "stale of track_order < 0.1%" ]`,
    ),
  );
  const track = record.transactions['track_order'];
  expect(track?.nodes).toEqual({ replica: track?.arrivals });
  expect(track?.staleReads).toBeGreaterThan(0);
  expect(record.thresholds[0]?.passed).toBe(false);
  const { visibility, replicas } = record.replication ?? {};
  expect(visibility?.probes).toBeGreaterThan(0);
  expect(visibility?.latency.maxUs).toBeGreaterThan(50_000);
  expect(replicas?.[0]?.lagBytes?.max).toBeGreaterThan(0);
  expect(record.books.balanced).toBe(true);
});

test('causal reads wait for their own write: none is stale, and the waiting is told', async () => {
  const record = await withLaggingReplica(() =>
    benchRun(loaded, `${load}\nrouting: { reads: causal, maxLag: 2s }`),
  );
  const track = record.transactions['track_order'];
  expect(track?.staleReads).toBe(0);
  expect(track?.nodes['replica']).toBeGreaterThan(0);
  expect(record.replication?.causalWait?.maxUs).toBeGreaterThan(50_000);
  expect(record.statements.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['causal.written_up_to', 'causal.replayed_up_to']),
  );
  expect(record.books.balanced).toBe(true);
});

test('a causal read that has waited for maxLag goes to the primary', async () => {
  const record = await withLaggingReplica(() =>
    benchRun(loaded, `${load}\nrouting: { reads: causal, maxLag: 10ms }`),
  );
  const track = record.transactions['track_order'];
  expect(record.replication?.fallbacks?.['not-caught-up']).toBeGreaterThan(0);
  expect(track?.nodes['primary']).toBe(record.replication?.fallbacks?.['not-caught-up']);
  expect(track?.staleReads).toBe(0);
});

test('replay cancels a read on the replica: a standby conflict, apart from serialization failures', async () => {
  await replica.query(`alter system set max_standby_streaming_delay = 0`);
  await replica.query('select pg_reload_conf()');
  // Replay takes the same lock, and cancels the reads that are in its way.
  let isOver = false;
  const disturb = (async () => {
    while (!isOver) {
      await primary.query('begin; lock table shop.products in access exclusive mode; commit');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  try {
    const record = await benchRun(
      loaded,
      `load: { executor: constant-vus, vus: 6, duration: 3s, warmup: 0s, connections: { primary: 2, replica: 6 } }
mix: { search: 1 }
routing: { reads: replica }
retry: { maxAttempts: 1 }`,
    );
    const search = record.transactions['search'];
    expect(search?.outcomes.serialization).toBe(0);
    expect(search?.outcomes.deadlock).toBe(0);
    expect(search?.outcomes.standby_conflict).toBeGreaterThan(0);
    expect(search?.failedAttempts.standby_conflict).toBe(search?.outcomes.standby_conflict);
    const conflicts = record.server?.nodes[1]?.conflicts ?? {};
    expect(conflicts['lock']).toBeGreaterThan(0);
  } finally {
    isOver = true;
    await disturb;
    await replica.query('alter system reset max_standby_streaming_delay');
    await replica.query('select pg_reload_conf()');
  }
});

test('a replica that is lost in the middle: reads go to the primary, and each is counted', async () => {
  const proxy = await switchableProxy(loaded.replica);
  try {
    const record = await benchRun(
      loaded,
      `load: { executor: constant-arrival-rate, rate: 60/s, duration: 3s, warmup: 0s, connections: { primary: 4, replica: 2 } }
mix: { view_product: 1 }
routing: { reads: replica }`,
      {
        replicas: [proxy.address],
        onTick({ elapsedMs }) {
          if (elapsedMs > 1000 && elapsedMs < 2000) proxy.refuse();
          if (elapsedMs >= 2000) proxy.serve();
        },
      },
    );
    const view = record.transactions['view_product'];
    const lost = record.replication?.fallbacks?.lost ?? 0;
    expect(lost).toBeGreaterThan(20);
    expect(view?.nodes['primary']).toBe(lost);
    expect(view?.nodes['replica']).toBeGreaterThan(20);
    expect(view?.outcomes.committed).toBeGreaterThan(0.9 * (view?.arrivals ?? 0));
    expect(record.outages).toMatchObject([{ node: 'replica' }]);
    expect(record.outages[0]?.endMs).not.toBeNull();
    const rules = record.taints.map(({ rule }) => rule);
    expect(rules).toEqual(expect.arrayContaining(['outage', 'replica-lost']));
    expect(record.marks.map(({ kind }) => kind)).toContain('outage');
  } finally {
    await proxy.close();
  }
});
