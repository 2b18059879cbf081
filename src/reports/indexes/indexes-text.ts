import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { IndexRecord } from '../../measurements/index-record.ts';
import { formatBytes, formatNoun } from '../format.ts';
import { textTable } from '../text-table.ts';
import {
  cardCells,
  cardsInOrder,
  indexesOf,
  indexMethod,
  netText,
  shortName,
} from './index-phrases.ts';

/** The report card of all indexes, for a terminal, without a newline at its end. */
export function renderIndexesText(
  record: ExperimentRecord,
  options: { readonly width: number },
): string {
  const indexes = indexesOf(record);
  const cards = cardsInOrder(indexes);
  const rows = cards.map(cardCells);
  const column = (
    label: string,
    of: keyof (typeof rows)[number],
    dropOrder: number,
    isText = false,
  ) => ({ label, dropOrder, isText, cells: rows.map((row) => row[of]) });
  return [
    record.verdict.sentence,
    ...record.verdict.reasons.map((reason) => `  ${reason}`),
    '',
    ...textTable(
      [
        column('index', 'name', 0, true),
        column('verdict', 'verdict', 0, true),
        column('net CPU', 'net', 1),
        column('buffers', 'reads', 0),
        column('log', 'writes', 0),
        column('scans', 'scans', 2),
        column('size', 'size', 1),
      ],
      options.width,
    ),
    '',
    ...cards
      .filter(({ verdict }) => verdict === 'drop candidate' || verdict === 'undecided')
      .map(({ name, verdict, reason }) => `${shortName(name)}: ${verdict}. ${reason}`),
    ...missingLines(indexes),
    ...otherAnswers(record),
    '',
    indexMethod(record),
  ].join('\n');
}

function otherAnswers(record: ExperimentRecord): readonly string[] {
  return indexesOf(record)
    .cards.filter(({ measured }) => (measured?.otherAnswers.length ?? 0) > 0)
    .map(
      ({ name, measured }) =>
        `without ${shortName(name)} other rows were answered by ${measured?.otherAnswers.join(', ')}: rows of equal rank, or a mistake`,
    );
}

function missingLines({ missing }: IndexRecord): readonly string[] {
  const wanted = missing.filter(({ verdict }) => verdict !== 'not worth it');
  const others = missing.length - wanted.length;
  return [
    ...wanted.map(
      ({ definition, verdict, reason, bytes, measured }) =>
        `missing, ${verdict}: ${definition} (${formatBytes(bytes)}, net CPU ${netText(measured)}). ${reason}`,
    ),
    ...(others === 0
      ? []
      : [
          `${formatNoun(others, 'foreign key has', 'foreign keys have')} no index, and this mix does without: the report has them.`,
        ]),
  ];
}
