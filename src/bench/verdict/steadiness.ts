import type { RunRecord, Taint } from '../../measurements/run-record.ts';
import { trendOf } from '../../statistics/trend.ts';

const POINTS = 30;
const CERTAIN_Z = 2.58;
const LATENCY_CHANGE = 0.25;
const GOODPUT_CHANGE = 0.1;
const REJECTED_CHANGE = 0.02;

interface Bin {
  arrivals: number;
  committed: number;
  rejected: number;
  /** Weighted by the committed of each interval. */
  p50Us: number;
}

/**
 * Whether the measurement window was steady: a trend in it means that a longer run would have given
 * other figures (caches that fill, tables that bloat, credits that run out, stock that is sold). Judged
 * over at most 30 stretches of the window, by a trend that is certain (Mann-Kendall, beyond 2.58) and
 * large: 25 % of the median response, 10 % of goodput, 2 points of the rejected share.
 */
export function findTrends(series: RunRecord['series'], phases: RunRecord['phases']): Taint[] {
  const bins = binned(series, phases.measurement);
  const taints: Taint[] = [];
  const judge = (
    name: string,
    values: readonly number[],
    limit: number,
    describe: (change: number) => string,
  ) => {
    const trend = trendOf(values);
    if (trend === null || Math.abs(trend.z) < CERTAIN_Z || Math.abs(trend.change) < limit) return;
    const text = `${describe(trend.change)}: a longer run would give other figures.`;
    taints.push({ rule: name, level: 'suspect', text });
  };
  const percent = (share: number) => `${share > 0 ? '+' : ''}${Math.round(share * 100)} %`;
  judge(
    'trend-latency',
    relative(bins.map(({ p50Us }) => p50Us)),
    LATENCY_CHANGE,
    (change) => `The median response changed by ${percent(change)} within the window`,
  );
  judge(
    'trend-goodput',
    relative(bins.map(({ committed }) => committed)),
    GOODPUT_CHANGE,
    (change) => `Goodput changed by ${percent(change)} within the window`,
  );
  judge(
    'rejected-drifting',
    bins.map(({ rejected, arrivals }) => (arrivals === 0 ? 0 : rejected / arrivals)),
    REJECTED_CHANGE,
    (change) =>
      `The share of rejected arrivals changed by ${(change * 100).toFixed(1)} points within the window`,
  );
  return taints;
}

/** The window in at most 30 stretches of equal length; what is cut off at its end is left out. */
function binned(
  { points, intervalMs }: RunRecord['series'],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): readonly Bin[] {
  const inside = points.filter(({ atMs }) => atMs >= startMs && atMs + intervalMs <= endMs);
  const size = Math.max(1, Math.ceil(inside.length / POINTS));
  const bins: Bin[] = [];
  for (let first = 0; first + size <= inside.length; first += size) {
    const bin: Bin = { arrivals: 0, committed: 0, rejected: 0, p50Us: 0 };
    for (const point of inside.slice(first, first + size)) {
      bin.arrivals += point.arrivals;
      bin.committed += point.committed;
      bin.rejected += point.rejected;
      bin.p50Us += (point.p50Us ?? 0) * point.committed;
    }
    bin.p50Us /= Math.max(1, bin.committed);
    bins.push(bin);
  }
  return bins;
}

/** In parts of the median; nothing where that is 0. */
function relative(values: readonly number[]): readonly number[] {
  const median = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  return median === 0 ? [] : values.map((value) => value / median);
}
