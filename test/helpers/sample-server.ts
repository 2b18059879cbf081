import type { RunRecord } from '../../src/measurements/run-record.ts';

/** What the servers did in the meantime: an index that only the replica reads, and one that nobody does. */
export function sampleServer(): NonNullable<RunRecord['server']> {
  const index = (scans: number) => ({
    scans,
    entriesRead: 3 * scans,
    rowsFetched: 2 * scans,
    blocksHit: 12 * scans,
    blocksRead: scans / 10,
  });
  const waits = {
    sessionSamples: 420,
    samples: 340,
    failedSamples: 1,
    events: { CPU: 230, 'Lock/transactionid': 120, 'IO/WalSync': 60, 'Client/ClientRead': 10 },
  };
  const counters = { commits: 9_812, rollbacks: 84, blocksHit: 912_000, blocksRead: 4_100 };
  const tables = {
    'shop.orders': {
      inserted: 1_002,
      updated: 2_010,
      hotUpdated: 1_407,
      deleted: 0,
      blocksHit: 84_000,
      blocksRead: 310,
      indexScans: 6_120,
      sequentialScans: 0,
      autovacuums: 0,
    },
  };
  return {
    window: 'load',
    nodes: [
      {
        name: 'primary',
        cpuSeconds: 14.2,
        database: { ...counters, tempBytes: 0 },
        wal: { records: 88_000, images: 3_100, bytes: 41_000_000 },
        checkpoints: { timed: 1, requested: 0 },
        io: { readBytes: 4_000_000, writeBytes: 9_000_000, extendBytes: 2_000_000, evictions: 0 },
        conflicts: null,
        tables,
        indexes: { 'shop.orders_pkey': index(6_120) },
        statements: {
          insert_order: { calls: 1_002, executionMs: 812, blocksHit: 21_000, walBytes: 1_900_000 },
        },
        waits,
      },
      {
        name: 'replica',
        cpuSeconds: 5.1,
        database: { ...counters, tempBytes: 8_192 },
        wal: null,
        checkpoints: { timed: 1, requested: 0 },
        io: { readBytes: 1_000_000, writeBytes: 0, extendBytes: 0, evictions: 0 },
        conflicts: { lock: 1, snapshot: 0 },
        tables: {},
        indexes: { 'shop.orders_by_customer': index(302) },
        statements: null,
        waits: { ...waits, events: { CPU: 90 }, sessionSamples: 90 },
      },
    ],
    perAction: {
      committed: 5_960,
      walBytes: 6_879,
      walRecords: 14.8,
      walImages: 0.52,
      blocksHit: 153,
      blocksRead: 0.69,
      tempBytes: 0,
      cpuMs: 3.24,
    },
    indexes: [
      {
        name: 'shop.orders_by_status',
        table: 'shop.orders',
        enforces: null,
        bytes: 2_400_000,
        cachedBytes: 65_536,
        leafDensity: 0.9,
      },
      {
        name: 'shop.orders_by_customer',
        table: 'shop.orders',
        enforces: null,
        bytes: 1_900_000,
        cachedBytes: 1_900_000,
        leafDensity: 0.61,
      },
      {
        name: 'shop.orders_pkey',
        table: 'shop.orders',
        enforces: 'primary key',
        bytes: 900_000,
        cachedBytes: null,
        leafDensity: null,
      },
    ],
    plans: {
      insert_order: 'Insert orders (Result)',
      product_by_id: 'Index Scan products_pkey',
    },
    unavailable: {},
    activity: Array.from({ length: 140 }, (_, k) => ({
      atMs: 250 * k,
      cpu: 0.6 + 0.3 * Math.sin(k / 5),
      lock: k >= 62 && k < 66 ? 6 : 0.1,
      io: 0.2,
      other: 0.05,
    })),
  };
}
