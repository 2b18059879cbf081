import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { IndexCard } from '../../measurements/index-record.ts';
import { renderExperimentPage } from '../experiment/experiment-page.ts';
import { formatBytes, formatCount, formatNoun, formatSignificant } from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { type Section, section } from '../sections/section.ts';
import { dataTable, tableBehind } from '../table.ts';
import {
  cardCells,
  cardsInOrder,
  indexesOf,
  indexMethod,
  netText,
  shortName,
} from './index-phrases.ts';

const TONES: Readonly<Record<IndexCard['verdict'], string>> = {
  keep: 'good',
  'drop candidate': 'bad',
  neutral: 'good',
  undecided: 'warning',
  structural: 'good',
};

/** The report card of all indexes as one HTML file. */
export function renderIndexesHtml(record: ExperimentRecord): string {
  const { verdict, scenario } = record;
  const indexes = indexesOf(record);
  const sections = [
    cardSection(record),
    ...(indexes.missing.length === 0 ? [] : [missingSection(record)]),
    plansSection(record),
    definitionsSection(record),
  ];
  return renderExperimentPage({
    record,
    title: `${scenario}: indexes`,
    look: { icon: '✓', tone: 'good', word: 'Measured' },
    notes: verdict.reasons,
    facts: [
      ['Scenario', scenario],
      ['Indexes', formatCount(indexes.cards.length)],
    ],
    sections,
  });
}

function cardSection(record: ExperimentRecord): Section {
  const cards = cardsInOrder(indexesOf(record));
  return section({
    id: 'cards',
    title: 'Report card',
    opening:
      'An index is paid for by every write to its table and earns its keep by what reads find through it. Both were measured, by taking it away.',
    body: dataTable({
      caption: 'Indexes, those that ask for something first',
      columns: [
        { label: 'index' },
        { label: 'verdict', isText: true },
        { label: 'net CPU' },
        { label: 'buffers more without it' },
        { label: 'log written for it' },
        { label: 'scans' },
        { label: 'size' },
        { label: 'why', isText: true },
      ],
      rows: cards.map((card) => {
        const cells = cardCells(card);
        return [
          cells.name,
          html`<span class="${TONES[card.verdict]}">${cells.verdict}</span>`,
          cells.net,
          cells.reads,
          cells.writes,
          cells.scans,
          cells.size,
          cells.reason,
        ];
      }),
    }),
    method: indexMethod(record),
  });
}

function missingSection(record: ExperimentRecord): Section {
  const { missing } = indexesOf(record);
  return section({
    id: 'missing',
    title: 'Missing',
    opening: `${formatNoun(missing.length, 'index', 'indexes')} that the shop does not have, each built on a clone and measured.`,
    body: dataTable({
      caption: 'Indexes that were tried',
      columns: [
        { label: 'on' },
        { label: 'verdict', isText: true },
        { label: 'net CPU' },
        { label: 'size' },
        { label: 'why it was tried', isText: true },
        { label: 'what came of it', isText: true },
      ],
      rows: missing.map(({ definition, verdict, measured, bytes, why, reason }) => [
        definition.replace(/^create index \S+ on (shop\.)?/, ''),
        verdict,
        netText(measured),
        formatBytes(bytes),
        why,
        reason,
      ]),
    }),
    method:
      'Built and committed on a clone of its own: a planner may ignore an index that its own transaction has just made.',
  });
}

function plansSection(record: ExperimentRecord): Section {
  const rows = indexesOf(record).cards.flatMap(({ name, measured }) =>
    (measured?.plans ?? []).map((change) => ({ name, ...change })),
  );
  const plans = (list: readonly string[]) => html`<code>${list.join(' or ')}</code>`;
  return section({
    id: 'plans',
    title: 'What takes their place',
    opening:
      rows.length === 0
        ? 'No plan is another without any of them.'
        : `Without its index, ${formatNoun(new Set(rows.map(({ statement }) => statement)).size, 'statement')} of the mix would be answered in another way.`,
    body:
      rows.length === 0
        ? null
        : dataTable({
            caption: 'Plans with and without',
            columns: [
              { label: 'index' },
              { label: 'statement', isText: true },
              { label: 'buffers with' },
              { label: 'without' },
              { label: 'plan with it', isText: true },
              { label: 'plan without it', isText: true },
            ],
            rows: rows.map((row) => [
              shortName(row.name),
              row.statement,
              formatSignificant(row.buffersWith),
              formatSignificant(row.buffersWithout),
              plans(row.with),
              plans(row.without),
            ]),
          }),
    method:
      'The generic plan, and those for the first values that each statement was executed with.',
  });
}

function definitionsSection(record: ExperimentRecord): Section {
  const { cards } = indexesOf(record);
  const list = (names: readonly string[]): Html | string =>
    names.length === 0 ? '-' : names.join(', ');
  return section({
    id: 'definitions',
    title: 'What they are',
    opening: 'Every index as it is defined, and who uses it.',
    body: tableBehind(
      'All definitions',
      dataTable({
        caption: 'Definitions',
        columns: [
          { label: 'index' },
          { label: 'definition', isText: true },
          { label: 'used by', isText: true },
          { label: 'foreign keys that need it', isText: true },
          { label: 'can be replaced by', isText: true },
        ],
        rows: cards.map(({ name, definition, usedBy, foreignKeys, redundantTo }) => [
          shortName(name),
          html`<code>${definition}</code>`,
          list(usedBy),
          list(foreignKeys),
          redundantTo === null ? '-' : `${shortName(redundantTo.name)} (${redundantTo.kind})`,
        ]),
      }),
    ),
    method: 'From the catalogue; a statement uses an index if one of its plans names it.',
  });
}
