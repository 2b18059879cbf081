/** Ranks, counted from 1, of the samples between which a quantile lies. */
export interface RankInterval {
  /** 0: nothing bounds it from below. */
  readonly lower: number;
  /** One more than there are samples: nothing bounds it from above. */
  readonly upper: number;
}

/**
 * The order statistics that enclose a quantile, whatever the distribution: how many of n independent
 * samples lie below it is binomial. Samples that follow one another in a run depend on each other, so
 * the interval of one run is narrower than the truth, and says nothing about the next run.
 *
 * Source: Hahn, Meeker, Statistical Intervals (1991), 5.2. Ranks as of R's `qbinom`.
 *
 * @param n samples
 * @param share of samples below the quantile, between 0 and 1
 * @param alpha what each of both bounds may be wrong with
 */
export function quantileRanks(n: number, share: number, alpha: number): RankInterval {
  // From the middle outwards, where the weights are largest, so that nothing underflows.
  const weights = binomial(n, share);
  let lower = 0;
  for (let sum = weights[0] ?? 0; sum <= alpha && lower < n; sum += weights[lower] ?? 0) lower++;
  let upper = n + 1;
  for (let sum = weights[n] ?? 0; sum <= alpha && upper > 0; sum += weights[upper - 1] ?? 0)
    upper--;
  return { lower, upper };
}

/** Index k: probability that k of n samples lie below a quantile. */
function binomial(n: number, share: number): Float64Array {
  const weights = new Float64Array(n + 1);
  const mode = Math.min(n, Math.floor((n + 1) * share));
  weights[mode] = 1;
  const odds = share / (1 - share);
  for (let k = mode; k < n; k++) weights[k + 1] = ((weights[k] ?? 0) * (n - k) * odds) / (k + 1);
  for (let k = mode; k > 0; k--) weights[k - 1] = ((weights[k] ?? 0) * k) / ((n - k + 1) * odds);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
