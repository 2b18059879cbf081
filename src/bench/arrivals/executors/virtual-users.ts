import type { Slice } from '../arrival-schedule.ts';
import type { Executor } from '../executor.ts';
import { nextAtLeast, type Ramp } from '../ramp.ts';

export interface VirtualUsersOptions {
  /** How many users there are over time, of all workers together; its end is the end of the run. */
  readonly users: Ramp;
  readonly slice: Slice;
  /** How long a user rests after an arrival of this number, in milliseconds. */
  readonly thinkMs: (arrival: number) => number;
}

/**
 * Closed model, with a constant number of users or a ramping one: each starts its next transaction when
 * its last has ended and it has thought. User k works while the ramp is at k + 1 or more. At the end it
 * does not wait for them: a transaction may hang.
 */
export function virtualUsers({ users, slice, thinkMs }: VirtualUsersOptions): Executor {
  const endMs = users.at(-1)?.endMs ?? 0;
  const most = Math.max(0, ...users.map(({ from, to }) => Math.max(from, to)));
  return async ({ clock, startedAt, dispatch, signal }) => {
    let next = slice.worker;
    let isOver = false;
    const elapsed = () => clock.now() - startedAt;
    const rest = (durationMs: number) =>
      durationMs <= 0 ? undefined : clock.sleep(durationMs, signal).catch(() => {});
    const user = async (index: number) => {
      for (;;) {
        const atMs = elapsed();
        // A timer can be early by a fraction of a millisecond.
        if (isOver || atMs >= endMs || signal.aborted) return;
        const startMs = nextAtLeast(users, Math.max(0, atMs), index + 1);
        if (startMs === null) return;
        if (startMs > atMs) {
          await rest(startMs - atMs);
          continue;
        }
        const number = next;
        next += slice.workers;
        await dispatch({ number, intendedMs: atMs });
        await rest(thinkMs(number));
      }
    };
    for (let index = slice.worker; index < most; index += slice.workers) void user(index);
    await rest(endMs - elapsed());
    isOver = true;
  };
}
