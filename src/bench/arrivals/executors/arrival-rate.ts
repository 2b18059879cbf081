import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Alarm } from '../alarm.ts';
import type { Arrival } from '../arrival-schedule.ts';
import type { Executor } from '../executor.ts';

// Overdue arrivals are handed over one after another; so long at most does nothing else get its turn.
const LONGEST_HOLD_MS = 5;

/**
 * Open model, at a constant rate or a ramping one: each arrival is handed over at its intended start,
 * whatever became of those before.
 */
export function arrivalRate(
  schedule: Iterable<Arrival>,
  alarm: Pick<Alarm, 'waitUntil'>,
): Executor {
  return async ({ clock, startedAt, dispatch, signal }) => {
    let lastTurnAt = clock.now();
    for (const arrival of schedule) {
      const dueAt = startedAt + arrival.intendedMs;
      if (clock.now() < dueAt) {
        await alarm.waitUntil(dueAt, signal);
        lastTurnAt = clock.now();
      } else if (clock.now() - lastTurnAt > LONGEST_HOLD_MS) {
        // Else neither a socket nor a timer nor Ctrl-C would be served.
        await nextTurn();
        lastTurnAt = clock.now();
      }
      if (signal.aborted) return;
      void dispatch(arrival);
    }
  };
}
