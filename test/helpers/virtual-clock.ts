import type { Clock } from '../../src/clock.ts';

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** A clock that stands still until it is moved; sleepers wake in the order of their times. */
export class VirtualClock implements Clock {
  #now = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper = { at: this.#now + durationMs, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Moves time on, in steps of a tenth of a millisecond, letting others act after each. */
  async advance(durationMs: number): Promise<void> {
    const end = this.#now + durationMs;
    while (this.#now < end) {
      await new Promise(setImmediate);
      this.#now = Math.min(end, this.#now + 0.1);
      const due = this.#sleepers.filter((each) => each.at <= this.#now);
      this.#sleepers = this.#sleepers.filter((each) => each.at > this.#now);
      for (const sleeper of due.sort((a, b) => a.at - b.at)) sleeper.wake();
    }
    await new Promise(setImmediate);
  }
}
