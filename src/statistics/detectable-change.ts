import { normalQuantile } from './normal.ts';

/**
 * The smallest true shift that a one-sided test against a margin finds with this probability: a comparison
 * that found nothing has not excluded less. By the normal approximation of the test's power.
 *
 * @param standardError of the estimated shift
 * @param alpha of the test
 * @param power with which the shift is to be found
 */
export function smallestDetectableChange(options: {
  readonly margin: number;
  readonly standardError: number;
  readonly alpha: number;
  readonly power: number;
}): number {
  const { margin, standardError, alpha, power } = options;
  return margin + (normalQuantile(1 - alpha) + normalQuantile(power)) * standardError;
}

/** Of the mean of independent values; 0 for fewer than two. */
export function standardErrorOf(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (n - 1) / n);
}
