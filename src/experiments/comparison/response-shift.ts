import { censoredQuantile } from '../../measurements/censored-quantile.ts';
import type { ComparisonRecord, ExperimentRecord } from '../../measurements/experiment-record.ts';
import { decodeHistogram, LatencyHistogram } from '../../measurements/histogram.ts';
import type { LatencyRecord, RunRecord } from '../../measurements/run-record.ts';
import { rankSumShift } from '../../statistics/rank-sum.ts';
import { signedRankShift } from '../../statistics/signed-rank.ts';

const QUANTILES = [
  0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
  0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999,
];
/** Fewer samples beyond a quantile than this, and its value is chance. */
const MIN_SAMPLES_BEYOND = 10;

/** Response times of all runs of an arm in one histogram; null where none of them committed any. */
export function mergeResponses(
  runs: readonly RunRecord[],
  transaction: string,
): ExperimentRecord['arms'][number]['response'] {
  const merged = new LatencyHistogram();
  try {
    let censored = 0;
    for (const response of responsesOf(runs, transaction)) {
      const each = decodeHistogram(response.histogram, response.maxUs);
      merged.merge(each);
      each.close();
      censored += response.censored;
    }
    if (merged.count === 0) return null;
    return { count: merged.count, censored, maxUs: merged.maxUs, histogram: merged.encode() };
  } finally {
    merged.close();
  }
}

/**
 * By how much each quantile of the response times changed, run by run: which part of the distribution
 * moved. Quantiles that a run is too short for, or whose arrivals never ended, are left out.
 */
export function shiftCurve(
  transaction: string,
  baseline: readonly RunRecord[],
  candidate: readonly RunRecord[],
  isPaired: boolean,
  alpha: number,
): ComparisonRecord['shiftCurve'] {
  const from = responsesOf(baseline, transaction).map(logQuantiles);
  const to = responsesOf(candidate, transaction).map(logQuantiles);
  if (from.length < baseline.length || to.length < candidate.length) return [];
  return QUANTILES.flatMap((quantile, index) => {
    const before = from.map((each) => each[index] ?? Number.NaN);
    const after = to.map((each) => each[index] ?? Number.NaN);
    if ([...before, ...after].some(Number.isNaN)) return [];
    const shift =
      isPaired && before.length === after.length
        ? signedRankShift(
            after.map((value, run) => value - (before[run] ?? 0)),
            alpha,
          )
        : rankSumShift(before, after, alpha);
    const bound = (value: number) => (Number.isFinite(value) ? Math.expm1(value) : null);
    return [
      {
        quantile,
        estimate: Math.expm1(shift.estimate),
        lower: bound(shift.lower),
        upper: bound(shift.upper),
      },
    ];
  });
}

function responsesOf(runs: readonly RunRecord[], transaction: string): readonly LatencyRecord[] {
  return runs.flatMap((run) => run.transactions[transaction]?.latency.committed?.response ?? []);
}

/** Logarithms of the quantiles, in the order of `QUANTILES`; NaN where there is none. */
function logQuantiles(latency: LatencyRecord): readonly number[] {
  const histogram = decodeHistogram(latency.histogram, latency.maxUs);
  try {
    const total = latency.count + latency.censored;
    return QUANTILES.map((quantile) => {
      const { valueUs, isLowerBound } = censoredQuantile(histogram, latency.censored, quantile);
      const isTold = !isLowerBound && valueUs > 0 && total * (1 - quantile) >= MIN_SAMPLES_BEYOND;
      return isTold ? Math.log(valueUs) : Number.NaN;
    });
  } finally {
    histogram.close();
  }
}
