import type { Executor } from '../executor.ts';

export interface ConstantVusOptions {
  readonly vus: number;
  readonly durationMs: number;
}

/**
 * Closed model: each of `vus` virtual users starts its next transaction when its last has ended. At the
 * end it does not wait for them: a transaction may hang.
 */
export function constantVus({ vus, durationMs }: ConstantVusOptions): Executor {
  return async ({ clock, startedAt, dispatch, signal }) => {
    let next = 0;
    let isOver = false;
    const user = async () => {
      for (;;) {
        const intendedMs = clock.now() - startedAt;
        // A timer can be early by a fraction of a millisecond.
        if (isOver || intendedMs >= durationMs || signal.aborted) return;
        await dispatch({ number: next++, intendedMs });
      }
    };
    for (let started = 0; started < vus; started++) void user();
    await clock.sleep(startedAt + durationMs - clock.now(), signal).catch(() => {});
    isOver = true;
  };
}
