import { availableParallelism } from 'node:os';
import type { ServerAddress } from '../database/server-address.ts';
import type { Shop } from '../generators/shop.ts';
import type { LoadOptions } from '../loading/load-options.ts';
import { type LoadSummary, loadShop } from '../loading/load-shop.ts';
import type { CommandContext } from './context.ts';

/** Below it, starting threads costs more than they save. */
const ROWS_FOR_THREADS = 600_000;
const MOST_WORKERS = 8;

/** Loads with the progress shown: share, rates, time left, and what is being done. */
export function loadWithProgress(
  context: CommandContext,
  options: {
    readonly target: ServerAddress;
    readonly shop: Shop;
    readonly workers?: number | undefined;
    readonly replace?: boolean;
    readonly verify?: boolean;
    /** Servers on the target's own machine that will hold the shop. */
    readonly localCopies: number;
  },
): Promise<LoadSummary> {
  const { target, shop, replace = false } = options;
  return loadShop({
    target,
    shop,
    replace,
    verify: options.verify ?? true,
    localCopies: options.localCopies,
    workers: options.workers ?? defaultWorkers(shop),
    ...loadCallbacks(context),
  });
}

/** How a load shows its progress, and is ended. */
export function loadCallbacks({
  terminal,
  signal,
}: CommandContext): Pick<LoadOptions, 'signal' | 'onStep' | 'onProgress' | 'onCount'> {
  return {
    signal,
    onStep: (step) => terminal.say(`· ${step}`),
    onProgress({ rowsDone, rowsTotal, rowsPerSecond, bytesPerSecond, remainingMs }) {
      const share = Math.floor((100 * rowsDone) / rowsTotal);
      const left = remainingMs === null ? '' : ` · ${duration(remainingMs)} left`;
      const rates = `${count(rowsPerSecond)} rows/s, ${(bytesPerSecond / 1e6).toFixed(1)} MB/s`;
      terminal.live(
        `  ${share} % · ${count(rowsDone)} of ${count(rowsTotal)} rows · ${rates}${left}`,
      );
    },
    onCount: (done, total) => terminal.live(`  ${done} of ${total}`),
  };
}

function defaultWorkers(shop: Shop): number {
  const rows = shop.generators.reduce((sum, { rowCount }) => sum + rowCount, 0);
  return rows < ROWS_FOR_THREADS ? 1 : Math.min(MOST_WORKERS, Math.max(2, availableParallelism()));
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
