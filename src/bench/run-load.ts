import type { Clock } from '../clock.ts';
import { cell, columnKey } from '../random/cell.ts';
import type { Scenario } from '../scenario/scenario.ts';
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
  const faults: unknown[] = [];
  const stop = new AbortController();
  const onInterrupt = () => {
    recorder.endWindow(elapsed());
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
    const execute = createExecutor(scenario);
    const { dispatch } = dispatcher;
    await execute({ clock, startedAt, dispatch, signal: stop.signal });
    if (!stop.signal.aborted) {
      await clock
        .sleep(Math.max(0, warmupMs + durationMs - elapsed()), stop.signal)
        .catch(() => {});
    }
    const client = monitor.stop();
    const loadEndMs = elapsed();
    const idle = dispatcher.idle();
    const patienceMs = stop.signal.aborted ? INTERRUPTED_STOP_MS : gracefulStopMs;
    if (!(await endsWithin(idle, patienceMs, clock))) {
      recorder.cut();
      for (const pool of pools) pool.destroy();
      await idle;
    }
    if (faults.length > 0) throw faults[0];
    const wholeMs = warmupMs + durationMs;
    const measuredEndMs = signal.aborted ? Math.min(loadEndMs, wholeMs) : wholeMs;
    return {
      phases: {
        warmup: { startMs: 0, endMs: Math.min(warmupMs, measuredEndMs) },
        measurement: { startMs: Math.min(warmupMs, measuredEndMs), endMs: measuredEndMs },
        gracefulStop: { startMs: measuredEndMs, endMs: elapsed() },
      },
      client,
      interrupted: signal.aborted,
    };
  } finally {
    clearInterval(ticker);
    signal.removeEventListener('abort', onInterrupt);
  }
}

async function endsWithin(work: Promise<void>, durationMs: number, clock: Clock): Promise<boolean> {
  const patience = new AbortController();
  const ended = work.then(() => true);
  const timeUp = clock.sleep(durationMs, patience.signal).then(
    () => false,
    () => true,
  );
  const isEnded = await Promise.race([ended, timeUp]);
  patience.abort();
  return isEnded;
}

function createExecutor({ load, dataset }: Scenario): Executor {
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
  );
}
