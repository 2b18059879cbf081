import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReplicaAges } from '../../../src/bench/watch/replica-ages.ts';
import { HEARTBEAT_PERIOD_MS, ReplicaMonitor } from '../../../src/bench/watch/replica-monitor.ts';
import { VirtualClock } from '../../helpers/virtual-clock.ts';

type Query = (config: { readonly values?: unknown[] }) => Promise<readonly object[]>;

/** A connection whose answers the test decides; closing it fails what is under way. */
class FakeConnection {
  answer: Query;
  #fail: (error: Error) => void = () => {};

  constructor(answer: Query) {
    this.answer = answer;
  }

  query<R>(config: object): Promise<R[]> {
    const closed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    return Promise.race([this.answer(config), closed]) as Promise<R[]>;
  }

  async close(): Promise<void> {
    this.#fail(new Error('closed'));
  }
}

const PREVIOUS_BEAT = 700;
const silence = () => new Promise<never>(() => {});

let clock: VirtualClock;
let beat: number;
let shown: () => number;
let primary: FakeConnection;
let replica: FakeConnection;
let samples: (number | null)[];
let monitor: ReplicaMonitor;
let ages: ReplicaAges;

beforeEach(() => {
  clock = new VirtualClock();
  ages = ReplicaAges.allocate(1);
  beat = PREVIOUS_BEAT;
  shown = () => beat;
  primary = new FakeConnection(async ({ values }) => {
    beat = values === undefined ? beat + 1 : (values[0] as number);
    return [{ beat }];
  });
  replica = new FakeConnection(async () => [{ beat: shown() }]);
  samples = [];
  monitor = new ReplicaMonitor({
    primary,
    replicas: [replica],
    clock,
    ages,
    onSample: (_, ageMs) => samples.push(ageMs),
  });
});

afterEach(() => monitor.stop());

async function start(timeoutMs = 1000): Promise<boolean | undefined> {
  let isThere: boolean | undefined;
  void monitor.start(timeoutMs, new AbortController().signal).then((result) => {
    isThere = result;
  });
  await clock.advance(timeoutMs + HEARTBEAT_PERIOD_MS);
  return isThere;
}

describe('ReplicaMonitor', () => {
  test('a replica that shows every beat has the age 0', async () => {
    expect(await start()).toBe(true);
    expect(ages.ageMs(0, clock.now())).toBe(0);
    expect(new Set(samples.slice(1))).toEqual(new Set([0]));
  });

  test('a replica that still shows the run before is not there, and its age is unknown', async () => {
    shown = () => PREVIOUS_BEAT;
    expect(await start()).toBe(false);
    expect(ages.ageMs(0, clock.now())).toBe(Number.POSITIVE_INFINITY);
    expect(new Set(samples)).toEqual(new Set([null]));
  });

  test('the age is the time since the first beat that is missing, however long ago', async () => {
    await start();
    const stuck = beat;
    shown = () => stuck;
    const from = clock.now();
    await clock.advance(20_000);
    expect(ages.ageMs(0, clock.now())).toBeGreaterThan(
      clock.now() - from - 2 * HEARTBEAT_PERIOD_MS,
    );
    expect(ages.ageMs(0, clock.now())).toBeLessThan(clock.now() - from + 2 * HEARTBEAT_PERIOD_MS);
  });

  test('a replica that hangs grows old, its samples are unknown, and stop does not wait for it', async () => {
    await start();
    replica.answer = silence;
    samples.length = 0;
    await clock.advance(1000);
    expect(ages.ageMs(0, clock.now())).toBeGreaterThan(800);
    expect(samples.length).toBeGreaterThanOrEqual(9);
    expect(samples.filter((ageMs) => ageMs === null).length).toBeGreaterThanOrEqual(7);
    await monitor.stop();
  });

  test('it comes back when the replica answers again', async () => {
    await start();
    const answer = replica.answer;
    replica.answer = () => Promise.reject(new Error('gone'));
    await clock.advance(1000);
    expect(ages.ageMs(0, clock.now())).toBeGreaterThan(800);
    replica.answer = answer;
    await clock.advance(300);
    expect(ages.ageMs(0, clock.now())).toBe(0);
    expect(samples.at(-1)).toBe(0);
  });

  test('while the heart stands still nobody is known to be fresh', async () => {
    await start();
    primary.answer = silence;
    await clock.advance(1000);
    expect(ages.ageMs(0, clock.now())).toBeGreaterThan(700);
  });

  test('the wait for the replica ends when the user wants to stop', async () => {
    shown = () => PREVIOUS_BEAT;
    const abort = new AbortController();
    const started = monitor.start(60_000, abort.signal);
    const ended = expect(started).rejects.toThrow('enough');
    await clock.advance(500);
    abort.abort(new Error('enough'));
    await ended;
  });
});
