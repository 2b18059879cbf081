import type { Clock } from '../clock.ts';
import { cell, columnKey } from '../random/cell.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Alarm } from './alarm.ts';
import { arrivalSchedule } from './arrival-schedule.ts';
import type { ClientUsage } from './client-monitor.ts';
import { watchClient } from './client-monitor.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import type { Executor } from './executor.ts';
import { constantArrivalRate } from './executors/constant-arrival-rate.ts';
import { constantVus } from './executors/constant-vus.ts';
import type { Recorder } from './recorder.ts';

export interface LoadOptions extends Omit<DispatcherOptions, 'startedAt' | 'onFault'> {
  readonly scenario: Scenario;
  readonly pools: readonly ConnectionPool[];
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly alarm: Pick<Alarm, 'waitUntil'>;
  readonly signal: AbortSignal;
  /** The clock's time at the start of the warm-up. */
  readonly startedAt: number;
  /** Called every quarter of a second with the time since the start of the warm-up. */
  readonly onTick: (elapsedMs: number) => void;
}

/** When each phase began and ended, since the start of the warm-up. */
export interface LoadEnd {
  readonly phases: {
    readonly warmup: Span;
    readonly measurement: Span;
    readonly gracefulStop: Span;
  };
  readonly client: ClientUsage;
  /** Before the measurement was complete. */
  readonly interrupted: boolean;
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

const TICK_MS = 250;
const INTERRUPTED_STOP_MS = 2000;

/**
 * Applies the load: warm-up and measurement in one stretch, then the graceful stop, after which
 * whatever is still under way is cut off.
 *
 * @throws a fault of the program that a transaction showed
 */
export async function runLoad(options: LoadOptions): Promise<LoadEnd> {
  const { scenario, pools, recorder, clock, signal, startedAt } = options;
  const { warmupMs, durationMs, gracefulStopMs } = scenario.load;
  const elapsed = () => clock.now() - startedAt;
  const wholeMs = warmupMs + durationMs;
  let interruptedAtMs: number | null = null;
  let isHandedOver = false;
  const faults: unknown[] = [];
  const stop = new AbortController();
  const onInterrupt = () => {
    const atMs = elapsed();
    // An executor that is behind its schedule may have arrivals of the window left.
    if (atMs < wholeMs || !isHandedOver) {
      interruptedAtMs = Math.min(atMs, wholeMs);
      recorder.endWindow(atMs);
    }
    stop.abort();
  };
  signal.addEventListener('abort', onInterrupt, { once: true });
  if (signal.aborted) onInterrupt();

  const dispatcher = new Dispatcher({
    ...options,
    onFault: (error) => {
      faults.push(error);
      stop.abort();
    },
  });
  let monitor = watchClient();
  let isMeasuring = false;
  const ticker = setInterval(() => {
    const elapsedMs = elapsed();
    if (!isMeasuring && elapsedMs >= warmupMs) {
      monitor.stop();
      monitor = watchClient();
      isMeasuring = true;
    }
    recorder.series.recordEventLoop(elapsedMs, monitor.sample());
    options.onTick(elapsedMs);
  }, TICK_MS);

  try {
    const execute = createExecutor(scenario, options.alarm);
    const { dispatch } = dispatcher;
    await execute({ clock, startedAt, dispatch, signal: stop.signal });
    isHandedOver = true;
    if (!stop.signal.aborted) {
      await clock.sleep(Math.max(0, wholeMs - elapsed()), stop.signal).catch(() => {});
    }
    const client = monitor.stop();
    const idle = dispatcher.idle();
    const isIdle =
      (await endsWithin(idle, gracefulStopMs, clock, stop.signal)) ||
      (stop.signal.aborted &&
        (await endsWithin(idle, Math.min(gracefulStopMs, INTERRUPTED_STOP_MS), clock)));
    if (!isIdle) {
      recorder.cut();
      dispatcher.cut();
      for (const pool of pools) pool.destroy();
      await idle;
    }
    if (faults.length > 0) throw faults[0];
    const measuredEndMs = interruptedAtMs ?? wholeMs;
    return {
      phases: {
        warmup: { startMs: 0, endMs: Math.min(warmupMs, measuredEndMs) },
        measurement: { startMs: Math.min(warmupMs, measuredEndMs), endMs: measuredEndMs },
        gracefulStop: { startMs: measuredEndMs, endMs: elapsed() },
      },
      client,
      interrupted: interruptedAtMs !== null,
    };
  } finally {
    clearInterval(ticker);
    signal.removeEventListener('abort', onInterrupt);
  }
}

/** Whether the work ends before the time is up or the signal is aborted. */
async function endsWithin(
  work: Promise<void>,
  durationMs: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<boolean> {
  const patience = new AbortController();
  const giveUp = () => patience.abort();
  signal?.addEventListener('abort', giveUp, { once: true });
  if (signal?.aborted) giveUp();
  const ended = work.then(() => true);
  const timeUp = clock.sleep(durationMs, patience.signal).then(
    () => false,
    () => false,
  );
  const isEnded = await Promise.race([ended, timeUp]);
  signal?.removeEventListener('abort', giveUp);
  giveUp();
  return isEnded;
}

function createExecutor({ load, dataset }: Scenario, alarm: Pick<Alarm, 'waitUntil'>): Executor {
  const durationMs = load.warmupMs + load.durationMs;
  if (load.executor === 'constant-vus') return constantVus({ vus: load.vus, durationMs });
  const key = columnKey(dataset.seed, 'workload', 'arrivals');
  return constantArrivalRate(
    arrivalSchedule({
      ratePerSecond: load.ratePerSecond,
      process: load.process,
      durationMs,
      uniform: (arrival) => (cell(key, arrival) + 1) / 2 ** 32,
    }),
    alarm,
  );
}
