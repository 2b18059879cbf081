import { Worker } from 'node:worker_threads';
import { CartloadError } from '../errors.ts';
import { type LaneOptions, runLane } from './lane.ts';
import type { LaneMessage } from './lane-thread.ts';
import { LoadCounters } from './load-counters.ts';

// `.js` in the build, where alone a thread can be started.
const THREAD = new URL(`./lane-thread${import.meta.url.slice(-3)}`, import.meta.url);

/**
 * Copies with so many lanes side by side: one in this thread, more in threads of their own. When one
 * fails the others end too; resolves or rejects only after all of them have ended.
 */
export async function runLanes(count: number, options: LaneOptions): Promise<void> {
  const counters = new LoadCounters(options.counters);
  const stopOnFailure = (error: unknown) => {
    counters.stop();
    throw error;
  };
  const lanes =
    count === 1 ? [runLane(options)] : Array.from({ length: count }, () => runThread(options));
  const ends = await Promise.allSettled(lanes.map((lane) => lane.catch(stopOnFailure)));
  // The first to fail told the others to stop; theirs are consequences.
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  const cause = failures.find((reason) => !/the load was stopped/.test(String(reason)));
  if (failures.length > 0) throw cause ?? failures[0];
}

function runThread(options: LaneOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(THREAD, { workerData: options });
    worker.once('message', (message: LaneMessage) => {
      if (message.kind === 'done') resolve();
      else {
        const text = `a loading connection failed: ${message.message}`;
        const code = message.code === null ? '' : ` (${message.code})`;
        reject(
          new CartloadError('TARGET_FAILED', text + code, {
            hint: 'What was committed stays: the same command goes on from there.',
          }),
        );
      }
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('a loading thread ended without a word')));
  });
}
