import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { IndexRecord, MissingIndex } from '../../measurements/index-record.ts';
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
  // Keys cannot go, whatever they cost.
  const keys = cards.filter(({ enforces }) => enforces !== null).length;
  const rows = cards.filter(({ enforces }) => enforces === null).map(cardCells);
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
        column('net CPU ms', 'netMs', 0),
        column('buffers', 'reads', 1),
        column('log', 'writes', 2),
        column('size', 'size', 3),
        column('scans', 'scans', 4),
      ],
      options.width,
    ),
    ...(keys === 0
      ? []
      : [`and ${formatNoun(keys, 'index that enforces', 'indexes that enforce')} a key`]),
    '',
    ...cards
      .filter(({ verdict }) => verdict === 'drop candidate' || verdict === 'undecided')
      .map(({ name, verdict, reason }) => `${shortName(name)}: ${verdict}. ${reason}`),
    ...cards
      .filter(({ duet }) => duet !== null)
      .map((card) => `${shortName(card.name)}, both at once: ${cardCells(card).duet}`),
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
  const isTold = ({ verdict }: MissingIndex) => verdict === 'worth it' || verdict === 'undecided';
  const others = missing.filter((each) => !isTold(each)).length;
  return [
    ...missing
      .filter(isTold)
      .map(
        ({ definition, verdict, reason, bytes, measured }) =>
          `missing, ${verdict}: ${definition} (${formatBytes(bytes)}, net CPU ${netText(measured)}). ${reason}`,
      ),
    ...(others === 0
      ? []
      : [
          `${formatNoun(others, 'index', 'indexes')} more ${others === 1 ? 'was' : 'were'} tried, mostly for foreign keys, and this mix does without: the report has them.`,
        ]),
  ];
}
