/** One trial at a stimulus: it held there, or it did not. */
export interface Trial {
  /** Logarithm of the rate. */
  readonly at: number;
  readonly holds: boolean;
}

export interface Threshold {
  /** Where half of all trials would hold, as a logarithm. */
  readonly estimate: number;
  /** Bounds of the profile likelihood; infinite where the trials do not bound it on that side. */
  readonly lower: number;
  readonly upper: number;
  /** Standard deviation of the threshold from trial to trial. */
  readonly spread: number;
}

/** A threshold does not repeat better than this, whatever few trials seem to say. */
const SMALLEST_SPREAD = 0.01;
const LARGEST_SPREAD = 0.5;
const SPREADS = 40;
const CENTRES = 400;
/** Half of the 0.95 quantile of chi-squared with one degree of freedom. */
const DROP = 1.9207;

/**
 * The stimulus at which trials hold as often as not, where each trial has a threshold of its own, normally
 * distributed about a common one: the maximum of the likelihood, with 95 % bounds of its profile. It is
 * sought on a grid, so that trials which separate completely (all hold below, none above) need no special
 * case: there the likelihood is flat between both, and the bounds say so.
 *
 * Sources: Finney, Probit Analysis (1971); Venzon, Moolgavkar, Applied Statistics 37 (1988) for the bounds.
 *
 * @throws RangeError unless at least one trial holds and one does not
 */
export function probitThreshold(trials: readonly Trial[]): Threshold {
  const held = trials.filter(({ holds }) => holds).map(({ at }) => at);
  const failed = trials.filter(({ holds }) => !holds).map(({ at }) => at);
  if (held.length === 0 || failed.length === 0) {
    throw new RangeError('a threshold needs a trial that holds and one that does not');
  }
  const [first, last] = [Math.min(...held, ...failed), Math.max(...held, ...failed)];
  const margin = Math.max(0.1, (last - first) / 4);
  const from = first - margin;
  const step = (last + margin - from) / CENTRES;
  const centres = Array.from({ length: CENTRES + 1 }, (_, index) => from + index * step);
  const ratio = (LARGEST_SPREAD / SMALLEST_SPREAD) ** (1 / (SPREADS - 1));
  const spreads = Array.from({ length: SPREADS }, (_, index) => SMALLEST_SPREAD * ratio ** index);
  const profile = centres.map((centre) =>
    spreads
      .map((spread) => ({ spread, value: logLikelihood(trials, centre, spread) }))
      .reduce((best, each) => (each.value > best.value ? each : best)),
  );
  const best = Math.max(...profile.map(({ value }) => value));
  // Of a flat top, the middle.
  const top = profile.flatMap(({ value }, index) => (value > best - 1e-6 ? [index] : []));
  const middle = ((top[0] ?? 0) + (top.at(-1) ?? 0)) / 2;
  const inside = profile.flatMap(({ value }, index) => (value >= best - DROP ? [index] : []));
  const [low, high] = [inside[0] ?? 0, inside.at(-1) ?? CENTRES];
  return {
    estimate: from + middle * step,
    lower: low === 0 ? Number.NEGATIVE_INFINITY : from + low * step,
    upper: high === CENTRES ? Number.POSITIVE_INFINITY : from + high * step,
    spread: profile[Math.round(middle)]?.spread ?? SMALLEST_SPREAD,
  };
}

function logLikelihood(trials: readonly Trial[], centre: number, spread: number): number {
  return trials.reduce((sum, { at, holds }) => {
    const beyond = (holds ? centre - at : at - centre) / spread;
    return sum + Math.log(Math.max(normalProbability(beyond), Number.MIN_VALUE));
  }, 0);
}

/**
 * Probability that a standard normal variable lies below a value; absolute error at most 7.5e-8.
 *
 * Source: Abramowitz, Stegun, Handbook of Mathematical Functions, 26.2.17.
 */
export function normalProbability(value: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(value));
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return value >= 0 ? 1 - tail : tail;
}
