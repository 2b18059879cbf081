import { createShop } from '../../generators/shop.ts';
import { loadShop } from '../../loading/load-shop.ts';
import type { Command } from '../command.ts';
import { showLoadProgress } from '../load-progress.ts';
import { openTarget, TARGET_OPTIONS } from '../open-target.ts';
import { integerOption, scaleOption } from '../option-values.ts';
import { writeCurrentDataset } from '../shop-databases.ts';

const DEFAULT_ORDERS = 20_000;
const DEFAULT_SEED = 42;

/** Fills a database with the shop. */
export const load: Command = {
  name: 'load',
  usage: 'load',
  describe: 'Migrate a database and fill it with a shop',
  optionNames: ['scale', 'seed', 'target'],
  options: (args) =>
    args
      .option('scale', { type: 'string', describe: 'Orders, in thousands: 20k (default), 1m' })
      .option('seed', { type: 'string', describe: 'Same seed, same data (default 42)' })
      .option('target', TARGET_OPTIONS.target),
  async run(context, values) {
    const { terminal, signal } = context;
    const shop = createShop({
      orders: scaleOption(values) ?? DEFAULT_ORDERS,
      seed: integerOption(values, 'seed', 0) ?? DEFAULT_SEED,
      profile: 'default',
    });
    const target = await openTarget(context, values, shop);
    try {
      const summary = await loadShop({
        target: target.primary,
        shop,
        signal,
        onStep: (step) => terminal.say(`· ${step}`),
        onProgress: showLoadProgress(terminal),
      });
      if (target.kind === 'embedded') await writeCurrentDataset(context.stateDirectory, shop.spec);
      if (context.json) terminal.print(JSON.stringify(summary, null, 2));
      else terminal.print(describe(summary));
      return 0;
    } finally {
      await target.close();
    }
  },
};

function describe(summary: Awaited<ReturnType<typeof loadShop>>): string {
  const rows = summary.rows.toLocaleString('en');
  if (summary.alreadyLoaded) {
    return `Already loaded: dataset ${summary.identity}, ${rows} rows. Nothing to do.`;
  }
  const seconds = summary.durationMs / 1000;
  const rate = Math.round((summary.rows - summary.rowsResumed) / seconds).toLocaleString('en');
  const resumed =
    summary.rowsResumed === 0
      ? ''
      : ` (${summary.rowsResumed.toLocaleString('en')} of them by the load that this one continued)`;
  return `Loaded dataset ${summary.identity}: ${rows} rows${resumed} in ${seconds.toFixed(1)} s, ${rate} rows/s with keys, indexes and vacuum.`;
}
