export interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
}

/**
 * Full jitter: uniform in [0, min(max, initial x 2^failures)].
 * Source: AWS Architecture Blog, "Exponential Backoff And Jitter" (2015).
 *
 * @param failures attempts that failed before, 0 after the first
 * @param uniform in [0, 1)
 */
export function backoffMs(backoff: Backoff, failures: number, uniform: number): number {
  return uniform * Math.min(backoff.maxMs, backoff.initialMs * 2 ** failures);
}
