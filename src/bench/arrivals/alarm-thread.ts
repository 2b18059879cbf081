import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../clock.ts';

/** What the alarm's thread shares with the one that it wakes. */
export interface AlarmThreadData {
  /** Counted up with each call to be waked; the answer is this number. */
  readonly asked: Int32Array;
  /** The time of the last call, on the system clock. Written before `asked`. */
  readonly dueMs: Float64Array;
}

const { asked, dueMs } = workerData as AlarmThreadData;
let answered = 0;

// Ended by its parent: `terminate` also ends a wait.
for (;;) {
  const call = Atomics.load(asked, 0);
  if (call === answered) {
    Atomics.wait(asked, 0, call);
    continue;
  }
  const remainingMs = (dueMs[0] ?? 0) - systemClock.now();
  if (remainingMs > 0) {
    Atomics.wait(asked, 0, call, remainingMs);
    continue;
  }
  answered = call;
  parentPort?.postMessage(call);
}
