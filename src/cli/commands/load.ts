import { CartloadError } from '../../errors.ts';
import { createShop } from '../../generators/shop.ts';
import type { LoadSummary } from '../../loading/load-shop.ts';
import type { ArgumentValues, Command } from '../command.ts';
import { loadWithProgress } from '../load-progress.ts';
import { openTarget, TARGET_OPTIONS } from '../open-target.ts';
import { integerOption, profileOption, scaleOption, sizeOption } from '../option-values.ts';
import { writeCurrentDataset } from '../shop-databases.ts';
import { describeVerification } from '../verification.ts';

const DEFAULT_ORDERS = 20_000;
const DEFAULT_SEED = 42;

/** Fills a database with the shop. */
export const load: Command = {
  name: 'load',
  usage: 'load',
  describe: 'Migrate a database and fill it with a shop',
  optionNames: ['scale', 'size', 'seed', 'profile', 'workers', 'replace', 'verify', 'target'],
  options: (args) =>
    args
      .option('scale', { type: 'string', describe: 'Orders, in thousands: 20k (default), 1m' })
      .option('size', { type: 'string', describe: 'Instead of the scale: 50GB on disk, about' })
      .option('seed', { type: 'string', describe: 'Same seed, same data (default 42)' })
      .option('profile', { type: 'string', describe: 'default, grocery or marketplace' })
      .option('workers', { type: 'string', describe: 'Threads and connections (default: cores)' })
      .option('replace', { type: 'boolean', describe: 'Throw away what is loaded there' })
      .option('verify', { type: 'boolean', describe: '--no-verify: trust what was loaded' })
      .option('target', TARGET_OPTIONS.target),
  async run(context, values) {
    const { terminal } = context;
    const shop = createShop({
      orders: chooseOrders(values),
      seed: integerOption(values, 'seed', 0) ?? DEFAULT_SEED,
      profile: profileOption(values) ?? 'default',
    });
    const workers = integerOption(values, 'workers', 1);
    const target = await openTarget(context, values, shop, { mayCreate: true });
    try {
      const replace = values['replace'] === true;
      const summary = await loadWithProgress(context, {
        target: target.primary,
        shop,
        workers,
        replace,
        verify: values['verify'] !== false,
        localCopies: 1 + target.replicas.length,
      });
      if (target.kind === 'embedded') await writeCurrentDataset(context.stateDirectory, shop.spec);
      terminal.print(context.json ? JSON.stringify(summary, null, 2) : describe(summary));
      return summary.verified === null || summary.verified.passed ? 0 : 1;
    } finally {
      await target.close();
    }
  },
};

function chooseOrders(values: ArgumentValues): number {
  const orders = scaleOption(values);
  const sized = sizeOption(values);
  if (orders !== undefined && sized !== undefined) {
    throw new CartloadError('BAD_OPTION', '--scale and --size were both given.', {
      hint: 'Both say how large the shop is: choose one.',
    });
  }
  return orders ?? sized ?? DEFAULT_ORDERS;
}

function describe(summary: LoadSummary): string {
  const { identity, rowsResumed, durationMs, phases, copying } = summary;
  const rows = count(summary.rows);
  if (summary.alreadyLoaded) {
    return `Already loaded: dataset ${identity}, ${rows} rows. Nothing to do.`;
  }
  const resumed =
    rowsResumed === 0 ? '' : ` (${count(rowsResumed)} of them by the load that this one continued)`;
  const rate = count((summary.rows - rowsResumed) / (durationMs / 1000));
  const lines = [
    `Loaded dataset ${identity}: ${rows} rows${resumed} in ${seconds(durationMs)}, ${rate} rows/s in all.`,
    '',
  ];
  for (const { step, durationMs: stepMs } of phases) {
    lines.push(`  ${seconds(stepMs).padStart(8)}  ${step}`);
  }
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  lines.push(
    '',
    `Copying was bounded by ${boundedBy(copying)}: of the lanes' time ${percent(copying.generating)} generating, ` +
      `${percent(copying.sending)} waiting for the server to take it, ${percent(copying.committing)} committing.`,
  );
  if (summary.ceilingRowsPerSecond !== null) {
    const ceiling = count(summary.ceilingRowsPerSecond);
    lines.push(`With nobody taking them, one thread here generates ${ceiling} rows/s.`);
  }
  if (summary.verified !== null) lines.push('', describeVerification(summary.verified));
  return lines.join('\n');
}

function boundedBy({ generating, sending, committing }: LoadSummary['copying']): string {
  if (generating > 0.6) return 'generation';
  if (committing > 0.3) return 'commits';
  return sending > generating ? 'the server' : 'generation and the server alike';
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}
