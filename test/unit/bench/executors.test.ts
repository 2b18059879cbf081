import { describe, expect, test } from 'vitest';
import type { Arrival } from '../../../src/bench/arrival-schedule.ts';
import { constantArrivalRate } from '../../../src/bench/executors/constant-arrival-rate.ts';
import { constantVus } from '../../../src/bench/executors/constant-vus.ts';
import { VirtualClock } from '../../helpers/virtual-clock.ts';

describe('constantArrivalRate', () => {
  test('hands over each arrival at its time, although none of them ever ends', async () => {
    const clock = new VirtualClock();
    const schedule = [0, 10, 12, 40].map((intendedMs, number) => ({ number, intendedMs }));
    const seen: [number, number][] = [];
    const dispatch = (arrival: Arrival) => {
      seen.push([arrival.number, clock.now()]);
      return new Promise<void>(() => {});
    };
    const signal = new AbortController().signal;
    const run = constantArrivalRate(schedule)({ clock, startedAt: 0, dispatch, signal });
    await clock.advance(41);
    await run;
    expect(seen.map(([number]) => number)).toEqual([0, 1, 2, 3]);
    for (const [number, at] of seen) {
      expect(at).toBeGreaterThanOrEqual(schedule[number]!.intendedMs - 1e-6);
      expect(at).toBeLessThan(schedule[number]!.intendedMs + 0.5);
    }
  });

  test('ends without further arrivals when aborted', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const seen: number[] = [];
    const dispatch = async ({ number }: Arrival) => {
      seen.push(number);
    };
    const schedule = [
      { number: 0, intendedMs: 0 },
      { number: 1, intendedMs: 1000 },
    ];
    const run = constantArrivalRate(schedule)({
      clock,
      startedAt: 0,
      dispatch,
      signal: abort.signal,
    });
    await clock.advance(10);
    abort.abort();
    await run;
    expect(seen).toEqual([0]);
  });
});

describe('constantVus', () => {
  test('keeps exactly so many under way, each starting when its last has ended', async () => {
    const clock = new VirtualClock();
    let underWay = 0;
    let most = 0;
    const numbers: number[] = [];
    const dispatch = async ({ number }: Arrival) => {
      numbers.push(number);
      most = Math.max(most, ++underWay);
      await clock.sleep(10);
      underWay -= 1;
    };
    const signal = new AbortController().signal;
    const run = constantVus({ vus: 3, durationMs: 35 })({ clock, startedAt: 0, dispatch, signal });
    await clock.advance(60);
    await run;
    expect(most).toBe(3);
    expect(numbers).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});
