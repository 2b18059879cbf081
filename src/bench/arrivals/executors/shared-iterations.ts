import type { Slice } from '../arrival-schedule.ts';
import type { Executor } from '../executor.ts';

export interface SharedIterationsOptions {
  readonly vus: number;
  /** Arrivals after the warm-up, of all workers together. */
  readonly iterations: number;
  readonly warmupMs: number;
  /** Since the start of the warm-up: no further arrival after it. */
  readonly limitMs: number;
  readonly slice: Slice;
  /** How long a user rests after an arrival of this number, in milliseconds. */
  readonly thinkMs: (arrival: number) => number;
}

/**
 * Closed model with an end by number: after the warm-up the users share exactly so many arrivals, and
 * whoever is free takes the next. Each worker has its part of them. Resolves when the last has been
 * handed over, or at the limit.
 */
export function sharedIterations(options: SharedIterationsOptions): Executor {
  const { vus, iterations, warmupMs, limitMs, slice, thinkMs } = options;
  const { worker, workers } = slice;
  const quota = Math.ceil((iterations - worker) / workers);
  return async ({ clock, startedAt, dispatch, signal }) => {
    let next = worker;
    let left = quota;
    const over = new AbortController();
    const end = () => over.abort();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const user = async () => {
      for (;;) {
        const intendedMs = clock.now() - startedAt;
        if (over.signal.aborted || intendedMs >= limitMs) return;
        if (intendedMs >= warmupMs && left-- <= 0) return end();
        const number = next;
        next += workers;
        await dispatch({ number, intendedMs });
        const restMs = thinkMs(number);
        if (restMs > 0) await clock.sleep(restMs, over.signal).catch(() => {});
      }
    };
    for (let index = worker; index < vus; index += workers) void user();
    await clock.sleep(startedAt + limitMs - clock.now(), over.signal).catch(() => {});
    end();
    signal.removeEventListener('abort', end);
  };
}
