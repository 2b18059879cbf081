import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import { EmbeddedCluster } from '../../src/database/embedded/embedded-cluster.ts';
import { parseServerUrl, withDatabase } from '../../src/database/server-address.ts';
import { benchRun } from '../helpers/bench-run.ts';
import { type LoadedShop, loadInto } from '../helpers/loaded-shop.ts';

let directory: string;
let cluster: EmbeddedCluster;
let loaded: Omit<LoadedShop, 'database'>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cartload-test-'));
  const pgBin = process.env['CARTLOAD_TEST_PG_BIN'];
  cluster = await EmbeddedCluster.acquire({
    directory,
    command: 'npm test',
    ...(pgBin === undefined ? {} : { pgBin }),
  });
  const { primaryUrl, replicaUrl } = await cluster.start();
  const admin = await connect(parseServerUrl(primaryUrl), { purpose: 'test' });
  await admin.query('create database shop');
  await admin.end();
  const primary = withDatabase(parseServerUrl(primaryUrl), 'shop');
  const replica = withDatabase(parseServerUrl(replicaUrl), 'shop');
  loaded = { shop: await loadInto(primary), primary, replica };
});

afterAll(async () => {
  await cluster.reset();
  await cluster.release();
  await rm(directory, { recursive: true, force: true });
});

/** Ends the postmaster of the primary, wherever its data lie, while checkouts are under way. */
async function killPrimary(): Promise<void> {
  const client = await connect(loaded.primary, { purpose: 'test' });
  await client.query('begin; lock table shop.orders in share mode');
  await vi.waitFor(async () => {
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name like 'cartload bench %'`;
    expect((await client.query(waiting)).rowCount).toBeGreaterThan(0);
  }, 5000);
  const { rows } = await client.query<{ folder: string }>(
    `select current_setting('data_directory') as folder`,
  );
  const [pid] = (await readFile(join(rows[0]?.folder ?? '', 'postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGKILL');
}

test('the primary is killed in the middle and comes back: nothing acknowledged is lost or doubled, the gap is told', async () => {
  let restarted: Promise<unknown> | null = null;
  const record = await benchRun(
    loaded,
    `load: { executor: constant-arrival-rate, rate: 80/s, duration: 8s, warmup: 500ms, gracefulStop: 20s, connections: { primary: 6, replica: 2 } }
mix: { checkout: 3, view_product: 1 }
routing: { reads: replica }`,
    {
      onTick({ elapsedMs }) {
        if (restarted !== null || elapsedMs < 3000) return;
        restarted = killPrimary().then(() => cluster.start());
      },
    },
  );
  await restarted;
  const checkout = record.transactions['checkout'];
  expect(record.interrupted).toBe(false);
  expect(record.phases.measurement).toEqual({ startMs: 500, endMs: 8500 });
  expect(record.books).toMatchObject({
    checked: true,
    missing: 0,
    different: 0,
    doubled: 0,
    unexpected: 0,
    balanced: true,
  });
  expect(record.books.acknowledged).toBeGreaterThan(100);
  const { inDoubt } = record.books;
  expect(inDoubt.total).toBe(inDoubt.committed + inDoubt.lost);
  expect((checkout?.outcomes.connection ?? 0) + (checkout?.outcomes.in_doubt ?? 0)).toBeGreaterThan(
    0,
  );
  expect(record.outages.map(({ node }) => node)).toContain('primary');
  const gap = record.outages.find(({ node }) => node === 'primary');
  expect(gap?.endMs).not.toBeNull();
  expect(record.marks).toEqual(
    expect.arrayContaining([expect.objectContaining({ kind: 'outage' })]),
  );
  const rules = record.taints.map(({ rule }) => rule);
  expect(rules).toEqual(expect.arrayContaining(['connection-loss', 'outage']));
  // Orders were placed before the gap and after it.
  const placed = record.series.points.filter(({ committed }) => committed > 0);
  expect(placed.some(({ atMs }) => atMs < (gap?.startMs ?? 0))).toBe(true);
  expect(placed.some(({ atMs }) => atMs > (gap?.endMs ?? 0))).toBe(true);
});
