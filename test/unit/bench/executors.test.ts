import { describe, expect, test } from 'vitest';
import type { Arrival } from '../../../src/bench/arrival-schedule.ts';
import { constantArrivalRate } from '../../../src/bench/executors/constant-arrival-rate.ts';
import { constantVus } from '../../../src/bench/executors/constant-vus.ts';
import { timerAlarm } from '../../helpers/timer-alarm.ts';
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
    const execute = constantArrivalRate(schedule, timerAlarm(clock));
    const run = execute({ clock, startedAt: 0, dispatch, signal });
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
    const run = constantArrivalRate(
      schedule,
      timerAlarm(clock),
    )({
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

  test('an overdue schedule leaves the event loop its turns', async () => {
    let now = 0;
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    const abort = new AbortController();
    let dispatched = 0;
    const dispatch = async () => {
      dispatched += 1;
      now += 1;
    };
    const schedule = Array.from({ length: 100_000 }, (_, number) => ({ number, intendedMs: 0 }));
    // As a signal or a socket would: in a turn of its own.
    setImmediate(() => abort.abort());
    const { signal } = abort;
    const context = { clock, startedAt: 0, dispatch, signal };
    await constantArrivalRate(schedule, timerAlarm(clock))(context);
    expect(dispatched).toBeGreaterThan(0);
    expect(dispatched).toBeLessThan(20);
  });
});

describe('constantVus', () => {
  test.each([
    { name: 'at its end', abortAtMs: null, endsAtMs: 100 },
    { name: 'when aborted', abortAtMs: 30, endsAtMs: 30 },
  ])('resolves $name, although what is under way hangs', async ({ abortAtMs, endsAtMs }) => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    let started = 0;
    const dispatch = () => {
      started += 1;
      return new Promise<void>(() => {});
    };
    let endedAt = -1;
    const { signal } = abort;
    const run = constantVus({ vus: 3, durationMs: 100 })({ clock, startedAt: 0, dispatch, signal });
    void run.then(() => {
      endedAt = clock.now();
    });
    await clock.advance(endsAtMs - 1);
    expect(endedAt).toBe(-1);
    if (abortAtMs === null) await clock.advance(2);
    else {
      await clock.advance(1);
      abort.abort();
      await clock.advance(1);
    }
    expect(endedAt).toBeGreaterThanOrEqual(endsAtMs - 0.1);
    expect(started).toBe(3);
  });

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
