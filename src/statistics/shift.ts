import { middleOf } from './median.ts';

/** By how much one side of a comparison lies above the other, and how well that is known. */
export interface Shift {
  /** The Hodges-Lehmann estimate: the median of all pairwise averages or differences. */
  readonly estimate: number;
  /** One-sided bounds, each wrong with at most `alpha`; infinite where the sample is too small to tell. */
  readonly lower: number;
  readonly upper: number;
  /** What one bound is really wrong with at most: an exact test has steps. */
  readonly alpha: number;
}

/**
 * Reads a shift off the sorted averages or differences of a rank test: the bound that leaves `k` of them
 * outside is wrong with the probability that the rank statistic is less than `k`.
 *
 * @param cumulative index t: probability that the statistic of two equal sides is at most t
 */
export function shiftFrom(sorted: Float64Array, cumulative: Float64Array, alpha: number): Shift {
  const outside = lastAtMost(cumulative, alpha);
  return {
    estimate: middleOf(sorted),
    lower: outside === 0 ? Number.NEGATIVE_INFINITY : (sorted[outside - 1] ?? 0),
    upper: outside === 0 ? Number.POSITIVE_INFINITY : (sorted[sorted.length - outside] ?? 0),
    alpha: outside === 0 ? 0 : (cumulative[outside - 1] ?? 0),
  };
}

/** How many values of the statistic, from 0 up, have together at most this probability. */
function lastAtMost(cumulative: Float64Array, alpha: number): number {
  let count = 0;
  while (count < cumulative.length && (cumulative[count] ?? 1) <= alpha) count++;
  return count;
}

/** Sums probabilities up in place, without ever exceeding 1. */
export function accumulate(probabilities: Float64Array): Float64Array {
  let sum = 0;
  for (let index = 0; index < probabilities.length; index++) {
    sum += probabilities[index] ?? 0;
    probabilities[index] = Math.min(1, sum);
  }
  return probabilities;
}
