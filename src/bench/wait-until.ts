import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';

// A Node timer fires up to a millisecond after its time and rounds to whole milliseconds. So it sleeps
// to within this distance and spins through the event loop for the rest: lag p99 well under 1 ms, for
// a fifth of a core at 200 arrivals/s (docs/methodology.md).
const SPIN_MS = 1.2;

/** Resolves at `time` on the clock, or at once when that has passed or the signal is aborted. */
export async function waitUntil(clock: Clock, time: number, signal: AbortSignal): Promise<void> {
  const remainingMs = time - clock.now();
  if (remainingMs > SPIN_MS + 1) {
    await clock.sleep(Math.floor(remainingMs - SPIN_MS), signal).catch(() => {});
  }
  while (clock.now() < time && !signal.aborted) await nextTurn();
}
