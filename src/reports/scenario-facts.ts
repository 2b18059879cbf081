import { z } from 'zod';
import type { RunRecord } from '../measurements/run-record.ts';
import { formatSetting } from './format.ts';

/**
 * What the reports say about the load. The record keeps the scenario loosely, as it grows faster
 * than the record's own version: a key that is missing here costs a phrase, never the report.
 */
const loadSchema = z.object({
  executor: z.string(),
  ratePerSecond: z.number().optional(),
  process: z.string().optional(),
  startRatePerSecond: z.number().optional(),
  vus: z.number().optional(),
  startVus: z.number().optional(),
  iterations: z.number().optional(),
  stages: z.array(z.object({ durationMs: z.number(), target: z.number() })).optional(),
  workers: z.number().optional(),
  connections: z.object({ primary: z.number(), replica: z.number() }).optional(),
});

const thresholdSchema = z.object({
  text: z.string(),
  limit: z.number(),
  metric: z.object({
    kind: z.string(),
    transaction: z.string().nullish(),
    measure: z.string().optional(),
    quantile: z.string().optional(),
  }),
});

/** A limit of the scenario as far as the reports read it; `limit` in the metric's own unit. */
export type ScenarioThreshold = z.infer<typeof thresholdSchema>;

/** The intended arrivals per second over all transactions; null in a closed model. */
export function targetRatePerSecond(record: RunRecord): number | null {
  return loadOf(record)?.ratePerSecond ?? null;
}

/** The load in one phrase: `200 arrivals/s (poisson, open model)`. */
export function loadPhrase(record: RunRecord): string {
  const load = loadOf(record);
  if (load === null) return 'load as in the scenario';
  const workers =
    load.workers === undefined || load.workers === 1 ? '' : `, ${load.workers} workers`;
  return `${executorPhrase(load)}${workers}`;
}

function executorPhrase(load: z.infer<typeof loadSchema>): string {
  const process = load.process === undefined ? '' : `${load.process}, `;
  const ramp = (start: number) =>
    [start, ...(load.stages ?? []).map(({ target }) => target)].map(formatSetting).join(' to ');
  if (load.ratePerSecond !== undefined) {
    return `${formatSetting(load.ratePerSecond)} arrivals/s (${process}open model)`;
  }
  if (load.startRatePerSecond !== undefined) {
    return `${ramp(load.startRatePerSecond)} arrivals/s (${process}open model)`;
  }
  if (load.startVus !== undefined) return `${ramp(load.startVus)} virtual users (closed model)`;
  if (load.vus === undefined) return load.executor;
  const users = `${formatSetting(load.vus)} virtual users (closed model)`;
  return load.iterations === undefined
    ? users
    : `${formatSetting(load.iterations)} arrivals shared by ${users}`;
}

/** The connections in one phrase; null where the scenario does not say. */
export function connectionsPhrase(record: RunRecord): string | null {
  const connections = loadOf(record)?.connections;
  if (connections === undefined) return null;
  const { primary, replica } = connections;
  return `${formatSetting(primary)} to the primary, ${formatSetting(replica)} to the replica`;
}

/** The limits that the scenario sets on one kind of metric: `latency`, `per-thousand`, `share`... */
export function thresholdsOn(record: RunRecord, kind: string): readonly ScenarioThreshold[] {
  const list = z.array(z.unknown()).safeParse(record.scenario['thresholds']);
  if (!list.success) return [];
  return list.data.flatMap((entry) => {
    const threshold = thresholdSchema.safeParse(entry);
    return threshold.success && threshold.data.metric.kind === kind ? [threshold.data] : [];
  });
}

function loadOf(record: RunRecord): z.infer<typeof loadSchema> | null {
  const load = loadSchema.safeParse(record.scenario['load']);
  return load.success ? load.data : null;
}
