import type { LatencyHistogram } from './histogram.ts';
import { nearestRank } from './nearest-rank.ts';
import type { QuantileRecord } from './run-record.ts';

/**
 * A quantile (nearest rank) where `censored` further arrivals took longer than every sample, nobody
 * knows how long: they never came to their end. Their ranks follow those of the samples. A quantile
 * that falls among them is known only to be more than the largest sample (right-censoring type I;
 * without any sample, more than 0).
 */
export function censoredQuantile(
  histogram: LatencyHistogram,
  censored: number,
  q: number,
): QuantileRecord {
  const total = histogram.count + censored;
  const rank = nearestRank(q, total);
  if (total > 0 && rank > histogram.count) {
    return { valueUs: histogram.maxUs, isLowerBound: true };
  }
  return { valueUs: histogram.valueAtRankUs(rank), isLowerBound: false };
}
