import { Worker } from 'node:worker_threads';
import { type Clock, systemClock } from '../../clock.ts';
import type { AlarmThreadData } from './alarm-thread.ts';

/** Wakes an open-loop executor at the time of its next arrival. One waits at a time. */
export interface Alarm {
  /** Resolves at `time` on the clock; at once when that has passed or the signal is aborted. */
  waitUntil(time: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

// A thread starts from compiled JavaScript only.
const THREAD = new URL('./alarm-thread.js', import.meta.url);

/**
 * An alarm that sleeps in a thread of its own and wakes this one by a message. A timer of the event
 * loop fires up to 2 ms late; spinning until the time has come is exact, but keeps a core from the
 * server and looks like work (benchmarks/schedule-lag.json).
 */
export async function openAlarmThread(clock: Clock): Promise<Alarm> {
  const data: AlarmThreadData = {
    asked: new Int32Array(new SharedArrayBuffer(4)),
    dueMs: new Float64Array(new SharedArrayBuffer(8)),
  };
  const thread = new Worker(THREAD, { workerData: data });
  let wake = () => {};
  let fault: Error | null = null;
  thread.on('message', (asked: number) => {
    // One that was given up may still ring.
    if (asked === data.asked[0]) wake();
  });
  thread.once('error', (error) => {
    fault = error;
    wake();
  });
  const alarm: Alarm = {
    async waitUntil(time, signal) {
      if (fault !== null) throw fault;
      const remainingMs = time - clock.now();
      if (remainingMs <= 0 || signal.aborted) return;
      const rung = new Promise<void>((resolve) => {
        wake = resolve;
      });
      signal.addEventListener('abort', wake, { once: true });
      data.dueMs[0] = systemClock.now() + remainingMs;
      Atomics.add(data.asked, 0, 1);
      Atomics.notify(data.asked, 0);
      await rung;
      signal.removeEventListener('abort', wake);
      if (fault !== null) throw fault;
    },
    async close() {
      await thread.terminate();
    },
  };
  // A thread takes some 50 ms to start: the first arrival must not pay for it.
  await alarm.waitUntil(clock.now() + 1, new AbortController().signal);
  return alarm;
}
