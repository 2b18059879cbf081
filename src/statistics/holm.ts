/**
 * Adjusts the p-values of several tests so that the chance of even one false alarm among them stays at the
 * level that each is compared with. In the order given.
 *
 * Source: Holm, Scand. J. Statist. 6 (1979). Equal to R's `p.adjust(p, 'holm')`.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues
    .map((_, index) => index)
    .sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[index] ?? 0)));
    adjusted[index] = largest;
  }
  return adjusted;
}
