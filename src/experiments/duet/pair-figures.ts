import { nearestRank } from '../../measurements/nearest-rank.ts';
import { medianOf } from '../../statistics/median.ts';
import { COMMITTED, type DuetSamples, FAILED } from './duet-messages.ts';

/** What one clone pair of a duet came to: a value for each arm, or for both together. */
export interface PairFigures {
  /** Server CPU per arrival, over the whole mix; null where it cannot be told. */
  readonly cpuMs: Both | null;
  /** Of the headline transaction alone. */
  readonly headlineCpuMs: Both | null;
  /** By transaction, of the pairs that both committed. */
  readonly transactions: Readonly<Record<string, TransactionFigures>>;
  /** Those medians in the mean, each weighted with what its transaction contributes to all service time. */
  readonly logRatio: number;
  /** Mean service time of the baseline's arrivals, which the ratio is of. */
  readonly serviceMs: number;
  readonly headlineP95Ms: Both | null;
  /** Of all arrivals. */
  readonly failedShare: Both;
  readonly pairs: number;
}

interface TransactionFigures {
  /** Median of the logarithms of candidate over baseline within pairs. */
  readonly logRatio: number;
  /** Mean service time on the baseline. */
  readonly serviceMs: number;
  /** Service time of both arms together. */
  readonly spentMs: number;
}

interface Both {
  readonly baseline: number;
  readonly candidate: number;
}

/** Fewer pairs of a transaction than this have no median worth its name. */
const FEWEST_PAIRS = 10;

/** Takes the blocks of one clone pair together. */
export function pairFigures(
  blocks: readonly { readonly baseline: DuetSamples; readonly candidate: DuetSamples }[],
  headline: string | null,
): PairFigures {
  const arms = ['baseline', 'candidate'] as const;
  const samples = (side: (typeof arms)[number]) => blocks.map((block) => block[side]);
  const [before, after] = [samples('baseline'), samples('candidate')];
  const pairs = before.reduce((sum, { outcome }) => sum + outcome.length, 0);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const cpuOf = (side: readonly DuetSamples[], name: string | null) => {
    const costs = side.flatMap((block) =>
      [...block.cpuMs].filter((_, index) => name === null || nameOf(block, index) === name),
    );
    return mean(costs.filter((cost) => !Number.isNaN(cost)));
  };
  const cpu = (name: string | null): Both | null => {
    const both = { baseline: cpuOf(before, name), candidate: cpuOf(after, name) };
    return Number.isNaN(both.baseline) || Number.isNaN(both.candidate) ? null : both;
  };
  const failed = (side: readonly DuetSamples[]) =>
    side.reduce((sum, { outcome }) => sum + outcome.filter((each) => each === FAILED).length, 0) /
    pairs;
  const transactions = transactionFigures(before, after);
  const all = Object.values(transactions);
  const spentMs = all.reduce((sum, each) => sum + each.spentMs, 0);
  return {
    cpuMs: cpu(null),
    headlineCpuMs: headline === null ? null : cpu(headline),
    transactions,
    logRatio: all.reduce((sum, each) => sum + (each.logRatio * each.spentMs) / spentMs, 0),
    serviceMs: mean(before.flatMap(({ serviceMs }) => [...serviceMs].filter((each) => each >= 0))),
    headlineP95Ms:
      headline === null
        ? null
        : { baseline: quantileOf(before, headline), candidate: quantileOf(after, headline) },
    failedShare: { baseline: failed(before), candidate: failed(after) },
    pairs,
  };
}

function nameOf({ names, transaction }: DuetSamples, index: number): string {
  return names[transaction[index] ?? 0] ?? '';
}

interface Collected {
  readonly logRatios: number[];
  fromMs: number;
  toMs: number;
}

function transactionFigures(
  before: readonly DuetSamples[],
  after: readonly DuetSamples[],
): Record<string, TransactionFigures> {
  const collected = new Map<string, Collected>();
  for (const [number, block] of before.entries()) {
    const other = after[number];
    if (other === undefined) continue;
    for (let index = 0; index < block.outcome.length; index++) {
      if (block.outcome[index] !== COMMITTED || other.outcome[index] !== COMMITTED) continue;
      const name = nameOf(block, index);
      // Bundles of two commits may choose differently: then there is no pair.
      if (nameOf(other, index) !== name) continue;
      const [from, to] = [block.serviceMs[index] ?? 0, other.serviceMs[index] ?? 0];
      const known = collected.get(name) ?? { logRatios: [], fromMs: 0, toMs: 0 };
      known.logRatios.push(Math.log(to / from));
      known.fromMs += from;
      known.toMs += to;
      collected.set(name, known);
    }
  }
  return Object.fromEntries(
    [...collected]
      .filter(([, { logRatios }]) => logRatios.length >= FEWEST_PAIRS)
      .map(([name, { logRatios, fromMs, toMs }]) => [
        name,
        {
          logRatio: medianOf(logRatios),
          serviceMs: fromMs / logRatios.length,
          spentMs: fromMs + toMs,
        },
      ]),
  );
}

function quantileOf(side: readonly DuetSamples[], name: string): number {
  const values = side
    .flatMap((block) =>
      [...block.serviceMs].filter(
        (_, index) => nameOf(block, index) === name && block.outcome[index] === COMMITTED,
      ),
    )
    .sort((a, b) => a - b);
  return values[nearestRank(0.95, values.length) - 1] ?? Number.NaN;
}
