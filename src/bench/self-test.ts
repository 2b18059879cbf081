import { availableParallelism } from 'node:os';
import { systemClock } from '../clock.ts';
import { PgSession } from '../database/pg-session.ts';
import type { ServerAddress } from '../database/server-address.ts';
import { initHistograms, LatencyHistogram } from '../measurements/histogram.ts';
import { cell } from '../random/cell.ts';
import { sqlStatement } from '../schema/statement.ts';
import { openAlarmThread } from './arrivals/alarm.ts';
import { arrivalSchedule } from './arrivals/arrival-schedule.ts';
import type { Executor } from './arrivals/executor.ts';
import { arrivalRate } from './arrivals/executors/arrival-rate.ts';
import { virtualUsers } from './arrivals/executors/virtual-users.ts';
import { constantRamp } from './arrivals/ramp.ts';
import { SessionWatch } from './clients/session-watch.ts';
import { allocateTrace, StatementTrace } from './clients/statement-trace.ts';
import { Recorder } from './workers/recorder.ts';

/** What this machine's load generator can do at most, on one thread. */
export interface SelfTest {
  readonly cores: number;
  readonly node: string;
  /** Arrivals that end at once, with everything that is measured of one and of four statements in it. */
  readonly engine: { readonly arrivalsPerSecond: number; readonly cpuUsPerArrival: number };
  /** `select 1`, prepared, over eight connections at once. */
  readonly statements: {
    readonly connections: number;
    readonly perSecond: number;
    readonly cpuUsPerStatement: number;
    /** Over one connection alone. */
    readonly roundTripUs: { readonly p50: number; readonly p99: number };
  };
  /** How late arrivals that do nothing leave an open-loop schedule. */
  readonly schedule: readonly {
    readonly ratePerSecond: number;
    readonly lagP50Us: number;
    readonly lagP99Us: number;
  }[];
}

export interface SelfTestOptions {
  readonly primary: ServerAddress;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
}

const CONNECTIONS = 8;
const STATEMENTS_PER_ARRIVAL = 4;
const WARMUP_MS = 1000;
const MEASURE_MS = 2000;
const RATES = [200, 1000, 4000];

const one = sqlStatement<object, { one: number }>('selftest.one', 'select 1 as one');

/** Finds this machine's own ceiling: without a server, with one that does nothing, and of the timer. */
export async function selfTest(options: SelfTestOptions): Promise<SelfTest> {
  const { signal, onStep } = options;
  await initHistograms();
  onStep('the engine without a server');
  const engine = await measureEngine(signal);
  onStep('statements that do nothing');
  const statements = await measureStatements(options);
  const schedule: SelfTest['schedule'][number][] = [];
  for (const ratePerSecond of RATES) {
    onStep(`a schedule of ${ratePerSecond} arrivals/s`);
    schedule.push(await measureSchedule(ratePerSecond, signal));
  }
  return { cores: availableParallelism(), node: process.version, engine, statements, schedule };
}

/** Counts what `work` does after a warm-up, per second and in CPU of the whole process. */
async function rateOf(
  signal: AbortSignal,
  work: (isOver: () => boolean, count: () => void) => Promise<void>,
): Promise<{ readonly perSecond: number; readonly cpuUs: number }> {
  let done = 0;
  let isOver = false;
  const running = work(
    () => isOver || signal.aborted,
    () => {
      done += 1;
    },
  );
  await systemClock.sleep(WARMUP_MS, signal);
  const before = done;
  const startedAt = systemClock.now();
  const cpu = process.cpuUsage();
  await systemClock.sleep(MEASURE_MS, signal);
  const { user, system } = process.cpuUsage(cpu);
  const count = done - before;
  const seconds = (systemClock.now() - startedAt) / 1000;
  isOver = true;
  await running;
  return { perSecond: count / seconds, cpuUs: (user + system) / Math.max(1, count) };
}

async function measureEngine(signal: AbortSignal): Promise<SelfTest['engine']> {
  const clock = systemClock;
  const recorder = new Recorder({
    transactions: [{ name: 'nothing', access: 'read' }],
    window: { startMs: 0, endMs: Number.POSITIVE_INFINITY },
    lateAfterMs: 100,
  });
  const trace = new StatementTrace(allocateTrace(CONNECTIONS), ['nothing'], [one.name]);
  const startedAt = clock.now();
  const stop = new AbortController();
  const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
  try {
    const { perSecond, cpuUs } = await rateOf(signal, async (isOver, count) => {
      const execute: Executor = virtualUsers({
        users: constantRamp(CONNECTIONS, 10 * (WARMUP_MS + MEASURE_MS)),
        slice: { worker: 0, workers: 1 },
        thinkMs: () => 0,
      });
      const dispatch = async (arrival: {
        readonly number: number;
        readonly intendedMs: number;
      }) => {
        if (isOver()) stop.abort();
        const sample = recorder.arrive(arrival, 'nothing', clock.now() - startedAt);
        const slot = arrival.number % CONNECTIONS;
        const watch = new SessionWatch(trace, slot, 'nothing', sample.observerFor('primary'));
        const firstAttemptAt = clock.now();
        // As the answers of a server that takes no time would come: in the next turn of the loop.
        await nextTurn();
        for (let k = 0; k < STATEMENTS_PER_ARRIVAL; k++) {
          const now = clock.now();
          watch.started(one.name, now);
          watch.ended(one.name, now, clock.now(), 1, null);
        }
        const endMs = clock.now() - startedAt;
        const end = { kind: 'committed', order: null, staleness: null } as const;
        sample.end(
          { end, attempts: 1, failedAttempts: [], firstAttemptAt, lastAttemptAt: firstAttemptAt },
          {
            node: 'primary',
            fallback: null,
            causalWaitMs: null,
            startMs: arrival.intendedMs,
            endMs,
            lastAttemptMs: endMs - arrival.intendedMs,
            wastedMs: 0,
          },
        );
        count();
      };
      await execute({ clock, startedAt, dispatch, signal: stop.signal });
    });
    return { arrivalsPerSecond: perSecond, cpuUsPerArrival: cpuUs };
  } finally {
    recorder.close();
  }
}

async function measureStatements({
  primary,
  signal,
}: SelfTestOptions): Promise<SelfTest['statements']> {
  const sessions: PgSession[] = [];
  const roundTrips = new LatencyHistogram();
  try {
    for (let k = 0; k < CONNECTIONS; k++) {
      const session = await PgSession.open(primary, {
        purpose: 'selftest',
        signal,
        onLost() {},
        isPipelined: false,
        prepares: 'named',
      });
      sessions.push(session);
      await session.prepare([one]);
    }
    const { perSecond, cpuUs } = await rateOf(signal, async (isOver, count) => {
      await Promise.all(
        sessions.map(async (session) => {
          while (!isOver()) {
            await session.execute(one, {});
            count();
          }
        }),
      );
    });
    const [single] = sessions;
    for (let k = 0; k < 2000 && single !== undefined; k++) {
      const sentAt = performance.now();
      await single.execute(one, {});
      roundTrips.record((performance.now() - sentAt) * 1000);
    }
    return {
      connections: CONNECTIONS,
      perSecond,
      cpuUsPerStatement: cpuUs,
      roundTripUs: { p50: roundTrips.quantileUs(0.5), p99: roundTrips.quantileUs(0.99) },
    };
  } finally {
    roundTrips.close();
    await Promise.all(sessions.map((session) => session.close()));
  }
}

async function measureSchedule(
  ratePerSecond: number,
  signal: AbortSignal,
): Promise<SelfTest['schedule'][number]> {
  const clock = systemClock;
  const lags = new LatencyHistogram();
  const alarm = await openAlarmThread(clock);
  try {
    const startedAt = clock.now();
    const schedule = arrivalSchedule({
      rate: constantRamp(ratePerSecond, MEASURE_MS),
      process: 'poisson',
      uniform: (arrival) => (cell(1, arrival) + 1) / 2 ** 32,
      slice: { worker: 0, workers: 1 },
    });
    const dispatch = async ({ intendedMs }: { readonly intendedMs: number }) => {
      lags.record((clock.now() - startedAt - intendedMs) * 1000);
    };
    await arrivalRate(schedule, alarm)({ clock, startedAt, dispatch, signal });
    return { ratePerSecond, lagP50Us: lags.quantileUs(0.5), lagP99Us: lags.quantileUs(0.99) };
  } finally {
    lags.close();
    await alarm.close();
  }
}
