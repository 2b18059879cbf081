import { describe, expect, test } from 'vitest';
import { arrivalSchedule } from '../../../src/bench/arrival-schedule.ts';
import { cell } from '../../../src/random/cell.ts';

const uniform = (arrival: number) => (cell(7, arrival) + 1) / 2 ** 32;

describe('arrivalSchedule', () => {
  test('uniform arrivals stand at equal gaps and stay below the duration', () => {
    const schedule = [
      ...arrivalSchedule({ ratePerSecond: 4, process: 'uniform', durationMs: 1000, uniform }),
    ];
    expect(schedule).toEqual([
      { number: 0, intendedMs: 0 },
      { number: 1, intendedMs: 250 },
      { number: 2, intendedMs: 500 },
      { number: 3, intendedMs: 750 },
    ]);
  });

  test('poisson arrivals come at the rate, with the spread of exponential gaps', () => {
    const schedule = [
      ...arrivalSchedule({ ratePerSecond: 200, process: 'poisson', durationMs: 500_000, uniform }),
    ];
    // 100,000 expected, standard deviation 316.
    expect(Math.abs(schedule.length - 100_000)).toBeLessThan(1300);
    const gaps = schedule
      .slice(1)
      .map((arrival, i) => arrival.intendedMs - schedule[i]!.intendedMs);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    // The standard deviation of an exponential distribution is its mean.
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
    expect(gaps.every((gap) => gap >= 0)).toBe(true);
  });

  test('the same seed gives the same schedule', () => {
    const make = () => [
      ...arrivalSchedule({ ratePerSecond: 50, process: 'poisson', durationMs: 2000, uniform }),
    ];
    expect(make()).toEqual(make());
  });
});
