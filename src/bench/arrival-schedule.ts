/** When one arrival is meant to start. */
export interface Arrival {
  /** From 0, in the order of the schedule; names the arrival in the whole run. */
  readonly number: number;
  /** From the start of the warm-up. */
  readonly intendedMs: number;
}

export interface ScheduleOptions {
  readonly ratePerSecond: number;
  /** `poisson`: independent arrivals, exponential gaps; `uniform`: equal gaps. */
  readonly process: 'poisson' | 'uniform';
  readonly durationMs: number;
  /** A uniform number in (0, 1] for the gap before each arrival. */
  readonly uniform: (arrival: number) => number;
}

/** The intended starts of an open-loop run: pure, so that every arm and worker can make the same. */
export function* arrivalSchedule(options: ScheduleOptions): Generator<Arrival> {
  const { process, durationMs, uniform } = options;
  const meanGapMs = 1000 / options.ratePerSecond;
  let intendedMs = 0;
  for (let number = 0; ; number++) {
    if (process === 'poisson') intendedMs += -Math.log(uniform(number)) * meanGapMs;
    else intendedMs = number * meanGapMs;
    if (intendedMs >= durationMs) return;
    yield { number, intendedMs };
  }
}
