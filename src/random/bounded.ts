/**
 * An integer in [0, bound) from a uniform 32-bit word by multiply-high, for bounds up to 2^32.
 *
 * Not rejected, so not exactly uniform: each value has a probability within 2^-32 of 1 / bound, a
 * relative error of at most bound / 2^32 (0.0002 for a million). Exact and the same on every engine:
 * up to a bound of 2^21 the product is an exact double; above, its rounding cannot reach
 * bound x 2^32, since bound exceeds the spacing of doubles there.
 */
export function bounded(word: number, bound: number): number {
  return Math.floor((word * bound) / 0x100000000);
}
