import type { Executor } from '../executor.ts';

export interface ConstantVusOptions {
  readonly vus: number;
  readonly durationMs: number;
}

/** Closed model: each of `vus` virtual users starts its next transaction when its last has ended. */
export function constantVus({ vus, durationMs }: ConstantVusOptions): Executor {
  return async ({ clock, startedAt, dispatch, signal }) => {
    let next = 0;
    const user = async () => {
      for (;;) {
        const intendedMs = clock.now() - startedAt;
        if (intendedMs >= durationMs || signal.aborted) return;
        await dispatch({ number: next++, intendedMs });
      }
    };
    await Promise.all(Array.from({ length: vus }, user));
  };
}
