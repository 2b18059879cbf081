import { createInterface } from 'node:readline/promises';
import { CartloadError } from '../../errors.ts';
import type { Campaign } from '../../experiments/campaign/campaign-file.ts';
import { costOf } from '../../pricing/cost-model.ts';
import type { PriceBook } from '../../pricing/price-book.ts';
import { formatSignificant } from '../../reports/format.ts';
import type { CapacityScenario } from '../bench/capacity.ts';
import type { CommandContext } from '../context.ts';

/** A search doubles some five times and halves some four, before its confirmations. */
const RUNS_OF_A_SEARCH = 9;
/** Of each run beside its load: a clone, connections, the books. */
const RUN_OVERHEAD_MS = 10_000;
/** Making servers and loading the shop, and removing them. */
const CLASS_OVERHEAD_MS = 120_000;

/** Dollars an hour of a class, as far as they are known. */
export function usdPerHourOf(campaign: Campaign, name: string, book: PriceBook): number {
  const topology = campaign.classes[name]?.topology;
  if (topology === undefined) return 0;
  return costOf(topology, { book, today: new Date(), term: 'on-demand' }).usdPerHour;
}

/**
 * Says what the campaign will take and cost, and asks where it costs anything.
 *
 * @throws CartloadError BAD_OPTION where nobody can be asked
 */
export async function agreeOnSpend(
  context: CommandContext,
  campaign: Campaign,
  scenario: CapacityScenario,
  options: {
    readonly book: PriceBook;
    readonly isAgreed: boolean;
    readonly left: readonly string[];
  },
): Promise<boolean> {
  const { book, isAgreed, left } = options;
  const { warmupMs, durationMs } = scenario.load;
  const runs = RUNS_OF_A_SEARCH + scenario.capacity.confirmations;
  const classMs = runs * (warmupMs + durationMs + RUN_OVERHEAD_MS) + CLASS_OVERHEAD_MS;
  const usd = left.reduce(
    (sum, name) => sum + (classMs / 3_600_000) * usdPerHourOf(campaign, name, book),
    0,
  );
  const minutes = Math.ceil((left.length * classMs) / 60_000);
  const ceiling = campaign.ceiling === null ? 'no ceiling' : `ceiling $${campaign.ceiling}`;
  context.terminal.say(
    `· ${left.length} searches, about ${minutes} min and $${formatSignificant(usd)} (${ceiling}); what has no price is not in it`,
  );
  if (isAgreed || usd === 0) return true;
  if (!process.stdin.isTTY) {
    throw new CartloadError('BAD_OPTION', 'The campaign costs money, and nobody can be asked.', {
      hint: 'Agree with --yes.',
    });
  }
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await ask.question('Go on? [y/N] ', { signal: context.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    ask.close();
  }
}
