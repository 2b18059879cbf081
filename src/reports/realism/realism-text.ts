import { REALISM_GROUPS, type RealismReport } from '../../realism/realism-report.ts';
import { formatNoun } from '../format.ts';
import { textTable } from '../text-table.ts';
import { measuredText, realismSentence, toleranceText } from './realism-figures.ts';

/** The report for a terminal, at most `width` characters wide where it can be. */
export function renderRealismText(report: RealismReport, width = 110): string {
  const { identity, profile, seed, orders } = report;
  const parts = REALISM_GROUPS.flatMap((group) => {
    const lines = report.lines.filter((line) => line.group === group);
    const table = textTable(
      [
        { label: group, dropOrder: 0, cells: lines.map(({ name }) => name) },
        { label: 'measured', dropOrder: 0, cells: lines.map(measuredText) },
        { label: 'tolerance', dropOrder: 2, cells: lines.map(toleranceText) },
        { label: 'real shops', dropOrder: 3, cells: lines.map(({ published }) => published) },
        { label: 'verdict', dropOrder: 0, cells: lines.map(({ verdict }) => verdict) },
      ],
      width,
    );
    return ['', ...table];
  });
  return [
    realismSentence(report.lines),
    `Dataset ${identity}: ${formatNoun(orders, 'order')}, profile ${profile}, seed ${seed}.`,
    ...parts,
  ].join('\n');
}
