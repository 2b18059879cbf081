import type { ComparisonVerdict, FigureRecord } from '../../measurements/experiment-record.ts';
import { smallestDetectableChange, standardErrorOf } from '../../statistics/detectable-change.ts';
import { holm } from '../../statistics/holm.ts';
import { medianOf } from '../../statistics/median.ts';
import { rankSumPValue, rankSumShift } from '../../statistics/rank-sum.ts';
import type { Shift } from '../../statistics/shift.ts';
import { signedRankPValue, signedRankShift } from '../../statistics/signed-rank.ts';

/** A figure to be judged: what it is, which change matters, and its values on both sides. */
export interface FigureQuestion
  extends Pick<FigureRecord, 'name' | 'unit' | 'better' | 'isPrimary' | 'scale' | 'margin'> {
  /** A change smaller than this, in the figure's unit, never matters; only ratios have one. */
  readonly floor: number;
  readonly baseline: readonly (number | null)[];
  readonly candidate: readonly (number | null)[];
}

export interface Judgement {
  /** Whether values of the same index were measured together. */
  readonly isPaired: boolean;
  /** Chance of one false alarm over all primary figures together. */
  readonly alpha: number;
}

/** What calling a change harmless may be wrong with, and each bound that is shown. */
const BOUND_ALPHA = 0.05;
const POWER = 0.8;

/** The values of a figure, ready to be compared: logarithms of ratios, and so that more is worse. */
interface Oriented {
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  readonly margin: number;
  /** The same as a change, with the floor in it. */
  readonly marginAsChange: number;
  /** Back to a change of the candidate against the baseline, as people read it. */
  readonly toChange: (oriented: number) => number;
}

/**
 * Judges figures against their margins. Worse and better are tested apart, each with a bound that lies
 * beyond the margin, under Holm's correction over the primary figures. A figure passes when its bound
 * excludes that it is worse by the margin; where no bound tells, it is undecided.
 */
export function judge(
  questions: readonly FigureQuestion[],
  { isPaired, alpha }: Judgement,
): FigureRecord[] {
  const test = isPaired ? PAIRED : UNPAIRED;
  const oriented = questions.map((question) => orient(question, isPaired));
  const isTested = (index: number) => questions[index]?.isPrimary && oriented[index] !== null;
  const tested = questions.map((_, index) => index).filter(isTested);
  const pOf = (values: Oriented | null | undefined, sign: 1 | -1) =>
    values === null || values === undefined
      ? 1
      : test.pValue(signed(values.baseline, sign), signed(values.candidate, sign), values.margin);
  const adjusted = (sign: 1 | -1) => {
    const raw = oriented.map((values) => pOf(values, sign));
    const ofPrimary = holm(tested.map((index) => raw[index] ?? 1));
    for (const [rank, index] of tested.entries()) raw[index] = ofPrimary[rank] ?? 1;
    return raw;
  };
  const [worse, better] = [adjusted(1), adjusted(-1)];
  const strictest = alpha / Math.max(1, tested.length);
  return questions.map((question, index) => {
    const values = oriented[index] ?? null;
    const { floor: _, baseline, candidate, ...rest } = question;
    const told = { ...rest, baseline: [...baseline], candidate: [...candidate] };
    if (values === null) {
      const note = 'it could not be told in every run';
      return { ...told, shift: null, detectable: null, verdict: 'undecided', note };
    }
    told.margin = values.marginAsChange;
    const shift = test.shift(values.baseline, values.candidate, BOUND_ALPHA);
    const isBelow = test.pValue(
      signed(values.candidate, 1),
      signed(values.baseline, 1),
      -values.margin,
    );
    const verdict: ComparisonVerdict =
      (worse[index] ?? 1) <= alpha
        ? 'regression'
        : (better[index] ?? 1) <= alpha
          ? 'improvement'
          : isBelow <= BOUND_ALPHA
            ? 'pass'
            : 'undecided';
    const detectable = smallestDetectableChange({
      margin: values.margin,
      standardError: test.standardError(values.baseline, values.candidate),
      alpha: strictest,
      power: POWER,
    });
    return {
      ...told,
      shift: changeOf(shift, values, question.better === 'higher', test.method),
      detectable: shift.alpha === 0 ? null : values.toChange(detectable),
      verdict,
      note: shift.alpha === 0 && verdict === 'undecided' ? test.tooFew : '',
    };
  });
}

/** The verdict of several figures: one that is worse decides, then one that cannot be told. */
export function overallVerdict(figures: readonly FigureRecord[]): ComparisonVerdict {
  const verdicts = figures.filter(({ isPrimary }) => isPrimary).map(({ verdict }) => verdict);
  const has = (verdict: ComparisonVerdict) => verdicts.includes(verdict);
  if (verdicts.length === 0) return 'undecided';
  if (has('regression')) return 'regression';
  if (has('undecided')) return 'undecided';
  return has('improvement') ? 'improvement' : 'pass';
}

function orient(question: FigureQuestion, isPaired: boolean): Oriented | null {
  const { baseline, candidate, scale, better, margin, floor } = question;
  const values = [...baseline, ...candidate];
  if (baseline.length === 0 || candidate.length === 0) return null;
  if (isPaired && baseline.length !== candidate.length) return null;
  const isUsable = (value: number | null) =>
    value !== null && Number.isFinite(value) && (scale === 'difference' || value > 0);
  if (!values.every(isUsable)) return null;
  const sign = better === 'lower' ? 1 : -1;
  const prepare = (value: number | null) =>
    sign * (scale === 'ratio' ? Math.log(value ?? 1) : (value ?? 0));
  if (scale === 'difference') {
    return {
      baseline: baseline.map(prepare),
      candidate: candidate.map(prepare),
      margin,
      marginAsChange: margin,
      toChange: (oriented) => sign * oriented,
    };
  }
  const marginAsChange = Math.max(margin, floor / medianOf(baseline.map((value) => value ?? 0)));
  return {
    baseline: baseline.map(prepare),
    candidate: candidate.map(prepare),
    margin: Math.log1p(marginAsChange),
    marginAsChange,
    toChange: (oriented) => Math.expm1(sign * oriented),
  };
}

function signed(values: readonly number[], sign: 1 | -1): readonly number[] {
  return values.map((value) => sign * value);
}

function changeOf(
  { estimate, lower, upper, alpha }: Shift,
  { toChange }: Oriented,
  isTurned: boolean,
  method: 'signed-rank' | 'rank-sum',
): FigureRecord['shift'] {
  const bound = (value: number) => (Number.isFinite(value) ? toChange(value) : null);
  const [low, high] = isTurned ? [upper, lower] : [lower, upper];
  return { estimate: toChange(estimate), lower: bound(low), upper: bound(high), alpha, method };
}

/** A rank test, on paired values or on two samples. */
interface RankTest {
  readonly method: 'signed-rank' | 'rank-sum';
  readonly tooFew: string;
  shift(from: readonly number[], to: readonly number[], alpha: number): Shift;
  pValue(from: readonly number[], to: readonly number[], margin: number): number;
  standardError(from: readonly number[], to: readonly number[]): number;
}

const PAIRED: RankTest = {
  method: 'signed-rank',
  tooFew: 'too few pairs to bound it',
  shift: (from, to, alpha) => signedRankShift(differences(from, to), alpha),
  pValue: (from, to, margin) => signedRankPValue(differences(from, to), margin),
  standardError: (from, to) => standardErrorOf(differences(from, to)),
};

const UNPAIRED: RankTest = {
  method: 'rank-sum',
  tooFew: 'too few runs to bound it',
  shift: rankSumShift,
  pValue: rankSumPValue,
  standardError: (from, to) => Math.hypot(standardErrorOf(from), standardErrorOf(to)),
};

function differences(from: readonly number[], to: readonly number[]): number[] {
  return to.map((value, index) => value - (from[index] ?? 0));
}
