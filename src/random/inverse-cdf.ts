/**
 * A distribution as integers at equal steps of probability. `body` has 1025 knots over [0, 1];
 * `tail` has 1025 knots over its last 1024th, so that heavy tails are not smeared: the table knows
 * the distribution up to the quantile 1 - 2^-20.
 */
export interface InverseCdf {
  readonly body: Uint32Array;
  readonly tail: Uint32Array;
}

/** The quantile of a uniform 32-bit word, linear between knots, in integer arithmetic. */
export function quantile(table: InverseCdf, word: number): number {
  const step = word >>> 22;
  if (step < 1023) {
    return between(table.body, step, word & 0x3fffff, 0x400000);
  }
  return between(table.tail, (word >>> 12) & 0x3ff, word & 0xfff, 0x1000);
}

function between(knots: Uint32Array, index: number, part: number, whole: number): number {
  const low = knots[index] ?? 0;
  const high = knots[index + 1] ?? low;
  // Below 2^32 x 2^21, but for the widest steps: then the double is rounded, alike everywhere.
  return low + Math.floor(((high - low) * part) / whole);
}
