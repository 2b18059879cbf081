import type {
  ComparisonRecord,
  ComparisonVerdict,
  ExperimentRecord,
} from '../../measurements/experiment-record.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { headlineTransaction } from '../../measurements/run-totals.ts';
import { judge, overallVerdict } from './judge.ts';
import { mergeResponses, shiftCurve } from './response-shift.ts';
import { differencesOf } from './run-differences.ts';
import { questionsOf } from './run-figures.ts';

/** One side of a comparison: a run, or repeats of it. */
export interface RunArm {
  readonly name: string;
  /** At least one. */
  readonly runs: readonly RunRecord[];
}

export interface CompareOptions
  extends Pick<ExperimentRecord, 'id' | 'startedAt' | 'cartloadVersion' | 'command' | 'kind'> {
  /** At least two, the baseline first. */
  readonly arms: readonly RunArm[];
  /** What a run was made on, in one phrase. */
  readonly describeTarget: (run: RunRecord) => string;
  /** Whether runs of the same number in all arms were made one right after another. */
  readonly isPaired: boolean;
}

/** Chance of one false alarm of a comparison, over all its primary figures. */
export const COMPARE_ALPHA = 0.05;

/**
 * Compares each further arm with the first. Runs that asked for different things, or on different data,
 * are not compared: the record says why. `initHistograms()` must have been awaited before.
 */
export function compareRuns(options: CompareOptions): ExperimentRecord {
  const { arms, describeTarget, isPaired, ...identity } = options;
  const all = arms.flatMap(({ runs }) => runs);
  const [first] = all;
  if (first === undefined) throw new Error('there is nothing to compare');
  const headline = headlineTransaction(first)?.name ?? null;
  const differences = differencesOf(arms.flatMap(({ runs }) => runs[0] ?? []));
  const forbidding = differences.filter(({ kind }) => kind === 'incomparable');
  const obstacles = [
    ...(forbidding.length === 0
      ? []
      : [`The arms differ in ${forbidding.map(({ what }) => what).join(', ')}.`]),
    ...arms.flatMap(unlikeRepeats),
  ];
  const invalid = all
    .filter(({ verdict }) => verdict.status === 'invalid' || verdict.status === 'interrupted')
    .map(({ id, verdict }) => `Run ${id}: ${verdict.sentence}`);
  const isComparable = obstacles.length === 0 && invalid.length === 0;
  const comparisons = isComparable
    ? arms.slice(1).map((arm, index) => compareWithFirst(options, headline, arm, index + 1))
    : [];
  return {
    schemaVersion: 1,
    ...identity,
    arms: arms.map(({ name, runs }) => ({
      name,
      target: runs[0] === undefined ? '' : describeTarget(runs[0]),
      runs: runs.map(({ id }) => id),
      taints: countTaints(runs),
      response: headline === null ? null : mergeResponses(runs, headline),
    })),
    scenario: first.scenario.name,
    headline,
    differences,
    comparisons,
    replay: null,
    duet: null,
    choice: null,
    indexes: null,
    verdict: verdictOf(arms, comparisons, obstacles, invalid),
  };
}

function compareWithFirst(
  { arms, isPaired }: CompareOptions,
  headline: string | null,
  arm: RunArm,
  index: number,
): ComparisonRecord {
  const baseline = arms[0]?.runs ?? [];
  const figures = judge(questionsOf(headline, baseline, arm.runs), {
    isPaired,
    alpha: COMPARE_ALPHA,
  });
  return {
    arm: index,
    figures,
    shiftCurve:
      headline === null ? [] : shiftCurve(headline, baseline, arm.runs, isPaired, COMPARE_ALPHA),
    verdict: overallVerdict(figures),
  };
}

/** Repeats of one arm must be repeats. */
function unlikeRepeats({ name, runs }: RunArm): string[] {
  return differencesOf(runs)
    .filter(({ kind }) => kind !== 'circumstance')
    .map(({ what }) => `The runs of ${name} differ in ${what}: they are not repeats of one thing.`);
}

function countTaints(runs: readonly RunRecord[]): ExperimentRecord['arms'][number]['taints'] {
  const counted = new Map<string, { rule: string; level: string; runs: number }>();
  for (const { rule, level } of runs.flatMap(({ taints }) => taints)) {
    const key = `${rule} ${level}`;
    const found = counted.get(key);
    if (found === undefined) counted.set(key, { rule, level, runs: 1 });
    else found.runs++;
  }
  return [...counted.values()];
}

const WORDS: Readonly<Record<ComparisonVerdict, string>> = {
  pass: 'is no worse than',
  regression: 'is worse than',
  improvement: 'is better than',
  undecided: 'cannot be told from',
};

function verdictOf(
  arms: readonly RunArm[],
  comparisons: readonly ComparisonRecord[],
  obstacles: readonly string[],
  invalid: readonly string[],
): ExperimentRecord['verdict'] {
  if (obstacles.length > 0) {
    const sentence = 'These runs cannot be compared.';
    return { status: 'incomparable', sentence, reasons: [...obstacles] };
  }
  if (invalid.length > 0) {
    const sentence = 'A run that is not valid, or was interrupted, cannot be compared.';
    return { status: 'invalid', sentence, reasons: [...invalid] };
  }
  const sentences = comparisons.map(
    ({ arm, verdict }) => `${arms[arm]?.name} ${WORDS[verdict]} ${arms[0]?.name}.`,
  );
  const status =
    (['regression', 'undecided', 'improvement'] as const).find((each) =>
      comparisons.some(({ verdict }) => verdict === each),
    ) ?? 'pass';
  const fewest = Math.min(...arms.map(({ runs }) => runs.length));
  const reasons =
    fewest === 1
      ? [
          'One run says nothing of how much the next one would differ: repeat each arm, five times at least.',
        ]
      : [];
  return { status, sentence: sentences.join(' '), reasons };
}
