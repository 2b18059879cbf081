import { applyLoad } from '../../src/bench/workers/apply-load.ts';
import type { StartWorker } from '../../src/bench/workers/load-workers.ts';
import type { ToWorker } from '../../src/bench/workers/worker-messages.ts';
import { timerAlarm } from './timer-alarm.ts';

/**
 * A worker in the thread of the test, which uncompiled code cannot leave. What it says and hears is
 * cloned, as between threads.
 */
export const inlineWorker: StartWorker = (plan, hear) => {
  let tell: (message: ToWorker) => void = () => {};
  const ended = applyLoad(plan, {
    post: (message) => hear(structuredClone(message)),
    listen: (listener) => {
      tell = listener;
    },
    openAlarm: async (clock) => timerAlarm(clock),
  });
  return {
    post: (message) => tell(structuredClone(message)),
    async close() {
      tell({ kind: 'interrupt' });
      await ended;
    },
  };
};
