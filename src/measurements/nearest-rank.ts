/**
 * The rank of a quantile by the nearest-rank definition, ceil(q x count), at least 1. Binary
 * fractions do not count: 0.07 x 100 is 7 and not 7.000000000000001.
 */
export function nearestRank(q: number, count: number): number {
  const exact = q * count;
  const rounded = Math.round(exact);
  const isWhole = Math.abs(exact - rounded) < 1e-9 * Math.max(1, rounded);
  return Math.max(1, isWhole ? rounded : Math.ceil(exact));
}
