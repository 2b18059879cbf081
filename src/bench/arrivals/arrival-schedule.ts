import type { Ramp } from './ramp.ts';

/** When one arrival is meant to start. */
export interface Arrival {
  /** From 0, in the order of the schedule; names the arrival in the whole run. */
  readonly number: number;
  /** From the start of the warm-up. */
  readonly intendedMs: number;
}

/** The part of a run's arrivals that one worker takes: those of number `worker` modulo `workers`. */
export interface Slice {
  readonly worker: number;
  readonly workers: number;
}

export interface ScheduleOptions {
  /** Arrivals per second over time. */
  readonly rate: Ramp;
  /** `poisson`: independent arrivals, exponential gaps; `uniform`: equal gaps. */
  readonly process: 'poisson' | 'uniform';
  /** A uniform number in (0, 1] for the gap before each arrival. */
  readonly uniform: (arrival: number) => number;
  readonly slice: Slice;
}

const MS_PER_SECOND = 1000;

/**
 * The intended starts of an open-loop run: pure, so that every arm and worker can make the same.
 *
 * Arrivals of rate 1 (at 0, 1, 2.. or with exponential gaps) are carried over to the time at which the
 * integral of the rate reaches them, which for a Poisson process of a changing rate is exact
 * (inversion: Cinlar, Introduction to Stochastic Processes, 1975, chapter 4.7).
 */
export function* arrivalSchedule(options: ScheduleOptions): Generator<Arrival> {
  const { rate, process, uniform, slice } = options;
  let number = 0;
  let unit = 0;
  const advance = () => {
    unit = process === 'uniform' ? number : unit - Math.log(uniform(number));
  };
  advance();
  let before = 0;
  for (const { startMs, endMs, from, to } of rate) {
    const lengthMs = endMs - startMs;
    const expected = (((from + to) / 2) * lengthMs) / MS_PER_SECOND;
    for (; unit < before + expected; number++, advance()) {
      if (number % slice.workers !== slice.worker) continue;
      const intoMs = timeOf(
        unit - before,
        from / MS_PER_SECOND,
        (to - from) / MS_PER_SECOND,
        lengthMs,
      );
      yield { number, intendedMs: startMs + intoMs };
    }
    before += expected;
  }
}

/** The x at which `from x + rise x^2 / (2 length)` is `count`; in the form that no cancellation hurts. */
function timeOf(count: number, from: number, rise: number, lengthMs: number): number {
  if (count === 0) return 0;
  const root = Math.sqrt(Math.max(0, from * from + (2 * rise * count) / lengthMs));
  return Math.min(lengthMs, (2 * count) / (from + root));
}
