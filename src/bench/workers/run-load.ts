import type { Clock } from '../../clock.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Alarm } from '../arrivals/alarm.ts';
import type { Slice } from '../arrivals/arrival-schedule.ts';
import { createExecutor } from '../arrivals/executors/create-executor.ts';
import type { ConnectionPool } from '../clients/connection-pool.ts';
import { Dispatcher, type DispatcherOptions } from '../clients/dispatcher.ts';
import { type ClientUsage, watchClient } from '../watch/client-monitor.ts';
import { TICK_MS } from './live-view.ts';
import type { Recorder } from './recorder.ts';

export interface LoadOptions extends Omit<DispatcherOptions, 'onFault'> {
  readonly scenario: Scenario;
  readonly slice: Slice;
  readonly pools: readonly ConnectionPool[];
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly alarm: Pick<Alarm, 'waitUntil'>;
  readonly signal: AbortSignal;
  /** Called every quarter of a second. */
  readonly onTick: () => void;
}

/** When each phase began and ended, since the start of the warm-up. */
export interface LoadPhases {
  readonly warmup: Span;
  readonly measurement: Span;
  readonly gracefulStop: Span;
}

export interface LoadEnd {
  readonly phases: LoadPhases;
  readonly usage: ClientUsage;
  /** Before the measurement was complete. */
  readonly interrupted: boolean;
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

const INTERRUPTED_STOP_MS = 2000;

/**
 * Applies the load: warm-up and measurement in one stretch, then the graceful stop, after which
 * whatever is still under way is cut off. Where the arrivals are counted (shared iterations), the
 * measurement ends with the last of them.
 *
 * @throws a fault of the program that a transaction showed
 */
export async function runLoad(options: LoadOptions): Promise<LoadEnd> {
  const { scenario, slice, pools, recorder, clock, signal, startedAt } = options;
  const { warmupMs, durationMs, gracefulStopMs } = scenario.load;
  const elapsed = () => clock.now() - startedAt;
  const wholeMs = warmupMs + durationMs;
  let endedAtMs: number | null = null;
  let interrupted = false;
  let isHandedOver = false;
  const faults: unknown[] = [];
  const stop = new AbortController();
  const onInterrupt = () => {
    const atMs = elapsed();
    // An executor that is behind its schedule may have arrivals of the window left.
    if (atMs < wholeMs || !isHandedOver) {
      interrupted = true;
      endedAtMs = Math.min(Math.max(0, atMs), wholeMs);
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
  await clock.sleep(Math.max(0, -elapsed()), stop.signal).catch(() => {});
  let monitor = watchClient();
  let isMeasuring = false;
  const ticker = setInterval(() => {
    const elapsedMs = elapsed();
    recorder.series.recordEventLoop(elapsedMs, monitor.sample());
    if (!isMeasuring && elapsedMs >= warmupMs) {
      monitor.stop();
      monitor = watchClient();
      isMeasuring = true;
    }
    options.onTick();
  }, TICK_MS);

  try {
    const execute = createExecutor(scenario, slice, options.alarm);
    const { dispatch } = dispatcher;
    await execute({ clock, startedAt, dispatch, signal: stop.signal });
    isHandedOver = true;
    const remainingMs = Math.max(0, wholeMs - elapsed());
    if (scenario.load.executor === 'shared-iterations') {
      await endsWithin(dispatcher.idle(), remainingMs, clock, stop.signal);
      endedAtMs ??= Math.min(elapsed(), wholeMs);
    } else if (!stop.signal.aborted) {
      await clock.sleep(remainingMs, stop.signal).catch(() => {});
    }
    const usage = monitor.stop();
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
    const measuredEndMs = endedAtMs ?? wholeMs;
    const warmupEndMs = Math.min(warmupMs, measuredEndMs);
    return {
      phases: {
        warmup: { startMs: 0, endMs: warmupEndMs },
        measurement: { startMs: warmupEndMs, endMs: measuredEndMs },
        gracefulStop: { startMs: measuredEndMs, endMs: Math.max(measuredEndMs, elapsed()) },
      },
      usage,
      interrupted,
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
