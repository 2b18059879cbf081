import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { OUTCOMES, type Outcome } from '../../src/measurements/outcome.ts';
import type {
  LatencyRecord,
  NodeRecord,
  QuantileRecord,
  RunRecord,
  SeriesPoint,
  StatementRecord,
  TransactionRecord,
} from '../../src/measurements/run-record.ts';
import { sampleServer } from './sample-server.ts';

const SECONDS = 30;

/** A run of the scenario `checkout` as it comes out of a small machine; the same at every call. */
export function sampleRecord(changes: Partial<RunRecord> = {}): RunRecord {
  return { ...passingRun(), ...changes };
}

/** A run without a replica, without arrivals and with nothing to show. */
export function emptyRecord(): RunRecord {
  const { server: _, ...record } = passingRun();
  return {
    ...record,
    transactions: {},
    statements: [],
    deadlocks: { count: 0, serverCount: null, deadlockTimeoutMs: null, pairs: [] },
    replication: null,
    client: { ...record.client, timerLag: sampleLatency(0, 100, 1) },
    series: { intervalMs: 250, points: [] },
    marks: [],
    books: {
      acknowledged: 0,
      found: 0,
      missing: 0,
      different: 0,
      doubled: 0,
      inDoubt: { total: 0, committed: 0, lost: 0 },
      unexpected: 0,
      invariants: [],
      checked: true,
      balanced: true,
    },
    thresholds: [],
    taints: [],
    verdict: { status: 'invalid', sentence: 'Nothing was measured.', exitCode: 4 },
  };
}

/** Log-normal latencies with a given median, encoded as a run record holds them. */
export function sampleLatency(
  samples: number,
  medianUs: number,
  seed: number,
  censored = 0,
  sigma = 0.55,
): LatencyRecord {
  const random = generator(seed);
  const values = Array.from({ length: samples }, () =>
    Math.max(1, Math.round(medianUs * Math.exp(sigma * gaussian(random)))),
  ).sort((a, b) => a - b);
  const histogram = build({ highestTrackableValue: 3_600_000_000 });
  for (const value of values) histogram.recordValue(value);
  const maxUs = values.at(-1) ?? 0;
  const quantile = (q: number): QuantileRecord => {
    const rank = Math.max(1, Math.ceil(q * (samples + censored)));
    return { valueUs: values[rank - 1] ?? maxUs, isLowerBound: rank > samples };
  };
  return {
    count: samples,
    meanUs: samples === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / samples,
    maxUs,
    censored,
    p50: quantile(0.5),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    p999: quantile(0.999),
    histogram: encodeIntoCompressedBase64(histogram),
  };
}

interface TransactionShape {
  readonly name: string;
  readonly access: 'read' | 'write';
  readonly arrivals: number;
  readonly serviceUs: number;
  readonly ends?: Partial<Record<Outcome, number>>;
  readonly attempts?: readonly number[];
}

const SHAPES: readonly TransactionShape[] = [
  { name: 'view_product', access: 'read', arrivals: 1_812, serviceUs: 780 },
  { name: 'browse_category', access: 'read', arrivals: 1_194, serviceUs: 1_950 },
  {
    name: 'search',
    access: 'read',
    arrivals: 611,
    serviceUs: 6_400,
    ends: { standby_conflict: 1 },
  },
  { name: 'add_to_cart', access: 'write', arrivals: 905, serviceUs: 2_700 },
  { name: 'view_cart', access: 'read', arrivals: 288, serviceUs: 1_050 },
  {
    name: 'checkout',
    access: 'write',
    arrivals: 893,
    serviceUs: 14_200,
    ends: { rejected: 41, deadlock: 1, statement_timeout: 1 },
    attempts: [861, 24, 6, 1, 1],
  },
  { name: 'order_history', access: 'read', arrivals: 302, serviceUs: 1_600 },
];

function transaction(shape: TransactionShape, index: number): TransactionRecord {
  const ends = shape.ends ?? {};
  const rejected = ends.rejected ?? 0;
  const others = Object.values(ends).reduce((sum, value) => sum + value, 0);
  const failed = others - rejected;
  const committed = shape.arrivals - others;
  const attempts = [...(shape.attempts ?? [shape.arrivals, 0, 0, 0, 0])];
  const measured = (count: number, factor: number, seed: number, censored: number) => ({
    response: sampleLatency(count, shape.serviceUs * factor * 1.12, seed, censored, 0.62),
    service: sampleLatency(count, shape.serviceUs * factor, seed + 1, 0, 0.5),
    lag: sampleLatency(count, 140, seed + 2, 0, 0.9),
  });
  return {
    access: shape.access,
    arrivals: shape.arrivals,
    outcomes: Object.fromEntries(
      OUTCOMES.map((outcome) => [
        outcome,
        outcome === 'committed' ? committed : (ends[outcome] ?? 0),
      ]),
    ) as Record<Outcome, number>,
    rejections: rejected === 0 ? {} : { out_of_stock: rejected - 12, card_declined: 12 },
    otherSqlStates: {},
    late: index === 5 ? 3 : 0,
    attempts,
    failedAttempts: {
      deadlock: index === 5 ? 42 : 0,
      serialization: 0,
      standby_conflict: ends.standby_conflict ?? 0,
    },
    wastedMs: index === 5 ? 44_310.5 : 0,
    giveUps: index === 5 ? 1 : 0,
    nodes:
      shape.access === 'read'
        ? { primary: 37, replica: shape.arrivals - 37 }
        : { primary: shape.arrivals, replica: 0 },
    staleReads: 0,
    backwardReads: 0,
    latency: {
      committed: measured(committed, 1, 100 * (index + 1), failed),
      ...(rejected > 0 && { rejected: measured(rejected, 0.6, 100 * (index + 1) + 10, 0) }),
      ...(failed > 0 && { failed: measured(failed, 30, 100 * (index + 1) + 20, 0) }),
    },
  };
}

function statements(): StatementRecord[] {
  const list: readonly (readonly [string, string, number, number, number])[] = [
    ['product_by_id', 'replica', 1_775, 1_775, 310],
    ['category_page', 'replica', 1_157, 27_768, 1_420],
    ['search_products', 'replica', 575, 11_040, 5_900],
    ['cart_upsert', 'primary', 905, 905, 720],
    ['lock_inventory', 'primary', 934, 2_241, 1_880],
    ['reserve_inventory', 'primary', 932, 932, 640],
    ['insert_order', 'primary', 892, 892, 910],
    ['insert_order_items', 'primary', 892, 2_138, 1_340],
  ];
  return list.map(([name, node, calls, rows, medianUs], index) => ({
    name,
    node,
    calls,
    errors: name === 'lock_inventory' ? 42 : 0,
    errorCodes: name === 'lock_inventory' ? { '40P01': 42 } : ({} as Record<string, number>),
    rows,
    latency: sampleLatency(calls, medianUs, 5_000 + index),
  }));
}

function series(): SeriesPoint[] {
  const random = generator(77);
  const points: SeriesPoint[] = [];
  for (let index = 0; index < 140; index += 1) {
    if (index >= 90 && index < 94) continue;
    const isStalled = index >= 62 && index < 66;
    const factor = (isStalled ? 6 : 1) * Math.exp(0.25 * gaussian(random));
    const committed = Math.max(0, Math.round(isStalled ? 20 : 49 + 6 * gaussian(random)));
    const failed = index === 64 ? 2 : index === 101 ? 1 : 0;
    const isSilent = index === 120;
    points.push({
      atMs: index * 250,
      arrivals: Math.max(0, Math.round(50 + 7 * gaussian(random))),
      committed: isSilent ? 0 : committed,
      rejected: index % 9 === 0 ? 1 : 0,
      failed,
      dropped: 0,
      retries: isStalled ? 6 : index % 13 === 0 ? 1 : 0,
      p50Us: isSilent ? null : 1_500 * factor,
      p95Us: isSilent ? null : 14_000 * factor,
      p99Us: isSilent ? null : 31_000 * factor,
      maxUs: isSilent ? null : 52_000 * factor,
      replicaAgeMs: isStalled ? 180 : 12 + 6 * random(),
      eventLoopUtilization: 0.3 + 0.08 * random(),
    });
  }
  return points;
}

function node(name: string, role: 'primary' | 'replica', port: number): NodeRecord {
  return {
    name,
    role,
    address: `127.0.0.1:${port}/shop`,
    serverVersion: '18.1',
    settings: {
      shared_buffers: '512MB',
      work_mem: '8MB',
      max_connections: '100',
      synchronous_commit: 'on',
      fsync: 'on',
      hot_standby_feedback: role === 'replica' ? 'on' : 'off',
      random_page_cost: '1.1',
    },
    roundTripUs: { p50: 84, max: 1_310, samples: 200 },
  };
}

function passingRun(): RunRecord {
  const shapes = SHAPES.map((shape, index) => [shape.name, transaction(shape, index)] as const);
  return {
    schemaVersion: 1,
    id: '20261121T022709-checkout',
    startedAt: '2026-11-21T02:27:09.412Z',
    cartloadVersion: '0.1.0',
    command: 'npm run bench scenarios/checkout',
    scenario: {
      name: 'checkout',
      description: 'Shoppers browse, fill carts and pay; a flash sale makes three products hot.',
      dataset: { orders: 20_000, seed: 42, profile: 'default' },
      load: {
        executor: 'constant-arrival-rate',
        ratePerSecond: 200,
        process: 'poisson',
        durationMs: SECONDS * 1_000,
        warmupMs: 5_000,
        gracefulStopMs: 10_000,
        connections: { primary: 16, replica: 8 },
        maxQueue: 1_000,
      },
      mix: { view_product: 30, browse_category: 20, search: 10, checkout: 15 },
      thresholds: [
        {
          text: 'checkout.response.p99 < 150ms',
          comparison: '<',
          limit: 150,
          metric: {
            kind: 'latency',
            transaction: 'checkout',
            measure: 'response',
            quantile: 'p99',
          },
        },
        {
          text: 'deadlocks per 1000 checkout < 60',
          comparison: '<',
          limit: 60,
          metric: { kind: 'per-thousand', event: 'deadlocks', transaction: 'checkout' },
        },
      ],
    },
    dataset: {
      identity: 'ds1-7f3a9c0be412',
      orders: 20_000,
      seed: 42,
      profile: 'default',
      rows: 281_344,
      bytes: 71_303_168,
      ordersAdded: 0,
    },
    schemaFingerprint: 'sf1-0c44d1e2',
    target: {
      kind: 'embedded',
      state: 'fresh',
      nodes: [node('primary', 'primary', 40_111), node('replica', 'replica', 40_112)],
      capabilities: { checkpoint: true, createDatabase: true, pgStatStatements: false },
      pooler: null,
      unavailable: { pgStatStatements: 'the extension is not preloaded' },
    },
    environment: {
      host: 'build-7',
      platform: 'linux x64 6.1',
      cpu: 'AMD EPYC 7R13',
      cores: 2,
      memoryBytes: 8_262_295_552,
      node: 'v20.20.2',
      commit: '4f2a9c1',
    },
    phases: {
      warmup: { startMs: 0, endMs: 5_000 },
      measurement: { startMs: 5_000, endMs: 35_000 },
      gracefulStop: { startMs: 35_000, endMs: 35_120 },
    },
    transactions: Object.fromEntries(shapes),
    statements: statements(),
    server: sampleServer(),
    deadlocks: {
      count: 42,
      serverCount: 44,
      deadlockTimeoutMs: 1_000,
      pairs: [
        {
          victim: { transaction: 'checkout', statement: 'lock_inventory' },
          blocker: { transaction: 'checkout', statement: 'lock_inventory' },
          relation: 'inventory',
          processes: 2,
          count: 39,
          waitedMs: 39_412,
        },
        {
          victim: { transaction: 'receive_stock', statement: 'receive' },
          blocker: null,
          relation: 'inventory',
          processes: 3,
          count: 3,
          waitedMs: 3_021,
        },
      ],
    },
    replication: {
      policy: 'replica-if-fresh',
      heartbeatPeriodMs: 50,
      age: { samples: 700, unknown: 0, p50Ms: 14, p95Ms: 62, maxMs: 180 },
      readsSentToPrimary: 185,
      readsOnReplica: 4_022,
      fallbacks: { 'too-old': 185, 'not-caught-up': 0, lost: 0 },
      replicas: [
        {
          name: 'replica',
          age: { samples: 700, unknown: 0, p50Ms: 14, p95Ms: 62, maxMs: 180 },
          lagBytes: { samples: 700, p50: 8_192, p95: 65_536, max: 1_048_576 },
          reads: 4_022,
        },
      ],
      visibility: {
        probes: 290,
        atOnce: 261,
        unknown: 0,
        latency: sampleLatency(290, 900, 17, 0, 0.7),
      },
    },
    client: {
      eventLoopUtilization: 0.341,
      eventLoopDelayP99Ms: 3.2,
      cpuSeconds: 11.8,
      gcMs: 84,
      workers: [],
      maxRssBytes: 171_966_464,
      timerLag: sampleLatency(6_005, 120, 9, 0, 0.8),
    },
    series: { intervalMs: 250, points: series() },
    outages: [],
    marks: [
      { atMs: 15_480, kind: 'checkpoint', text: 'checkpoint (time)' },
      { atMs: 15_900, kind: 'autovacuum', text: 'autovacuum of shop.inventory' },
      { atMs: 25_200, kind: 'checkpoint', text: 'checkpoint (wal)' },
    ],
    freshness: [],
    books: {
      acknowledged: 992,
      found: 992,
      missing: 0,
      different: 0,
      doubled: 0,
      inDoubt: { total: 1, committed: 1, lost: 0 },
      unexpected: 0,
      invariants: [
        ['order-totals', 'Is every order worth its lines, less discount, plus tax and shipping?'],
        ['payments', 'Has every paid order been paid in full, once?'],
        ['stock', 'Does the stock on hand equal the opening stock and all movements since?'],
        ['ratings', 'Do the products show the sums of their reviews?'],
      ].map(([name = '', question = ''], index) => ({
        name,
        question,
        violations: 0,
        examples: [],
        durationMs: 41.5 + 17 * index,
      })),
      checked: true,
      balanced: true,
    },
    thresholds: [
      { text: 'checkout.response.p99 < 150ms', actual: '68.1 ms', passed: true },
      { text: 'deadlocks per 1000 checkout < 60', actual: '47.0', passed: true },
      { text: 'failed of arrivals < 0.1%', actual: '0.0500 %', passed: true },
    ],
    taints: [
      {
        rule: 'cold-cache',
        level: 'note',
        text: 'The first 5 s of the measurement read 12 % of their blocks from outside shared_buffers.',
      },
    ],
    interrupted: false,
    verdict: {
      status: 'pass',
      sentence: '200 arrivals/s held for 30 s: checkout p99 68.1 ms, limit 150 ms. Books balanced.',
      exitCode: 0,
    },
  };
}

/** mulberry32: small, seeded and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
