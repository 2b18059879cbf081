import type { Arrival } from '../arrival-schedule.ts';
import type { Executor } from '../executor.ts';
import { waitUntil } from '../wait-until.ts';

/** Open model: each arrival is handed over at its intended start, whatever became of those before. */
export function constantArrivalRate(schedule: Iterable<Arrival>): Executor {
  return async ({ clock, startedAt, dispatch, signal }) => {
    for (const arrival of schedule) {
      await waitUntil(clock, startedAt + arrival.intendedMs, signal);
      if (signal.aborted) return;
      void dispatch(arrival);
    }
  };
}
