import { accumulate, type Shift, shiftFrom } from './shift.ts';

/**
 * The shift from one sample to another, unpaired, with the exact bounds of the rank-sum test of Wilcoxon,
 * Mann and Whitney. It asks that both are distributed alike but for the shift. Bounds at 0.005 need five
 * values on each side.
 *
 * Sources: as of the signed-rank test, 4.1 to 4.3. Equal to R's
 * `wilcox.test(to, from, conf.int = TRUE, exact = TRUE)`.
 *
 * @param from at least one value, finite; logarithms where ratios are compared
 * @param to the same
 * @param alpha what each bound may be wrong with
 */
export function rankSumShift(from: readonly number[], to: readonly number[], alpha: number): Shift {
  return shiftFrom(allDifferences(from, to), rankSumDistribution(from.length, to.length), alpha);
}

/** As `signedRankPValue`, for two unpaired samples. */
export function rankSumPValue(
  from: readonly number[],
  to: readonly number[],
  margin: number,
): number {
  const below = allDifferences(from, to).reduce(
    (count, difference) => count + (difference <= margin ? 1 : 0),
    0,
  );
  return rankSumDistribution(from.length, to.length)[below] ?? 1;
}

function allDifferences(from: readonly number[], to: readonly number[]): Float64Array {
  return Float64Array.from(to.flatMap((end) => from.map((start) => end - start))).sort();
}

/**
 * Index u: probability that at most u of the m x n pairs of two samples of one distribution stand in
 * descending order. By the recursion of Mann and Whitney on the largest of all values.
 */
function rankSumDistribution(m: number, n: number): Float64Array {
  let shorter: Float64Array[] = Array.from({ length: n + 1 }, () => Float64Array.of(1));
  for (let a = 1; a <= m; a++) {
    const row: Float64Array[] = [Float64Array.of(1)];
    for (let b = 1; b <= n; b++) {
      const probabilities = new Float64Array(a * b + 1);
      const [withoutA, withoutB] = [shorter[b], row[b - 1]];
      for (let u = 0; u <= a * b; u++) {
        const ofA = u < b ? 0 : (withoutA?.[u - b] ?? 0);
        const ofB = withoutB?.[u] ?? 0;
        probabilities[u] = (a * ofA + b * ofB) / (a + b);
      }
      row.push(probabilities);
    }
    shorter = row;
  }
  return accumulate(shorter[n] ?? Float64Array.of(1));
}
