import type { ExperimentServers } from '../../database/embedded/experiment-servers.ts';
import type { Shop } from '../../generators/shop.ts';
import type {
  ComparisonRecord,
  DuetRecord,
  FigureRecord,
} from '../../measurements/experiment-record.ts';
import type { ReplayRecord } from '../../measurements/replay-record.ts';
import { isOpenModel } from '../../scenario/scenario.ts';
import type { Arm } from '../arms/arm.ts';
import { type ArmDatabasesOptions, makeArmTemplates } from '../arms/arm-databases.ts';
import { judge, overallVerdict } from '../comparison/judge.ts';
import { Duet, type DuetPair } from '../duet/run-duet.ts';
import { runReplay } from '../replay/run-replay.ts';
import { duetQuestions, type GateMargins } from './duet-figures.ts';

export interface GateOptions
  extends Pick<ArmDatabasesOptions, 'workers' | 'onStep' | 'onProgress' | 'onCount' | 'signal'> {
  readonly servers: ExperimentServers;
  readonly shop: Shop;
  readonly baseline: Arm;
  readonly candidate: Arm;
  readonly margins: GateMargins;
  /** No clone pair is begun that would end later than this after the start. */
  readonly budgetMs: number;
  readonly onPair: (progress: GateProgress) => void;
}

/** How a duet stands. */
export interface GateProgress {
  readonly clonePairs: number;
  /** When the next look is taken. */
  readonly nextLook: number;
  readonly isConfirmation: boolean;
  readonly figures: readonly FigureRecord[];
}

/** What a gate has measured, and what came of it. */
export interface GateOutcome {
  readonly replay: ReplayRecord;
  readonly duet: DuetRecord | null;
  readonly headline: string | null;
  /** Of the duet; null where the replay had decided. */
  readonly comparison: ComparisonRecord | null;
  readonly status: 'pass' | 'regression' | 'improvement' | 'undecided' | 'invalid';
  readonly reasons: readonly string[];
}

/** Looks at the data after so many clone pairs, each with this chance of a false alarm. */
const LOOKS = [12, 24] as const;
const ALPHA = 0.005;
const CONFIRMATION_PAIRS = 12;
const WARM_UP_MS = 1000;
const BLOCK_MS = 3000;
const CONNECTIONS = 8;
/** Of one processor set, by one arm's server: above it, arms wait for each other, and effects are hidden. */
const MOST_CPU = 0.25;
const CALIBRATION_RATE = 50;
/** Where others take more of the machine than this, in the median, nothing red is believed. */
const MOST_OTHERS = 0.2;

/**
 * Asks whether the candidate is worse than the baseline: first by replay, which noise cannot touch, and
 * where that finds nothing worse by a duet, in two looks; a red of the duet is confirmed on new clones.
 */
export async function runGate(options: GateOptions): Promise<GateOutcome> {
  const { servers, shop, baseline, candidate, onStep } = options;
  const startedAt = performance.now();
  const headline = headlineOf(candidate);
  const first = await servers.create('a');
  await makeArmTemplates({
    ...options,
    server: first,
    arms: [baseline, candidate],
    // Two servers, each with the shop, both arms and a clone.
    localCopies: 8,
  });
  const replay = await runReplay({ ...options, server: first, shop });
  if (replay.verdict === 'regression') {
    const reasons = [
      'The replay decides: it repeats to the buffer, whatever else the machine does.',
    ];
    return { replay, duet: null, headline, comparison: null, status: 'regression', reasons };
  }
  onStep('making a second server, alike to the last byte');
  await servers.stop('a');
  await servers.copy('a', 'b');
  const stages = [
    { name: 'a', address: await servers.start('a') },
    { name: 'b', address: await servers.start('b') },
  ] as const;
  const duet = new Duet({
    ...options,
    stages,
    headline,
    connections: CONNECTIONS,
    warmUpMs: WARM_UP_MS,
    blockMs: BLOCK_MS,
    ratePerSecond: CALIBRATION_RATE,
  });
  try {
    return await timeBoth(options, duet, headline, replay, startedAt);
  } finally {
    await duet.close();
  }
}

async function timeBoth(
  options: GateOptions,
  duet: Duet,
  headline: string | null,
  replay: ReplayRecord,
  startedAt: number,
): Promise<GateOutcome> {
  const { budgetMs, onStep, onPair, margins } = options;
  onStep('finding a rate at which the arms do not wait for each other');
  const calibration = await duet.measurePair();
  const ratePerSecond = rateFor(options.candidate, calibration);
  onStep(`running both at once, ${Math.round(ratePerSecond)} actions/s each`);
  const looks: DuetRecord['looks'] = [];
  const measured: DuetPair[] = [];
  let longestMs = 0;
  const mayBegin = () => performance.now() - startedAt + longestMs <= budgetMs;
  const measureUntil = async (pairs: DuetPair[], count: number, isConfirmation: boolean) => {
    while (pairs.length < count && mayBegin()) {
      const pairStartedAt = performance.now();
      const pair = await duet.measurePair(ratePerSecond);
      longestMs = Math.max(longestMs, performance.now() - pairStartedAt);
      pairs.push(pair);
      measured.push(pair);
      const figures = judgePairs(pairs, headline, margins);
      onPair({ clonePairs: pairs.length, nextLook: count, isConfirmation, figures });
    }
    return pairs.length >= count;
  };
  const look = (pairs: readonly DuetPair[], isConfirmation: boolean) => {
    const figures = judgePairs(pairs, headline, margins);
    const verdict = overallVerdict(figures);
    looks.push({ clonePairs: pairs.length, isConfirmation, verdict });
    return { figures, verdict };
  };
  const pairs: DuetPair[] = [];
  const reasons: string[] = [];
  let found: ReturnType<typeof look> | null = null;
  for (const count of LOOKS) {
    if (!(await measureUntil(pairs, count, false))) {
      reasons.push(`The budget ended after ${pairs.length} of ${count} clone pairs.`);
      break;
    }
    found = look(pairs, false);
    if (found.verdict !== 'undecided') break;
  }
  let status: GateOutcome['status'] = found?.verdict ?? 'undecided';
  let figures = found?.figures ?? judgePairs(pairs, headline, margins);
  if (status === 'regression') {
    onStep('confirming on new clones');
    const again: DuetPair[] = [];
    const isWhole = await measureUntil(again, CONFIRMATION_PAIRS, true);
    const confirmed = isWhole ? look(again, true) : null;
    const isAgain = figures.some(
      ({ name, verdict, isPrimary }) =>
        isPrimary &&
        verdict === 'regression' &&
        confirmed?.figures.some((each) => each.name === name && each.verdict === 'regression'),
    );
    if (isAgain) {
      reasons.push('It was found again on new clones.');
    } else {
      status = 'undecided';
      reasons.push(
        isWhole
          ? 'It was not found again on new clones.'
          : 'The budget ended before it could be looked for again on new clones.',
      );
    }
  }
  const others = measured.flatMap(({ othersShare }) => othersShare ?? []);
  if (status === 'regression' && medianOf(others) > MOST_OTHERS) {
    status = 'invalid';
    reasons.push('Others took so much of the machine meanwhile that no red can be believed.');
  }
  if (status === 'undecided' && replay.verdict === 'improvement') {
    reasons.push('The replay found the candidate better.');
  } else if (status === 'pass' && replay.verdict === 'improvement') {
    status = 'improvement';
  }
  if (pairs.length === 0) figures = [];
  return {
    replay,
    headline,
    status,
    reasons,
    comparison: { arm: 1, figures: [...figures], shiftCurve: [], verdict: overallVerdict(figures) },
    duet: {
      ratePerSecond,
      warmUpMs: WARM_UP_MS,
      blockMs: BLOCK_MS,
      pairs: measured.reduce((sum, pair) => sum + pair.pairs, 0),
      isPinned: measured.every(({ isPinned }) => isPinned),
      othersShare: measured.map(({ othersShare }) => othersShare),
      looks,
    },
  };
}

function judgePairs(
  pairs: readonly DuetPair[],
  headline: string | null,
  margins: GateMargins,
): FigureRecord[] {
  return judge(duetQuestions(pairs, headline, margins), { isPaired: true, alpha: ALPHA });
}

/** `checkout` where the mix has it, else what it has most of. */
function headlineOf({ scenario }: Arm): string | null {
  const weights = Object.entries(scenario.mix);
  if (weights.some(([name]) => name === 'checkout')) return 'checkout';
  return weights.sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

/** The scenario's own rate, or the one at which an arm's server is as busy as it may be. */
function rateFor({ scenario: { load } }: Arm, { cpuMs }: DuetPair): number {
  const own = isOpenModel(load)
    ? load.executor === 'constant-arrival-rate'
      ? load.ratePerSecond
      : Math.max(load.startRatePerSecond, ...load.stages.map(({ target }) => target))
    : Number.POSITIVE_INFINITY;
  const costMs = cpuMs === null ? null : Math.max(cpuMs.baseline, cpuMs.candidate);
  if (costMs === null) return Math.min(own, CALIBRATION_RATE);
  return Math.min(own, (1000 * MOST_CPU) / costMs);
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
