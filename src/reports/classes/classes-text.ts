import { styleText } from 'node:util';
import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import { differencePhrase, VERDICT_COLORS } from '../experiment/experiment-phrases.ts';
import { textTable } from '../text-table.ts';
import {
  capacityMethod,
  choiceOf,
  type DecisionRow,
  decisionRows,
  pointCells,
} from './class-phrases.ts';

/** What load classes take and which to choose, for a terminal, without a newline at its end. */
export function renderClassesText(
  record: ExperimentRecord,
  options: { readonly color: boolean; readonly width: number },
): string {
  const { verdict, differences, headline } = record;
  const { classes, objectivePerSecond } = choiceOf(record);
  const sentence = options.color
    ? styleText(VERDICT_COLORS[verdict.status], verdict.sentence, { validateStream: false })
    : verdict.sentence;
  const rows = decisionRows(record);
  const column = (label: string, of: keyof DecisionRow, dropOrder: number, isText: boolean) => ({
    label,
    dropOrder,
    isText,
    cells: rows.map((row) => row[of]),
  });
  return [
    sentence,
    ...verdict.reasons.map((reason) => `  ${reason}`),
    ...differences.map((each) => `  ${differencePhrase(each)}`),
    '',
    ...textTable(
      [
        column('class', 'name', 0, true),
        column(`${headline}/s at the limit`, 'takes', 0, false),
        ...(objectivePerSecond === null
          ? []
          : [column(`takes ${objectivePerSecond}/s`, 'meets', 0, true)]),
        column(`$ per million ${headline}`, 'perMillion', 1, false),
        column('$ an hour', 'perHour', 2, false),
        column('limit', 'limit', 1, true),
        column('lasts', 'lasts', 1, true),
      ],
      options.width,
    ),
    '',
    ...classes.flatMap(({ name, limit, steadiness, target }) => [
      `${name}: ${target}. ${limit.sentence} ${steadiness.sentence}`,
      ...(limit.evidence.length === 0
        ? []
        : [`  ${limit.evidence.map(({ what, value }) => `${what} ${value}`).join(', ')}`]),
    ]),
    ...(classes.length === 1 ? ['', ...pointTable(record, options.width)] : []),
    '',
    capacityMethod(record),
  ].join('\n');
}

function pointTable(record: ExperimentRecord, width: number): readonly string[] {
  const { headline } = record;
  const points = choiceOf(record)
    .classes.flatMap(({ searches }) => searches.flatMap((search) => search.points))
    .toSorted((a, b) => a.ratePerSecond - b.ratePerSecond)
    .map(pointCells);
  return textTable(
    [
      { label: 'arrivals/s', dropOrder: 0, cells: points.map(({ rate }) => rate) },
      { label: 'thresholds', isText: true, dropOrder: 0, cells: points.map(({ holds }) => holds) },
      { label: 'committed/s', dropOrder: 2, cells: points.map(({ goodput }) => goodput) },
      { label: `${headline} p50`, dropOrder: 3, cells: points.map(({ p50 }) => p50) },
      { label: `${headline} p99`, dropOrder: 0, cells: points.map(({ p99 }) => p99) },
      { label: 'CPU', dropOrder: 1, cells: points.map(({ cpu }) => cpu) },
      { label: 'busy', dropOrder: 1, cells: points.map(({ busy }) => busy) },
    ],
    width,
  );
}
