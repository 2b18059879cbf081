/** The middle of values, or the mean of both middle ones; NaN for none. */
export function medianOf(values: readonly number[]): number {
  return middleOf(values.toSorted((a, b) => a - b));
}

/** As `medianOf`, for values that are in ascending order. */
export function middleOf(sorted: ArrayLike<number>): number {
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}
