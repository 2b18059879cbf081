import { z } from 'zod';
import { OUTCOME_GROUPS, OUTCOMES, RETRYABLE_OUTCOMES } from './outcome.ts';
import { serverRecordSchema } from './server-record.ts';

/**
 * The run record: everything that is known of one run, and the only thing that passes from `bench`
 * to the reports. Within a version it only grows. Durations end in `Ms` or `Us`; offsets on the
 * time line (`atMs`) count from the start of the warm-up.
 */
export const RUN_RECORD_VERSION = 1;

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();

/**
 * A quantile under right-censoring. Arrivals that failed, were dropped or never finished took
 * longer than anything that was seen: where the quantile falls among them, `isLowerBound` is true
 * and the value is the largest latency that was seen.
 */
const quantile = z.object({ valueUs: z.number().nonnegative(), isLowerBound: z.boolean() });

const latency = z.object({
  /** Samples in the histogram. */
  count,
  meanUs: z.number().nonnegative(),
  maxUs: z.number().nonnegative(),
  /** Arrivals counted as slower than all samples. */
  censored: count,
  p50: quantile,
  p90: quantile,
  p95: quantile,
  p99: quantile,
  p999: quantile,
  /** HdrHistogram, 3 significant digits, microseconds, in its own compressed base64 encoding. */
  histogram: z.string(),
});

const latencies = z.object({
  /** End minus intended start, retries included. */
  response: latency,
  /** Duration of the last attempt alone. */
  service: latency,
  /** Start minus intended start: waiting for a free connection, and the timer's own lateness. */
  lag: latency,
});

const transaction = z.object({
  access: z.enum(['read', 'write']),
  /** Arrivals whose intended start lies in the measurement window. */
  arrivals: count,
  outcomes: z.record(z.enum(OUTCOMES), count),
  /** Why business rules said no. */
  rejections: z.record(z.string(), count),
  /** SQLSTATE of each `other` outcome. */
  otherSqlStates: z.record(z.string(), count),
  /** Started later after the intended start than the scenario's `lateAfterMs`. */
  late: count,
  /** Index k: arrivals that took k+1 attempts. */
  attempts: z.array(count),
  /** Failed attempts by cause, whether or not a later one succeeded. */
  failedAttempts: z.record(z.enum(RETRYABLE_OUTCOMES), count),
  /** Time spent in attempts that had to be done again, backoff included. */
  wastedMs: milliseconds,
  /** Arrivals that failed after the last allowed attempt. */
  giveUps: count,
  /** Arrivals by the node that served them. */
  nodes: z.record(z.string(), count),
  /** Reads of an order of this run that did not show it, although it was acknowledged before. */
  staleReads: count.default(0),
  /** Those of them before which another read had shown it already. */
  backwardReads: count.default(0),
  /** Latencies per group of outcomes; a group without a sample is absent. */
  latency: z.partialRecord(z.enum(OUTCOME_GROUPS), latencies),
});

const statement = z.object({
  name: z.string(),
  node: z.string(),
  calls: count,
  errors: count,
  /** The errors by SQLSTATE; `lost` where the connection broke. */
  errorCodes: z.record(z.string(), count).default({}),
  /** Returned or changed. */
  rows: count,
  /** Round trip of one execution. */
  latency,
});

const seriesPoint = z.object({
  atMs: milliseconds,
  arrivals: count,
  committed: count,
  rejected: count,
  failed: count,
  dropped: count,
  retries: count,
  /** Response time of the committed; null where there was none. */
  p50Us: z.number().nullable(),
  p95Us: z.number().nullable(),
  p99Us: z.number().nullable(),
  maxUs: z.number().nullable(),
  /** Largest replica age seen in the interval; null without a replica. */
  replicaAgeMs: z.number().nullable(),
  /** Busy share of the harness's event loop, 0 to 1. */
  eventLoopUtilization: z.number().nullable(),
});

const node = z.object({
  name: z.string(),
  role: z.enum(['primary', 'replica']),
  /** Host, port and database; never a user or a password. */
  address: z.string(),
  serverVersion: z.string(),
  settings: z.record(z.string(), z.string()),
  /** Serial round trip of `select 1` before the run. */
  roundTripUs: z.object({ p50: z.number(), max: z.number(), samples: count }),
});

const freshness = z.object({
  name: z.string(),
  /** Else it is a materialised view, as old as its last refresh. */
  isKeptByTrigger: z.boolean(),
  ageMs: milliseconds,
  /** Orders that it lacks. */
  ordersBehind: z.int(),
  /** How long the last refresh took; null for what is not refreshed. */
  refreshMs: z.number().nullable(),
});

const deadlockSide = z.object({ transaction: z.string(), statement: z.string() });

const replicaAge = z.object({
  /** Samples, one each period of the measurement window. */
  samples: count,
  /** Samples in which it could not be told: the replica did not answer. In no quantile. */
  unknown: count.default(0),
  p50Ms: z.number(),
  p95Ms: z.number(),
  maxMs: z.number(),
});

const replica = z.object({
  name: z.string(),
  age: replicaAge,
  /** WAL that it had yet to replay; null where the server cannot tell (Aurora). */
  lagBytes: z
    .object({ samples: count, p50: z.number(), p95: z.number(), max: z.number() })
    .nullable(),
  /** Measured reads that it served. */
  reads: count,
});

const booksCheck = z.object({
  name: z.string(),
  question: z.string(),
  violations: count,
  examples: z.array(z.record(z.string(), z.unknown())),
  durationMs: milliseconds,
});

export const TAINT_LEVELS = ['note', 'suspect', 'invalid'] as const;

export const runRecordSchema = z.object({
  schemaVersion: z.literal(RUN_RECORD_VERSION),
  id: z.string(),
  startedAt: z.iso.datetime(),
  cartloadVersion: z.string(),
  command: z.string(),
  /** The resolved scenario, defaults filled in. */
  scenario: z.looseObject({ name: z.string(), description: z.string() }),
  dataset: z.object({
    identity: z.string(),
    orders: count,
    seed: count,
    profile: z.string(),
    /** Rows of the shop when it was loaded. */
    rows: count,
    bytes: count,
    /** Orders that earlier runs in place had added before this one. */
    ordersAdded: count,
  }),
  schemaFingerprint: z.string(),
  target: z.object({
    kind: z.enum(['embedded', 'external']),
    /** `fresh`: a clone of the loaded shop, dropped after the run. `in-place`: the shop itself. */
    state: z.enum(['fresh', 'in-place']),
    nodes: z.array(node).min(1),
    /** What the role may do here; false with the reason in `unavailable`. */
    capabilities: z.record(z.string(), z.boolean()),
    unavailable: z.record(z.string(), z.string()),
    /** What the clients reached the primary through. */
    pooler: z
      .object({ address: z.string(), prepares: z.enum(['named', 'never']) })
      .nullable()
      .default(null),
  }),
  environment: z.object({
    host: z.string(),
    platform: z.string(),
    cpu: z.string(),
    cores: count,
    memoryBytes: count,
    node: z.string(),
    commit: z.string().nullable(),
  }),
  phases: z.object({
    warmup: z.object({ startMs: milliseconds, endMs: milliseconds }),
    measurement: z.object({ startMs: milliseconds, endMs: milliseconds }),
    gracefulStop: z.object({ startMs: milliseconds, endMs: milliseconds }),
  }),
  transactions: z.record(z.string(), transaction),
  statements: z.array(statement),
  deadlocks: z.object({
    /** Attempts that ended as a deadlock victim, in the measurement window. */
    count,
    /** The server's own count over the whole run, warm-up included; null where it cannot be told. */
    serverCount: count.nullable(),
    /** Each victim waited at least this long; null where the setting cannot be read. */
    deadlockTimeoutMs: z.number().nullable(),
    /** Who was struck down by whom, in the measurement window; the most frequent first. */
    pairs: z
      .array(
        z.object({
          victim: deadlockSide,
          /** What the backend that the victim waited for had under way; null where it is not known. */
          blocker: deadlockSide.nullable(),
          /** Table whose row the victim waited for. */
          relation: z.string().nullable(),
          /** Backends in the ring. */
          processes: count,
          count,
          /** Sum of the round trips of the victims' last statements. */
          waitedMs: milliseconds,
        }),
      )
      .default([]),
  }),
  replication: z
    .object({
      policy: z.string(),
      heartbeatPeriodMs: z.number(),
      /** Of all replicas together. */
      age: replicaAge,
      /** Measured reads that the policy sent to the primary: for every reason in `fallbacks`. */
      readsSentToPrimary: count,
      /** Measured reads that a replica served. */
      readsOnReplica: count,
      /** Why reads that were meant for a replica went to the primary. */
      fallbacks: z
        .object({
          /** Every replica was older than `maxLag`. */
          'too-old': count,
          /** A causal read waited for `maxLag` and the shopper's own write was not there. */
          'not-caught-up': count,
          /** No replica had a connection. */
          lost: count,
        })
        .optional(),
      /** How long causal reads waited on their replica, those that did not have to included. */
      causalWait: latency.optional(),
      replicas: z.array(replica).default([]),
      /** From the acknowledgement of an order to the moment when a replica showed it. */
      visibility: z
        .object({
          /** Orders that were looked for, at most 10 a second and worker. */
          probes: count,
          /** Of them those that the first look found. */
          atOnce: count,
          /** Of them those that were not there within five seconds, or whose replica did not answer. */
          unknown: count,
          latency,
        })
        .nullable()
        .default(null),
    })
    .nullable(),
  /** What the servers did; absent in records of builds that did not watch them. */
  server: serverRecordSchema.optional(),
  client: z.object({
    eventLoopUtilization: z.number(),
    eventLoopDelayP99Ms: z.number(),
    cpuSeconds: z.number(),
    maxRssBytes: count,
    /** Garbage collection of all workers together. */
    gcMs: milliseconds.default(0),
    /** The busiest worker's share is `eventLoopUtilization`, the slowest's delay `eventLoopDelayP99Ms`. */
    workers: z
      .array(
        z.object({
          connections: z.record(z.string(), count),
          arrivals: count,
          eventLoopUtilization: z.number(),
          eventLoopDelayP99Ms: z.number(),
          gcMs: milliseconds,
          /** CPU of this thread alone; null where Node cannot tell (before 23.9). */
          cpuSeconds: z.number().nullable(),
        }),
      )
      .default([]),
    /** Start minus the moment when an arrival could have started: the timer's lateness alone. */
    timerLag: latency,
  }),
  series: z.object({ intervalMs: z.number().positive(), points: z.array(seriesPoint) }),
  /** When a node had no connection left, in offsets on the time line; `endMs` null: till the end. */
  outages: z
    .array(z.object({ node: z.string(), startMs: z.number(), endMs: z.number().nullable() }))
    .default([]),
  marks: z.array(z.object({ atMs: milliseconds, kind: z.string(), text: z.string() })),
  /** Of what is kept for reports, at the end of the load; empty where nobody in the mix uses it. */
  freshness: z.array(freshness).default([]),
  books: z.object({
    /** Checkouts acknowledged with the tag COMMIT, from the first arrival to the last. */
    acknowledged: count,
    found: count,
    missing: count,
    different: count,
    doubled: count,
    /** Checkouts lost at COMMIT: looked up by their token after the run. */
    inDoubt: z.object({ total: count, committed: count, lost: count }),
    /** Orders that nobody acknowledged and that were not in doubt. */
    unexpected: count,
    invariants: z.array(booksCheck),
    /** False when the target could not be asked after the run: then nothing but `acknowledged` is known. */
    checked: z.boolean().default(true),
    balanced: z.boolean(),
  }),
  thresholds: z.array(
    z.object({
      text: z.string(),
      /** As printed, `118 ms` or `> 400 ms`. */
      actual: z.string(),
      passed: z.boolean(),
    }),
  ),
  taints: z.array(z.object({ rule: z.string(), level: z.enum(TAINT_LEVELS), text: z.string() })),
  /** The run was ended before its time. What was measured until then is in the record. */
  interrupted: z.boolean(),
  verdict: z.object({
    status: z.enum(['pass', 'fail', 'invalid', 'interrupted']),
    /** One sentence for a reader in a hurry. */
    sentence: z.string(),
    exitCode: z.int(),
  }),
});

export type RunRecord = z.infer<typeof runRecordSchema>;
export type TransactionRecord = z.infer<typeof transaction>;
export type StatementRecord = z.infer<typeof statement>;
export type LatencyRecord = z.infer<typeof latency>;
export type QuantileRecord = z.infer<typeof quantile>;
export type SeriesPoint = z.infer<typeof seriesPoint>;
export type FreshnessRecord = z.infer<typeof freshness>;
export type ReplicaAgeRecord = z.infer<typeof replicaAge>;
export type ReplicaRecord = z.infer<typeof replica>;
export type NodeRecord = z.infer<typeof node>;
export type BooksCheck = z.infer<typeof booksCheck>;
export type Taint = RunRecord['taints'][number];
