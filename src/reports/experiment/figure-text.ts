import type { ComparisonVerdict, FigureRecord } from '../../measurements/experiment-record.ts';
import { medianOf } from '../../statistics/median.ts';
import { formatBytes, formatDuration, formatShare, formatSignificant } from '../format.ts';

export const VERDICT_WORDS: Readonly<Record<ComparisonVerdict, string>> = {
  pass: 'no worse',
  regression: 'worse',
  improvement: 'better',
  undecided: 'undecided',
};

/** A value of a figure with its unit. */
export function formatFigure({ unit }: Pick<FigureRecord, 'unit'>, value: number): string {
  switch (unit) {
    case 'us':
      return formatDuration(value);
    case 'ms':
      return `${formatSignificant(value)} ms`;
    case 'bytes':
      return formatBytes(value);
    case 'perSecond':
      return `${formatSignificant(value)}/s`;
    case 'share':
      return formatShare(value, 1);
    default:
      return formatSignificant(value);
  }
}

/** The middle of a figure's values on one side; `-` where none could be told. */
export function formatMiddle(figure: FigureRecord, side: 'baseline' | 'candidate'): string {
  const middle = medianOf(figure[side].filter((value) => value !== null));
  return Number.isNaN(middle) ? '-' : formatFigure(figure, middle);
}

/** `+12.3 %`, or a difference in the figure's unit: `+0.2`. */
export function formatChange(figure: FigureRecord, change: number): string {
  const sign = change > 0 ? '+' : change < 0 ? '-' : '';
  const size = Math.abs(change);
  const { scale, unit } = figure;
  if (scale === 'ratio') return `${sign}${formatPercent(size)}`;
  // Shares differ in percentage points.
  if (unit === 'share') return `${sign}${formatSignificant(100 * size, 3)} points`;
  return `${sign}${formatFigure(figure, size)}`;
}

/** The change of a figure; `-` where it could not be told. */
export function formatEstimate(figure: FigureRecord): string {
  return figure.shift === null ? '-' : formatChange(figure, figure.shift.estimate);
}

/** `-2.1 % to +8.4 %`; what is not bounded says so. */
export function formatInterval(figure: FigureRecord): string {
  const { shift } = figure;
  if (shift === null) return '-';
  const bound = (value: number | null) =>
    value === null ? 'not bounded' : formatChange(figure, value);
  if (shift.lower === null && shift.upper === null) return 'not bounded';
  return `${bound(shift.lower)} to ${bound(shift.upper)}`;
}

export function formatDetectable(figure: FigureRecord): string {
  return figure.detectable === null ? '-' : formatChange(figure, figure.detectable);
}

/** Shares of the baseline are given with a decimal, and more where they are small. */
function formatPercent(share: number): string {
  const percent = 100 * share;
  return `${percent >= 10 ? formatSignificant(percent) : formatSignificant(percent, 2)} %`;
}
