import type { ClonePair } from '../../measurements/clone-pair-record.ts';
import { bounded } from '../../random/bounded.ts';
import { cell, columnKey } from '../../random/cell.ts';
import { type Decision, decide, judgePairs } from '../duet/decide.ts';
import { GATE_MARGINS, type GateMargins } from '../duet/duet-figures.ts';

/** How many of the simulated gates came to what. */
export type GateCounts = Readonly<Record<Decision['status'], number>>;

/**
 * Decides so many gates, each by clone pairs drawn with replacement from measured ones (a bootstrap whose
 * unit is the clone pair). Pairs of equal arms may stand either way round, those of an effect may not.
 */
export async function simulateGates(options: {
  readonly pairs: readonly ClonePair[];
  readonly headline: string | null;
  readonly margins: GateMargins;
  readonly gates: number;
  readonly seed: number;
  readonly areArmsEqual: boolean;
}): Promise<GateCounts> {
  const { headline, margins, gates } = options;
  const draw = drawer(options);
  const counts = { pass: 0, regression: 0, improvement: 0, undecided: 0, invalid: 0 };
  for (let gate = 0; gate < gates; gate++) {
    const { status } = await decide(async () => draw(), headline, margins);
    counts[status]++;
  }
  return counts;
}

/** Beyond the largest shift that equal arms show in 99 of 100 first looks. */
const SAFETY = 1.5;

/** Margins for a machine on which equal arms came to these clone pairs: the usual ones, or wider. */
export function marginsFrom(
  pairs: readonly ClonePair[],
  headline: string | null,
  seed: number,
): GateMargins {
  const draw = drawer({ pairs, seed, areArmsEqual: true });
  const looks = Array.from({ length: 1000 }, () =>
    judgePairs(
      Array.from({ length: 12 }, () => draw()),
      headline,
      GATE_MARGINS,
    ),
  );
  const largest = (index: number) => {
    const shifts = looks.map((figures) => Math.abs(figures[index]?.shift?.estimate ?? 0));
    return shifts.sort((a, b) => a - b)[Math.floor(0.99 * shifts.length)] ?? 0;
  };
  const names = looks[0]?.map(({ name }) => name) ?? [];
  const wider = (usual: number, name: (each: string) => boolean) => {
    const index = names.findIndex(name);
    return index < 0 ? usual : Math.max(usual, SAFETY * largest(index));
  };
  return {
    cpu: wider(GATE_MARGINS.cpu, (name) => name === 'server CPU per action'),
    paired: wider(GATE_MARGINS.paired, (name) => name === 'service time, paired'),
    p95: wider(GATE_MARGINS.p95, (name) => name.endsWith('service p95')),
  };
}

function drawer(options: {
  readonly pairs: readonly ClonePair[];
  readonly seed: number;
  readonly areArmsEqual: boolean;
}): () => ClonePair {
  const { pairs, areArmsEqual } = options;
  const key = columnKey(options.seed, 'gate', 'bootstrap');
  let drawn = 0;
  return () => {
    const number = drawn++;
    const pair = pairs[bounded(cell(key, number), pairs.length)];
    if (pair === undefined) throw new RangeError('there is no clone pair to draw');
    return areArmsEqual && cell(key, number, 1) % 2 === 1 ? turned(pair) : pair;
  };
}

/** The same pair with baseline and candidate in each other's place. */
function turned(pair: ClonePair): ClonePair {
  const swap = <T extends { readonly baseline: number; readonly candidate: number } | null>(
    both: T,
  ) => (both === null ? both : { ...both, baseline: both.candidate, candidate: both.baseline });
  return {
    ...pair,
    cpuMs: swap(pair.cpuMs),
    headlineCpuMs: swap(pair.headlineCpuMs),
    headlineP95Ms: swap(pair.headlineP95Ms),
    failedShare: { baseline: pair.failedShare.candidate, candidate: pair.failedShare.baseline },
    logRatio: -pair.logRatio,
    transactions: Object.fromEntries(
      Object.entries(pair.transactions).map(([name, each]) => [
        name,
        { ...each, logRatio: -each.logRatio },
      ]),
    ),
  };
}
