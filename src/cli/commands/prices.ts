import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { CartloadError, messageOf } from '../../errors.ts';
import { costsByTerm } from '../../pricing/cost-model.ts';
import { AWS_PRICES, downloadOffers } from '../../pricing/download-offers.ts';
import type { PriceBook } from '../../pricing/price-book.ts';
import { refreshed } from '../../pricing/refresh.ts';
import { type Topology, topologySchema } from '../../pricing/topology.ts';
import { replaceFile } from '../../replace-file.ts';
import {
  renderClassPrices,
  renderCosts,
  renderPriceBook,
  renderRefresh,
} from '../../reports/prices-text.ts';
import type { ArgumentValues, Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { rateOption, textOption } from '../option-values.ts';
import { openPriceBook, ownPricesFile } from '../price-book.ts';
import { shownPath } from '../shown-path.ts';

/** The snapshot of prices: what is in it, what a topology costs by it, and a newer one. */
export const prices: Command = {
  name: 'prices',
  usage: 'prices',
  describe: 'The snapshot of prices, what a topology costs by it, and a newer one',
  optionNames: ['region', 'class', 'topology', 'rate'],
  options: (args) =>
    args
      .option('region', {
        type: 'string',
        describe: "Read AWS's public price files of this region: eu-west-1",
      })
      .option('class', { type: 'string', describe: 'Every price of this class: db.m7g.large' })
      .option('topology', { type: 'string', describe: 'What the topology in this YAML file costs' })
      .option('rate', { type: 'string', describe: 'With --topology: dollars per million at 60/s' }),
  async run(context, values) {
    const region = textOption(values, 'region');
    const instanceClass = textOption(values, 'class');
    const topology = textOption(values, 'topology');
    const asked = [region, instanceClass, topology].filter((each) => each !== undefined);
    if (asked.length > 1 || (values['rate'] !== undefined && topology === undefined)) {
      throw new CartloadError(
        'BAD_OPTION',
        '--region, --class and --topology are three questions.',
        {
          hint: 'Ask one at a time; --rate goes with --topology.',
        },
      );
    }
    const book = openPriceBook(context);
    if (region !== undefined) await refreshPrices(context, book, region);
    else if (instanceClass !== undefined) showClass(context, book, instanceClass);
    else if (topology !== undefined) showCosts(context, values, book, topology);
    else print(context, book, renderPriceBook(book, new Date(), context.terminal.width));
    return 0;
  },
};

async function refreshPrices(
  context: CommandContext,
  book: PriceBook,
  region: string,
): Promise<void> {
  const { terminal, signal, env, userDirectory } = context;
  const offers = await downloadOffers({
    region,
    // A mirror of the same files, for networks that do not reach AWS.
    baseUrl: env['CARTLOAD_PRICES_URL'] ?? AWS_PRICES,
    onStep: (step) => terminal.say(`· ${step}`),
    signal,
  });
  if (offers.prices.length === 0) {
    throw new CartloadError('BAD_PRICES', `The price files have nothing of ${region}.`);
  }
  const today = new Date().toISOString().slice(0, 10);
  const result = refreshed(book, offers.prices, offers.sources, today);
  const file = ownPricesFile(context);
  await replaceFile(file, `${JSON.stringify(result.book, null, 1)}\n`);
  print(context, result, renderRefresh(result, shownPath(file, userDirectory)));
}

function showClass(context: CommandContext, book: PriceBook, instanceClass: string): void {
  const found = book.prices.filter((price) => price.class === instanceClass);
  if (found.length === 0) {
    throw new CartloadError('BAD_OPTION', `The snapshot does not know ${instanceClass}.`, {
      hint: 'A refresh may: npm run prices -- --region us-east-1.',
    });
  }
  print(context, found, renderClassPrices(found, book, new Date(), context.terminal.width));
}

function showCosts(
  context: CommandContext,
  values: ArgumentValues,
  book: PriceBook,
  name: string,
): void {
  const topology = readTopology(resolve(context.userDirectory, name));
  const shown = costsByTerm(topology, { book, today: new Date() });
  const rate = rateOption(values, 'rate');
  print(context, shown, renderCosts(shown, rate, context.terminal.width));
}

function readTopology(file: string): Topology {
  let data: unknown;
  try {
    data = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CartloadError('BAD_OPTION', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
  const parsed = topologySchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `  ${path.map(String).join('.')}: ${message}`,
  );
  throw new CartloadError('BAD_OPTION', `${file} is no topology:\n${problems.join('\n')}`, {
    hint: 'Keys are described in docs/capacity.md.',
  });
}

function print({ terminal, json }: CommandContext, data: unknown, text: string): void {
  terminal.print(json ? JSON.stringify(data, null, 2) : text);
}
