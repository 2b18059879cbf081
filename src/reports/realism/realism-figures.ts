import type { RealismFormat, RealismLine } from '../../realism/realism-report.ts';
import { MUST_ADD_UP, OWN_CHOICE } from '../../realism/references.ts';
import { formatCount, formatSetting, formatShare, formatSignificant } from '../format.ts';

const UNPUBLISHED: readonly string[] = [OWN_CHOICE, MUST_ADD_UP];

/** A measured figure as it is read: `27.1 %`, `2.4`, `1.63 x`. */
export function formatFigure(value: number, format: RealismFormat): string {
  switch (format) {
    case 'share':
      return formatShare(value, 1);
    case 'count':
      return formatCount(value);
    case 'factor':
      return `${formatSignificant(value, 2)} x`;
    case 'number':
      return formatSignificant(value, 2);
  }
}

export function measuredText({ measured, format }: RealismLine): string {
  return measured === null ? 'n/a' : formatFigure(measured, format);
}

/** Both ends of the tolerance, or the one value that it allows. */
export function toleranceText({ tolerance: [low, high], format }: RealismLine): string {
  const scale = format === 'share' ? 100 : 1;
  const range =
    low === high
      ? formatSetting(low * scale)
      : `${formatSetting(low * scale)} to ${formatSetting(high * scale)}`;
  return `${range}${{ share: ' %', factor: ' x', count: '', number: '' }[format]}`;
}

/** A share on an axis or beside a mark, no longer than it must be: `0.1 %`, `30 %`. */
export function axisShare(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/** The headline of a report. */
export function realismSentence(lines: readonly RealismLine[]): string {
  const measured = lines.filter((line) => line.verdict !== 'not measured');
  const within = measured.filter((line) => line.verdict === 'within').length;
  const published = measured.filter((line) => !UNPUBLISHED.includes(line.source)).length;
  const count = within === measured.length ? `All ${within}` : `${within} of ${measured.length}`;
  return `${count} figures of this shop lie within their tolerance; ${published} of them have published figures beside them.`;
}
