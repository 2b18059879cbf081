import type pg from 'pg';
import { InterruptedError } from '../errors.ts';
import { runLanes } from './lanes.ts';
import type { LoadCounters } from './load-counters.ts';
import type { LoadOptions } from './load-options.ts';
import { watchLoad } from './load-watch.ts';

/**
 * Copies the chunks that are not in yet, watched.
 *
 * @throws InterruptedError with how far it came; the failure of a lane
 */
export async function copyMissing(
  options: LoadOptions,
  client: pg.Client,
  counters: LoadCounters,
  loaded: Uint8Array,
  rowsResumed: number,
  rowsTotal: number,
): Promise<void> {
  const { target, shop, signal, onProgress, onStep } = options;
  const stop = () => counters.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const onStall = (warning: string) => onStep(`WARNING: ${warning}`);
  const watch = { counters, rowsResumed, rowsTotal, client, onProgress, onStall };
  const endWatch = watchLoad(watch);
  try {
    const lane = { spec: shop.spec, target, counters: counters.buffer, loaded };
    await runLanes(options.workers, lane);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    endWatch();
    signal.removeEventListener('abort', stop);
  }
  if (!signal.aborted) return;
  const done = (rowsResumed + counters.read('rowsCommitted')).toLocaleString('en');
  throw new InterruptedError(
    `${done} of ${rowsTotal.toLocaleString('en')} rows are loaded; the same command goes on from there`,
  );
}
