import type pg from 'pg';
import { schemaFingerprint } from '../../database/schema-fingerprint.ts';
import { describeAddress } from '../../database/server-address.ts';
import type { Shop } from '../../generators/shop.ts';
import type { NodeRecord } from '../../measurements/run-record.ts';
import type { BenchNode, BenchNodes } from './nodes.ts';

/** Settings that change what a run measures. */
const SETTINGS = [
  'autovacuum',
  'checkpoint_timeout',
  'deadlock_timeout',
  'effective_cache_size',
  'fsync',
  'full_page_writes',
  'hot_standby_feedback',
  'io_method',
  'jit',
  'max_connections',
  'max_standby_streaming_delay',
  'max_wal_size',
  'random_page_cost',
  'shared_buffers',
  'synchronous_commit',
  'synchronous_standby_names',
  'track_io_timing',
  'wal_compression',
  'wal_level',
  'work_mem',
] as const;

const ROUND_TRIPS = 50;

/** What a run's record says of its servers and its data, as they were before the load. */
export interface ServerFacts {
  readonly nodes: readonly NodeRecord[];
  readonly schemaFingerprint: string;
  readonly databaseBytes: number;
  /** Orders that earlier runs in place have added. */
  readonly ordersAdded: number;
  /** As `readDeadlockCount`. */
  readonly deadlockCount: number;
  /** The `deadlock_timeout`: what each victim waits at least. */
  readonly deadlockTimeoutMs: number;
}

/** Reads all of it before the load: afterwards the server may be gone. */
export async function readServerFacts(
  { primary, replicas }: BenchNodes,
  shop: Shop,
): Promise<ServerFacts> {
  const nodes: NodeRecord[] = [];
  for (const node of [primary, ...replicas]) nodes.push(await describeNode(node));
  const { client } = primary;
  return {
    nodes,
    schemaFingerprint: await schemaFingerprint(client),
    databaseBytes: (await readSizes(client)).databaseBytes,
    ordersAdded: await countAddedOrders(client, shop.counts.orders),
    deadlockCount: await readDeadlockCount(client),
    deadlockTimeoutMs: await readDeadlockTimeoutMs(client),
  };
}

/** A server as the run record shows it, with the round trip that every statement pays at least. */
async function describeNode(node: BenchNode): Promise<NodeRecord> {
  const { client, name, role, address } = node;
  const { rows } = await client.query<{ name: string; value: string }>(
    `select name, current_setting(name) as value from pg_settings where name = any ($1)`,
    [SETTINGS],
  );
  const version = await client.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  return {
    name,
    role,
    address: describeAddress(address),
    serverVersion: version.rows[0]?.version ?? '',
    settings: Object.fromEntries(rows.map(({ name, value }) => [name, value])),
    roundTripUs: await measureRoundTrip(client),
  };
}

/** Deadlocks that the server has counted in this database since its statistics were reset. */
export async function readDeadlockCount(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ deadlocks: number }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return rows[0]?.deadlocks ?? 0;
}

async function readDeadlockTimeoutMs(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ ms: number }>(
    `select setting::int as ms from pg_settings where name = 'deadlock_timeout'`,
  );
  return rows[0]?.ms ?? 0;
}

/** Bytes of the database on disk, and of the server's shared buffers. */
export async function readSizes(
  client: pg.Client,
): Promise<{ readonly databaseBytes: number; readonly sharedBuffersBytes: number }> {
  const { rows } = await client.query<{ databaseBytes: number; sharedBuffersBytes: number }>(
    `select pg_database_size(current_database()) as "databaseBytes",
            pg_size_bytes(current_setting('shared_buffers')) as "sharedBuffersBytes"`,
  );
  return rows[0] ?? { databaseBytes: 0, sharedBuffersBytes: 0 };
}

/** Orders that were not generated but placed by runs. Generated ids end with the scale. */
async function countAddedOrders(client: pg.Client, generatedOrders: number): Promise<number> {
  const { rows } = await client.query<{ added: number }>(
    'select count(*) as added from shop.orders where id > $1',
    [generatedOrders],
  );
  return rows[0]?.added ?? 0;
}

async function measureRoundTrip(client: pg.Client): Promise<NodeRecord['roundTripUs']> {
  const samples: number[] = [];
  for (let trip = 0; trip <= ROUND_TRIPS; trip++) {
    const startedAt = performance.now();
    await client.query({ name: 'cartload.round_trip', text: 'select 1' });
    // The first one parses and plans.
    if (trip > 0) samples.push((performance.now() - startedAt) * 1000);
  }
  samples.sort((a, b) => a - b);
  return {
    p50: samples[Math.floor(samples.length / 2)] ?? 0,
    max: samples.at(-1) ?? 0,
    samples: samples.length,
  };
}
