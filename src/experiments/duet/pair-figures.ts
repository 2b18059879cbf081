import { nearestRank } from '../../measurements/nearest-rank.ts';
import { COMMITTED, type DuetSamples, FAILED } from './duet-messages.ts';

/** What one clone pair of a duet came to: a value for each arm, or for both together. */
export interface PairFigures {
  /** Server CPU per arrival, over the whole mix; null where it cannot be told. */
  readonly cpuMs: Both | null;
  /** Of the headline transaction alone. */
  readonly headlineCpuMs: Both | null;
  /** By transaction: median of the logarithms of candidate over baseline within pairs that both committed. */
  readonly logRatios: Readonly<Record<string, number>>;
  /** Those medians in the mean, each weighted with what its transaction contributes to all service time. */
  readonly logRatio: number;
  /** Mean service time of the baseline's arrivals, which the ratio is of. */
  readonly serviceMs: number;
  readonly headlineP95Ms: Both | null;
  /** Of all arrivals. */
  readonly failedShare: Both;
  readonly pairs: number;
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
  const { medians, weights } = medianRatios(before, after);
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return {
    cpuMs: cpu(null),
    headlineCpuMs: headline === null ? null : cpu(headline),
    logRatios: medians,
    logRatio: Object.entries(medians).reduce(
      (sum, [name, median]) => sum + (median * (weights[name] ?? 0)) / total,
      0,
    ),
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

function medianRatios(before: readonly DuetSamples[], after: readonly DuetSamples[]) {
  const ratios = new Map<string, number[]>();
  const spent = new Map<string, number>();
  for (const [number, block] of before.entries()) {
    const other = after[number];
    if (other === undefined) continue;
    for (let index = 0; index < block.outcome.length; index++) {
      if (block.outcome[index] !== COMMITTED || other.outcome[index] !== COMMITTED) continue;
      const name = nameOf(block, index);
      // Bundles of two commits may choose differently: then there is no pair.
      if (nameOf(other, index) !== name) continue;
      const [from, to] = [block.serviceMs[index] ?? 0, other.serviceMs[index] ?? 0];
      const known = ratios.get(name);
      if (known === undefined) ratios.set(name, [Math.log(to / from)]);
      else known.push(Math.log(to / from));
      spent.set(name, (spent.get(name) ?? 0) + from + to);
    }
  }
  const told = [...ratios].filter(([, values]) => values.length >= FEWEST_PAIRS);
  return {
    medians: Object.fromEntries(told.map(([name, values]) => [name, medianOf(values)])),
    weights: Object.fromEntries(told.map(([name]) => [name, spent.get(name) ?? 0])),
  };
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

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
