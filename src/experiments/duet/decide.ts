import type { ClonePair } from '../../measurements/clone-pair-record.ts';
import type { DuetRecord, FigureRecord } from '../../measurements/experiment-record.ts';
import { medianOf } from '../../statistics/median.ts';
import { judge, overallVerdict } from '../comparison/judge.ts';
import { duetQuestions, type GateMargins } from './duet-figures.ts';

/** Looks at the data after so many clone pairs, each with this chance of a false alarm. */
export const LOOKS = [12, 24] as const;
const ALPHA = 0.005;
/** A red is looked for once more, on so many new clone pairs. */
export const CONFIRMATION_PAIRS = 12;
/** Where others take more of the machine than this, in the median, no red is believed. */
const MOST_OTHERS = 0.2;

export interface Decision {
  readonly status: 'pass' | 'regression' | 'improvement' | 'undecided' | 'invalid';
  /** Of the last look that was not the confirmation, or of what there was when the budget ended. */
  readonly figures: readonly FigureRecord[];
  readonly looks: DuetRecord['looks'];
  readonly reasons: readonly string[];
  /** Whether there was no time for a clone pair that it wanted: with more time it might say more. */
  readonly isCutShort: boolean;
  readonly measured: readonly ClonePair[];
}

/** A source of clone pairs; null once there is no time for another. */
export type NextPair = (about: {
  readonly clonePairs: number;
  readonly nextLook: number;
  readonly isConfirmation: boolean;
  readonly pairs: readonly ClonePair[];
}) => Promise<ClonePair | null>;

/**
 * Decides by clone pairs: a look after twelve, another after twenty-four where the first could not tell,
 * and for a red a confirmation on new ones. Two looks at alpha 0.005 and the confirmation keep false
 * alarms far below one in a hundred, whatever the noise is; the price of noise is `undecided`.
 */
export async function decide(
  next: NextPair,
  headline: string | null,
  margins: GateMargins,
): Promise<Decision> {
  const looks: DuetRecord['looks'] = [];
  const reasons: string[] = [];
  const measured: ClonePair[] = [];
  let isCutShort = false;
  const judged = (pairs: readonly ClonePair[]) => judgePairs(pairs, headline, margins);
  const measureUntil = async (pairs: ClonePair[], nextLook: number, isConfirmation: boolean) => {
    while (pairs.length < nextLook) {
      const pair = await next({ clonePairs: pairs.length, nextLook, isConfirmation, pairs });
      if (pair === null) {
        isCutShort = true;
        return false;
      }
      pairs.push(pair);
      measured.push(pair);
    }
    return true;
  };
  const look = (pairs: readonly ClonePair[], isConfirmation: boolean) => {
    const figures = judged(pairs);
    looks.push({ clonePairs: pairs.length, isConfirmation, verdict: overallVerdict(figures) });
    return figures;
  };
  const pairs: ClonePair[] = [];
  let figures: readonly FigureRecord[] = [];
  let status: Decision['status'] = 'undecided';
  for (const count of LOOKS) {
    if (!(await measureUntil(pairs, count, false))) {
      reasons.push(`The budget ended after ${pairs.length} of ${count} clone pairs.`);
      if (pairs.length > 0) figures = judged(pairs);
      break;
    }
    figures = look(pairs, false);
    status = overallVerdict(figures);
    if (status !== 'undecided') break;
  }
  if (status === 'regression') {
    const again: ClonePair[] = [];
    const isWhole = await measureUntil(again, CONFIRMATION_PAIRS, true);
    const isFoundAgain = isWhole && haveRedInCommon(figures, look(again, true));
    if (isFoundAgain) reasons.push('It was found again on new clones.');
    else {
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
  return { status, figures, looks, reasons, isCutShort, measured };
}

/** Judges the figures of a duet. */
export function judgePairs(
  pairs: readonly ClonePair[],
  headline: string | null,
  margins: GateMargins,
): FigureRecord[] {
  return judge(duetQuestions(pairs, headline, margins), { isPaired: true, alpha: ALPHA });
}

function haveRedInCommon(first: readonly FigureRecord[], second: readonly FigureRecord[]): boolean {
  const reds = (figures: readonly FigureRecord[]) =>
    figures
      .filter(({ isPrimary, verdict }) => isPrimary && verdict === 'regression')
      .map(({ name }) => name);
  const again = reds(second);
  return reds(first).some((name) => again.includes(name));
}
