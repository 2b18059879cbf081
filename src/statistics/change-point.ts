/** Where a series changes its level. */
export interface ChangePoint {
  /** Index of the last value before the change. */
  readonly after: number;
  /** Chance that a series without a change looks like this; an upper bound, good below 0.5. */
  readonly pValue: number;
}

/**
 * The most likely single change of level in equally spaced values. It asks only for their order, so that
 * neither their distribution nor single outliers matter. Values that depend on their neighbours look more
 * certain than they are: a rule should ask for a change of some size as well.
 *
 * Source: Pettitt, Applied Statistics 28 (1979), with his approximation 2 exp(-6 K^2 / (n^3 + n^2)).
 *
 * @returns null for fewer than 8 values
 */
export function changePointOf(values: readonly number[]): ChangePoint | null {
  const n = values.length;
  if (n < 8) return null;
  let sum = 0;
  let largest = 0;
  let after = 0;
  for (let t = 0; t < n - 1; t++) {
    const value = values[t] ?? 0;
    for (const other of values) sum += Math.sign(value - other);
    if (Math.abs(sum) <= largest) continue;
    largest = Math.abs(sum);
    after = t;
  }
  return { after, pValue: Math.min(1, 2 * Math.exp((-6 * largest * largest) / (n ** 3 + n ** 2))) };
}
