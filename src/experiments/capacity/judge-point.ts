import type { CapacityPoint } from '../../measurements/class-record.ts';
import { decodeHistogram } from '../../measurements/histogram.ts';
import { quantileBounds } from '../../measurements/quantile-bounds.ts';
import type { LatencyRecord, RunRecord } from '../../measurements/run-record.ts';
import { headlineTransaction, measuredMs, totalsOfRun } from '../../measurements/run-totals.ts';
import { changePointOf } from '../../statistics/change-point.ts';

/** Normal quantile of 0.975. */
const Z = 1.96;
/** A change of level must be surely there, and as large as this. */
const SURE = 0.01;
const LEAST_FACTOR = 1.25;

/** What a run at one rate says about the capacity. */
export function judgePoint(
  run: RunRecord,
  about: Pick<CapacityPoint, 'ratePerSecond' | 'phase'> & {
    /** Processors of the server; null where it is not on this machine. */
    readonly processors: number | null;
  },
): CapacityPoint {
  const { processors, ...known } = about;
  const windowMs = measuredMs(run);
  const { committed } = totalsOfRun(run);
  const perSecond = (count: number) => (1000 * Math.max(0, count)) / windowMs;
  const error = Z * Math.sqrt(committed);
  const missed = run.thresholds.filter(({ passed }) => !passed);
  return {
    run: run.id,
    ...known,
    holds: missed.length === 0,
    missed: missed.map(({ text, actual }) => `${text} (${actual})`),
    goodput: {
      value: perSecond(committed),
      lower: perSecond(committed - error),
      upper: perSecond(committed + error),
    },
    response: responseOf(headlineTransaction(run)?.transaction.latency.committed?.response),
    cpuShare: processors === null ? null : cpuShareOf(run, processors),
    busyConnections: busyConnections(run),
    taints: run.taints.filter(({ level }) => level !== 'note').map(({ rule }) => rule),
    change: changeOf(run),
  };
}

function responseOf(latency: LatencyRecord | undefined): CapacityPoint['response'] {
  if (latency === undefined || latency.count === 0) return null;
  const { p50, p99 } = latency;
  const [bounds] = quantileBounds(latency, [0.99]);
  return {
    p50Us: p50.valueUs,
    p99Us: {
      value: p99.valueUs,
      lower: bounds?.lower.valueUs ?? null,
      upper: bounds === undefined || bounds.upper.isLowerBound ? null : bounds.upper.valueUs,
    },
    isLowerBound: p99.isLowerBound,
  };
}

/** Of all nodes on this machine, over the whole load. */
function cpuShareOf(run: RunRecord, processors: number): number | null {
  const seconds = run.server?.nodes.map(({ cpuSeconds }) => cpuSeconds) ?? [];
  if (seconds.length === 0 || seconds.includes(null)) return null;
  const used = seconds.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  return used / (loadSeconds(run) * processors);
}

/** How long the load ran, warm-up included. */
export function loadSeconds({ phases }: RunRecord): number {
  return (phases.measurement.endMs - phases.warmup.startMs) / 1000;
}

/**
 * Little's law over all arrivals that started: how many connections to the primary were in use, in the mean;
 * where more arrived than were served, all of them.
 */
function busyConnections(run: RunRecord): number {
  const all = Object.values(run.transactions);
  const servedMs = all
    .flatMap(({ latency }) => Object.values(latency))
    .reduce((sum, { service }) => sum + totalMs(service), 0);
  const primary = run.target.nodes.find(({ role }) => role === 'primary')?.name ?? '';
  const count = (of: (nodes: Readonly<Record<string, number>>) => number) =>
    all.reduce((sum, { nodes }) => sum + of(nodes), 0);
  const total = count((nodes) => Object.values(nodes).reduce((sum, each) => sum + each, 0));
  const share = total === 0 ? 1 : count((nodes) => nodes[primary] ?? 0) / total;
  return Math.min(
    connectionsOf(run) ?? Number.POSITIVE_INFINITY,
    (share * servedMs) / measuredMs(run),
  );
}

/** To the primary. */
export function connectionsOf({ scenario }: RunRecord): number | null {
  const { load } = scenario as {
    readonly load?: { readonly connections?: { readonly primary: number } };
  };
  return load?.connections?.primary ?? null;
}

function totalMs({ histogram, maxUs, count }: LatencyRecord): number {
  const decoded = decodeHistogram(histogram, maxUs);
  try {
    return (decoded.meanUs * count) / 1000;
  } finally {
    decoded.close();
  }
}

/** A change of level of the median response within the window: credits that ran out look like this. */
function changeOf({ series, phases }: RunRecord): CapacityPoint['change'] {
  const { startMs, endMs } = phases.measurement;
  const points = series.points.filter(
    ({ atMs, p50Us }) => atMs >= startMs && atMs + series.intervalMs <= endMs && p50Us !== null,
  );
  const values = points.map(({ p50Us }) => p50Us ?? 0);
  const found = changePointOf(values);
  if (found === null || found.pValue > SURE) return null;
  const mean = (part: readonly number[]) => part.reduce((sum, each) => sum + each, 0) / part.length;
  const factor = mean(values.slice(found.after + 1)) / mean(values.slice(0, found.after + 1));
  if (factor < LEAST_FACTOR && factor > 1 / LEAST_FACTOR) return null;
  return { atMs: points[found.after + 1]?.atMs ?? endMs, factor };
}
