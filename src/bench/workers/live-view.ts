import { LatencyHistogram } from '../../measurements/histogram.ts';
import type { Tally } from './recorder.ts';
import type { WorkerTick } from './worker-messages.ts';

/** Response times of the committed in microseconds; null where none was committed. */
export interface RecentResponse {
  readonly p50Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
}

/** What the workers together are doing. */
export interface LiveFigures {
  /** Of the measurement window so far. */
  readonly tally: Readonly<Tally>;
  /** Arrivals waiting for a connection. */
  readonly waiting: number;
  /** Over the last five seconds, the warm-up's too. */
  readonly arrivalsPerSecond: number;
  readonly committedPerSecond: number;
  readonly response: RecentResponse | null;
}

const WINDOW_MS = 5000;

/** How often a worker tells what it has done. */
export const TICK_MS = 250;

/** Puts the ticks of all workers together: sums so far, and rates and percentiles of the last five seconds. */
export class LiveView {
  readonly #last = new Map<number, WorkerTick>();
  readonly #recent: { readonly atMs: number; readonly of: WorkerTick['recent'] }[] = [];
  readonly #merged = new LatencyHistogram(2);
  #firstAtMs: number | null = null;

  add(worker: number, tick: WorkerTick, atMs: number): void {
    this.#last.set(worker, tick);
    this.#firstAtMs ??= atMs;
    this.#recent.push({ atMs, of: tick.recent });
  }

  figures(nowMs: number): LiveFigures {
    const fromMs = nowMs - WINDOW_MS;
    while ((this.#recent[0]?.atMs ?? nowMs) < fromMs) this.#recent.shift();
    this.#merged.reset();
    let arrivals = 0;
    for (const { of } of this.#recent) {
      this.#merged.absorb(of.response);
      arrivals += of.arrivals;
    }
    const { count } = this.#merged;
    const spanMs = Math.min(
      WINDOW_MS,
      Math.max(TICK_MS, nowMs - (this.#firstAtMs ?? nowMs) + TICK_MS),
    );
    const ticks = [...this.#last.values()];
    const sum = (of: (tick: WorkerTick) => number) =>
      ticks.reduce((all, tick) => all + of(tick), 0);
    return {
      tally: {
        arrivals: sum(({ tally }) => tally.arrivals),
        committed: sum(({ tally }) => tally.committed),
        rejected: sum(({ tally }) => tally.rejected),
        failed: sum(({ tally }) => tally.failed),
        dropped: sum(({ tally }) => tally.dropped),
        retries: sum(({ tally }) => tally.retries),
      },
      waiting: sum(({ waiting }) => waiting),
      arrivalsPerSecond: (arrivals * 1000) / spanMs,
      committedPerSecond: (count * 1000) / spanMs,
      response:
        count === 0
          ? null
          : {
              p50Us: this.#merged.quantileUs(0.5),
              p95Us: this.#merged.quantileUs(0.95),
              p99Us: this.#merged.quantileUs(0.99),
            },
    };
  }

  /** Gives the memory of the histogram back. */
  close(): void {
    this.#merged.close();
  }
}
