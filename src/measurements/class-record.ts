import { z } from 'zod';
import { costSchema } from '../pricing/cost-model.ts';

const bounded = z.object({
  value: z.number(),
  /** null: nothing bounds it on this side. */
  lower: z.number().nullable(),
  upper: z.number().nullable(),
});

/** One run at one rate. */
const point = z.object({
  /** Id of its run. */
  run: z.string(),
  /** Arrivals per second that were offered. */
  ratePerSecond: z.number(),
  phase: z.enum(['growth', 'bisection', 'confirmation']),
  /** Whether all thresholds of the scenario held. */
  holds: z.boolean(),
  /** Those that did not, with what they came to. */
  missed: z.array(z.string()),
  /** Committed transactions per second, with 95 % bounds of a Poisson count. */
  goodput: bounded,
  /** Response time of the headline transaction; null where none was committed. */
  response: z
    .object({
      p50Us: z.number(),
      /** With 95 % bounds by order statistics of this run's samples. */
      p99Us: bounded,
      /** The p99 lies among arrivals that never ended: it is more than that. */
      isLowerBound: z.boolean(),
    })
    .nullable(),
  /** Of the server's processors, where it is on this machine. */
  cpuShare: z.number().nullable(),
  /** Connections to the primary in use, in the mean (arrivals times their service time). */
  busyConnections: z.number(),
  /** Rules of the taints above a note. */
  taints: z.array(z.string()),
  /** Where the median response changed its level within the window, and by which factor. */
  change: z.object({ atMs: z.number(), factor: z.number() }).nullable(),
});

export const LIMITS = [
  'CPU',
  'IO',
  'locks',
  'WAL',
  'connections',
  'load generator',
  'unknown',
] as const;

const limit = z.object({
  kind: z.enum(LIMITS),
  sentence: z.string(),
  evidence: z.array(z.object({ what: z.string(), value: z.string() })),
});

const search = z.object({
  startedAt: z.iso.datetime(),
  end: z.enum(['found', 'most-reached', 'load-generator', 'nothing-holds']),
  points: z.array(point),
});

const steadiness = z.object({
  /** `burst`: what was measured may be credits that run out. `unknown`: nothing says whether there are any. */
  label: z.enum(['sustained', 'burst', 'unsteady', 'unknown']),
  sentence: z.string(),
  /** Balances that the provider knows, before and after. */
  balances: z
    .array(z.object({ name: z.string(), before: z.number(), after: z.number() }))
    .default([]),
});

export const classRecordSchema = z.object({
  name: z.string(),
  /** What was run on, in one phrase. */
  target: z.string(),
  /** What must be the same in all classes for them to be ranked. */
  fingerprint: z.record(z.string(), z.string()),
  searches: z.array(search),
  /**
   * Arrivals per second at which the thresholds hold as often as not, over all searches, with 95 % bounds;
   * null where it was not found.
   */
  capacity: bounded.nullable(),
  /** The same in headline transactions per second. */
  headlineCapacity: bounded.nullable(),
  /** No rate that was tried was too high: the capacity is at least this. */
  atLeastPerSecond: z.number().nullable(),
  limit,
  steadiness,
  /** What it costs, by terms of payment, on demand first; empty where nothing is known of its price. */
  costs: z.array(costSchema),
  /** Dollars for a million headline transactions at the capacity, on demand. */
  usdPerMillion: bounded.nullable(),
  /** Why there is no result, or not all of it; empty where there is. */
  failure: z.string().default(''),
});

export type ClassRecord = z.infer<typeof classRecordSchema>;
export type CapacityPoint = z.infer<typeof point>;
export type CapacitySearch = z.infer<typeof search>;
export type Bounded = z.infer<typeof bounded>;
export type LimitRecord = z.infer<typeof limit>;
