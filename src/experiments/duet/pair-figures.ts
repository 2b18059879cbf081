import type { ClonePair } from '../../measurements/clone-pair-record.ts';
import { nearestRank } from '../../measurements/nearest-rank.ts';
import { medianOf } from '../../statistics/median.ts';
import { COMMITTED, type DuetSamples, FAILED } from './duet-messages.ts';

/** What the samples of a clone pair tell; the rest of it is about the machine. */
export type PairFigures = Omit<ClonePair, 'othersShare' | 'isPinned'>;

type Both = ClonePair['failedShare'];

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
  const told = (baseline: number, candidate: number): Both | null =>
    Number.isNaN(baseline) || Number.isNaN(candidate) ? null : { baseline, candidate };
  const cpu = (name: string | null) => told(cpuOf(before, name), cpuOf(after, name));
  const p95 = (name: string) => told(quantileOf(before, name), quantileOf(after, name));
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
    headlineP95Ms: headline === null ? null : p95(headline),
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
): ClonePair['transactions'] {
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
