/** Whether a series rises or falls, and by how much. */
export interface Trend {
  /** Of the Mann-Kendall test: beyond 2.58 a series without a trend gets in 1 case of 100. */
  readonly z: number;
  /** Median of the slopes between all pairs of points (Theil-Sen), times the number of steps. */
  readonly change: number;
}

/**
 * The trend of equally spaced values. It asks only for the order of the values, so that neither their
 * distribution nor single outliers matter. Values that depend on their neighbours look more certain
 * than they are: a rule should ask for a change of some size as well.
 *
 * Sources: Mann, Econometrica 13 (1945); Kendall, Rank Correlation Methods (1975), with the correction
 * of the variance for ties; Sen, JASA 63 (1968).
 *
 * @returns null for fewer than 8 values, where the normal approximation does not hold
 */
export function trendOf(values: readonly number[]): Trend | null {
  const n = values.length;
  if (n < 8) return null;
  let s = 0;
  const slopes: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const difference = (values[j] ?? 0) - (values[i] ?? 0);
      s += Math.sign(difference);
      slopes.push(difference / (j - i));
    }
  }
  const ties = new Map<number, number>();
  for (const value of values) ties.set(value, (ties.get(value) ?? 0) + 1);
  let variance = n * (n - 1) * (2 * n + 5);
  for (const t of ties.values()) variance -= t * (t - 1) * (2 * t + 5);
  variance /= 18;
  const z = variance === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
  slopes.sort((a, b) => a - b);
  const middle = slopes.length / 2;
  const slope = ((slopes[Math.ceil(middle) - 1] ?? 0) + (slopes[Math.floor(middle)] ?? 0)) / 2;
  return { z, change: slope * (n - 1) };
}
