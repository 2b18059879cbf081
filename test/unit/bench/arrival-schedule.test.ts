import { describe, expect, test } from 'vitest';
import {
  arrivalSchedule,
  type ScheduleOptions,
} from '../../../src/bench/arrivals/arrival-schedule.ts';
import { constantRamp, stagedRamp } from '../../../src/bench/arrivals/ramp.ts';
import { cell } from '../../../src/random/cell.ts';

const uniform = (arrival: number) => (cell(7, arrival) + 1) / 2 ** 32;
const whole = { worker: 0, workers: 1 };

function scheduleOf(options: Partial<ScheduleOptions> & Pick<ScheduleOptions, 'rate'>) {
  return [...arrivalSchedule({ process: 'poisson', uniform, slice: whole, ...options })];
}

describe('arrivalSchedule', () => {
  test('uniform arrivals stand at equal gaps and stay below the duration', () => {
    expect(scheduleOf({ rate: constantRamp(4, 1000), process: 'uniform' })).toEqual([
      { number: 0, intendedMs: 0 },
      { number: 1, intendedMs: 250 },
      { number: 2, intendedMs: 500 },
      { number: 3, intendedMs: 750 },
    ]);
  });

  test('poisson arrivals come at the rate, with the spread of exponential gaps', () => {
    const schedule = scheduleOf({ rate: constantRamp(200, 500_000) });
    // 100,000 expected, standard deviation 316.
    expect(Math.abs(schedule.length - 100_000)).toBeLessThan(1300);
    const gaps = schedule
      .slice(1)
      .map((arrival, i) => arrival.intendedMs - (schedule[i]?.intendedMs ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    // The standard deviation of an exponential distribution is its mean.
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
    expect(gaps.every((gap) => gap >= 0)).toBe(true);
  });

  test('a uniform ramp from 0 reaches each count at the root of its time', () => {
    const schedule = scheduleOf({
      rate: stagedRamp(0, 0, [{ durationMs: 10_000, target: 20 }]),
      process: 'uniform',
    });
    // The integral of 2t per second is t^2: arrival n at sqrt(n) seconds.
    expect(schedule).toHaveLength(100);
    for (const { number, intendedMs } of schedule) {
      expect(intendedMs).toBeCloseTo(Math.sqrt(number) * 1000, 6);
    }
  });

  test('stages follow one another without a gap, also to 0 and from it', () => {
    const rate = stagedRamp(100, 1000, [
      { durationMs: 2000, target: 300 },
      { durationMs: 1000, target: 0 },
      { durationMs: 1000, target: 0 },
      { durationMs: 0, target: 50 },
      { durationMs: 1000, target: 50 },
    ]);
    const schedule = scheduleOf({ rate, process: 'uniform' });
    const within = (fromMs: number, toMs: number) =>
      schedule.filter(({ intendedMs }) => intendedMs >= fromMs && intendedMs < toMs).length;
    expect([within(0, 1000), within(1000, 3000), within(3000, 4000)]).toEqual([100, 400, 150]);
    expect([within(4000, 5000), within(5000, 6000)]).toEqual([0, 50]);
    const times = schedule.map(({ intendedMs }) => intendedMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('a poisson ramp has the expected number in each stretch', () => {
    const rate = stagedRamp(0, 0, [{ durationMs: 1_000_000, target: 200 }]);
    const schedule = scheduleOf({ rate });
    for (const tenth of [0, 3, 6, 9]) {
      const inside = schedule.filter(
        ({ intendedMs }) => Math.floor(intendedMs / 100_000) === tenth,
      ).length;
      const expected = 200 * (2 * tenth + 1) * 5;
      expect(Math.abs(inside - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
  });

  test('the same seed gives the same schedule', () => {
    const rate = constantRamp(50, 2000);
    expect(scheduleOf({ rate })).toEqual(scheduleOf({ rate }));
  });

  test.each([1, 2, 3, 7])('%i workers offer the same arrivals as one', (workers) => {
    const rate = stagedRamp(50, 1000, [{ durationMs: 3000, target: 400 }]);
    const parts = Array.from({ length: workers }, (_, worker) =>
      scheduleOf({ rate, slice: { worker, workers } }),
    );
    for (const [worker, part] of parts.entries()) {
      expect(part.every(({ number }) => number % workers === worker)).toBe(true);
    }
    const joined = parts.flat().sort((a, b) => a.number - b.number);
    expect(joined).toEqual(scheduleOf({ rate }));
  });
});
