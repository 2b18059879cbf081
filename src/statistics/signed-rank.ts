import { accumulate, type Shift, shiftFrom } from './shift.ts';

/**
 * The shift of paired differences with the exact bounds of Wilcoxon's signed-rank test. It asks that the
 * differences lie symmetrically about their middle, and nothing of their distribution. Bounds at 0.005
 * need 8 pairs, at 0.00125 ten. Tied differences make the bounds wider than they had to be, never tighter.
 *
 * Sources: Hodges and Lehmann, Ann. Math. Statist. 34 (1963); Hollander, Wolfe, Chicken, Nonparametric
 * Statistical Methods, 3rd ed. (2014), 3.1 to 3.3. Equal to R's `wilcox.test(x, conf.int = TRUE, exact = TRUE)`.
 *
 * @param differences at least one, finite; of logarithms where ratios are compared
 * @param alpha what each bound may be wrong with
 */
export function signedRankShift(differences: readonly number[], alpha: number): Shift {
  return shiftFrom(walshAverages(differences), signedRankDistribution(differences.length), alpha);
}

/**
 * The probability of such differences, or ones that lie further up, if their middle were `margin`: small
 * where the shift is surely above it. The bound of {@link signedRankShift} lies above the margin exactly
 * where this is at most its alpha.
 */
export function signedRankPValue(differences: readonly number[], margin: number): number {
  const averages = walshAverages(differences);
  const below = averages.reduce((count, average) => count + (average <= margin ? 1 : 0), 0);
  return signedRankDistribution(differences.length)[below] ?? 1;
}

/** The averages of all pairs of values, each with itself too, in ascending order. */
function walshAverages(values: readonly number[]): Float64Array {
  const n = values.length;
  const averages = new Float64Array((n * (n + 1)) / 2);
  let next = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) averages[next++] = ((values[i] ?? 0) + (values[j] ?? 0)) / 2;
  }
  return averages.sort();
}

/** Index t: probability that the sum of the ranks 1 to n, each taken by the toss of a coin, is at most t. */
function signedRankDistribution(n: number): Float64Array {
  const probabilities = new Float64Array((n * (n + 1)) / 2 + 1);
  probabilities[0] = 1;
  for (let rank = 1, top = 0; rank <= n; rank++) {
    top += rank;
    for (let sum = top; sum >= 0; sum--) {
      const without = probabilities[sum] ?? 0;
      probabilities[sum] = (without + (sum < rank ? 0 : (probabilities[sum - rank] ?? 0))) / 2;
    }
  }
  return accumulate(probabilities);
}
