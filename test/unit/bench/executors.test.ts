import { describe, expect, test } from 'vitest';
import type { Arrival } from '../../../src/bench/arrivals/arrival-schedule.ts';
import { arrivalRate } from '../../../src/bench/arrivals/executors/arrival-rate.ts';
import { sharedIterations } from '../../../src/bench/arrivals/executors/shared-iterations.ts';
import { virtualUsers } from '../../../src/bench/arrivals/executors/virtual-users.ts';
import { constantRamp, type Ramp, stagedRamp } from '../../../src/bench/arrivals/ramp.ts';
import { timerAlarm } from '../../helpers/timer-alarm.ts';
import { VirtualClock } from '../../helpers/virtual-clock.ts';

describe('arrivalRate', () => {
  test('hands over each arrival at its time, although none of them ever ends', async () => {
    const clock = new VirtualClock();
    const schedule = [0, 10, 12, 40].map((intendedMs, number) => ({ number, intendedMs }));
    const seen: [number, number][] = [];
    const dispatch = (arrival: Arrival) => {
      seen.push([arrival.number, clock.now()]);
      return new Promise<void>(() => {});
    };
    const signal = new AbortController().signal;
    const execute = arrivalRate(schedule, timerAlarm(clock));
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
    const run = arrivalRate(
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
    await arrivalRate(schedule, timerAlarm(clock))(context);
    expect(dispatched).toBeGreaterThan(0);
    expect(dispatched).toBeLessThan(20);
  });
});

const whole = { worker: 0, workers: 1 };
const usersOf = (users: Ramp, thinkMs = 0) =>
  virtualUsers({ users, slice: whole, thinkMs: () => thinkMs });

describe('virtualUsers', () => {
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
    const run = usersOf(constantRamp(3, 100))({ clock, startedAt: 0, dispatch, signal });
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
    const run = usersOf(constantRamp(3, 35))({ clock, startedAt: 0, dispatch, signal });
    await clock.advance(60);
    await run;
    expect(most).toBe(3);
    expect(numbers).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('rests after each transaction', async () => {
    const clock = new VirtualClock();
    const starts: number[] = [];
    const dispatch = async () => {
      starts.push(Math.round(clock.now()));
      await clock.sleep(10);
    };
    const signal = new AbortController().signal;
    const run = usersOf(constantRamp(1, 100), 20)({ clock, startedAt: 0, dispatch, signal });
    await clock.advance(110);
    await run;
    expect(starts).toEqual([0, 30, 60, 90]);
  });

  test('ramps up and down: as many under way as the ramp says', async () => {
    const clock = new VirtualClock();
    let underWay = 0;
    const seen = new Map<number, number>();
    const dispatch = async () => {
      underWay += 1;
      await clock.sleep(1);
      underWay -= 1;
    };
    const ramp = stagedRamp(1, 50, [
      { durationMs: 100, target: 5 },
      { durationMs: 50, target: 5 },
      { durationMs: 50, target: 0 },
    ]);
    const signal = new AbortController().signal;
    const run = usersOf(ramp)({ clock, startedAt: 0, dispatch, signal });
    for (let atMs = 0; atMs < 250; atMs += 10) {
      seen.set(atMs, underWay);
      await clock.advance(10);
    }
    await run;
    expect([seen.get(40), seen.get(110), seen.get(190)]).toEqual([1, 3, 5]);
    expect(seen.get(240)).toBeLessThanOrEqual(1);
  });

  test('two workers have all users between them, and no number twice', async () => {
    const clock = new VirtualClock();
    const numbers: number[] = [];
    let underWay = 0;
    let most = 0;
    const dispatch = async ({ number }: Arrival) => {
      numbers.push(number);
      most = Math.max(most, ++underWay);
      await clock.sleep(10);
      underWay -= 1;
    };
    const signal = new AbortController().signal;
    const runs = [0, 1].map((worker) =>
      virtualUsers({
        users: constantRamp(3, 35),
        slice: { worker, workers: 2 },
        thinkMs: () => 0,
      })({ clock, startedAt: 0, dispatch, signal }),
    );
    await clock.advance(60);
    await Promise.all(runs);
    expect(most).toBe(3);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe('sharedIterations', () => {
  const options = { vus: 3, iterations: 10, warmupMs: 20, limitMs: 1000, thinkMs: () => 0 };

  test.each([1, 2, 3])('%i workers hand out exactly so many after the warm-up', async (workers) => {
    const clock = new VirtualClock();
    const arrivals: Arrival[] = [];
    const dispatch = async (arrival: Arrival) => {
      arrivals.push(arrival);
      await clock.sleep(7);
    };
    const signal = new AbortController().signal;
    let ended = 0;
    const runs = Array.from({ length: workers }, (_, worker) =>
      sharedIterations({ ...options, slice: { worker, workers } })({
        clock,
        startedAt: 0,
        dispatch,
        signal,
      }).then(() => {
        ended = clock.now();
      }),
    );
    await clock.advance(200);
    await Promise.all(runs);
    expect(arrivals.filter(({ intendedMs }) => intendedMs >= 20)).toHaveLength(10);
    expect(new Set(arrivals.map(({ number }) => number)).size).toBe(arrivals.length);
    expect(ended).toBeLessThan(150);
  });

  test('ends at its limit, although what is under way hangs', async () => {
    const clock = new VirtualClock();
    const dispatch = () => new Promise<void>(() => {});
    const signal = new AbortController().signal;
    const execute = sharedIterations({ ...options, limitMs: 100, slice: whole });
    const run = execute({ clock, startedAt: 0, dispatch, signal });
    await clock.advance(101);
    await run;
  });
});
