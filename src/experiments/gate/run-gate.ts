import { createShop } from '../../generators/shop.ts';
import type { ClonePair } from '../../measurements/clone-pair-record.ts';
import type {
  ComparisonRecord,
  DuetRecord,
  FigureRecord,
  TransferRecord,
} from '../../measurements/experiment-record.ts';
import type { ReplayRecord } from '../../measurements/replay-record.ts';
import { headlineOf } from '../../scenario/headline.ts';
import { overallVerdict } from '../comparison/judge.ts';
import { decide, judgePairs, type NextPair } from '../duet/decide.ts';
import type { GateMargins } from '../duet/duet-figures.ts';
import {
  type DuetSetting,
  findRate,
  openDuet,
  openFirstServer,
  pairsWithin,
} from '../duet/open-duet.ts';
import type { Duet } from '../duet/run-duet.ts';
import { runReplay } from '../replay/run-replay.ts';
import type { PairJournal } from './pair-journal.ts';

export interface GateOptions extends DuetSetting {
  readonly margins: GateMargins;
  /** Of the self-test on this machine. */
  readonly transfer: TransferRecord | null;
  readonly journal: PairJournal;
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

const GOES_ON = 'The same command goes on from there, within a day.';

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

/**
 * Asks whether the candidate is worse than the baseline: first by replay, which noise cannot touch, and
 * where that finds nothing worse by a duet, in two looks; a red of the duet is confirmed on new clones.
 * Clone pairs that the journal has kept are taken as measured.
 */
export async function runGate(options: GateOptions): Promise<GateOutcome> {
  const { journal, budgetMs } = options;
  const startedAt = performance.now();
  const headline = headlineOf(options.candidate.scenario);
  const shop = createShop(options.candidate.scenario.dataset);
  const first = await openFirstServer(options, shop);
  const replay = await runReplay({ ...options, server: first, shop });
  if (replay.verdict === 'regression') {
    const reasons = [
      'The replay decides: it repeats to the buffer, whatever else the machine does.',
    ];
    return { replay, duet: null, headline, comparison: null, status: 'regression', reasons };
  }
  if (performance.now() - startedAt > budgetMs) {
    const reasons = ['The budget ended with the replay.', ...betterReason(replay)];
    return { replay, duet: null, headline, comparison: null, status: 'undecided', reasons };
  }
  // No block of the kept pairs, nor of the one that found the rate, is run again.
  const duet = await openDuet(options, { headline, firstPair: journal.kept.length + 1 });
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
  const { margins, timing, journal } = options;
  const ratePerSecond = journal.ratePerSecond ?? (await findRate(options, duet));
  if (journal.kept.length === 0) journal.begin(ratePerSecond);
  const measure = pairsWithin(options, duet, ratePerSecond, startedAt);
  const decision = await decide(goingOn(options, headline, measure), headline, margins);
  if (!decision.isCutShort) journal.remove();
  const { figures, looks, measured } = decision;
  const isBetter = replay.verdict === 'improvement';
  const status = decision.status === 'pass' && isBetter ? 'improvement' : decision.status;
  const reasons = [
    ...decision.reasons,
    ...(decision.isCutShort && measured.length > 0 ? [GOES_ON] : []),
    ...(status === 'undecided' ? betterReason(replay) : []),
  ];
  return {
    replay,
    headline,
    status,
    reasons,
    comparison: { arm: 1, figures: [...figures], shiftCurve: [], verdict: overallVerdict(figures) },
    duet: {
      ratePerSecond,
      ...timing,
      pairs: measured.reduce((sum, pair) => sum + pair.pairs, 0),
      isPinned: measured.every(({ isPinned }) => isPinned),
      othersShare: measured.map(({ othersShare }) => othersShare),
      looks,
      clonePairs: [...measured],
      transfer: options.transfer,
    },
  };
}

/** The clone pairs that are kept, then new ones, which are kept too. */
function goingOn(
  { journal, margins, onPair, onStep }: GateOptions,
  headline: string | null,
  measure: () => Promise<ClonePair | null>,
): NextPair {
  const kept = [...journal.kept];
  return async ({ pairs, clonePairs, nextLook, isConfirmation }) => {
    const known = kept.shift();
    if (known !== undefined) return known;
    if (clonePairs > 0) {
      const figures = judgePairs(pairs, headline, margins);
      onPair({ clonePairs, nextLook, isConfirmation, figures });
    } else if (isConfirmation) onStep('confirming on new clones');
    const pair = await measure();
    if (pair !== null) journal.add(pair);
    return pair;
  };
}

/** What an undecided gate should not hide. */
function betterReason({ verdict }: ReplayRecord): readonly string[] {
  return verdict === 'improvement' ? ['The replay found the candidate better.'] : [];
}
