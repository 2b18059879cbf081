import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { IndexCard } from '../../measurements/index-record.ts';
import { renderExperimentPage } from '../experiment/experiment-page.ts';
import { formatBytes, formatCount, formatNoun, formatShare, formatSignificant } from '../format.ts';
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
    duetSection(record),
    indexes.missing.length === 0 ? null : missingSection(record),
    usageSection(record),
    plansSection(record),
    definitionsSection(record),
  ].filter((each) => each !== null);
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
  const indexes = indexesOf(record);
  return section({
    id: 'cards',
    title: 'Report card',
    opening:
      'An index is paid for by every write to its table and earns its keep by what reads find through it. Both were measured, by taking it away. First those that ask for something.',
    body: dataTable({
      caption: 'What each index gives and takes',
      groups: [
        { label: '', columns: 3 },
        { label: 'buffers', columns: 3 },
        { label: 'writes', columns: 2 },
        { label: '', columns: 2 },
      ],
      columns: [
        { label: 'index' },
        { label: 'verdict', isText: true },
        { label: 'net CPU saved' },
        { label: 'more without it' },
        { label: 'reads spare' },
        { label: 'writes pay' },
        { label: 'log' },
        { label: 'HOT lost' },
        { label: 'size' },
        { label: 'why', isText: true },
      ],
      rows: cardsInOrder(indexes).map((card) => {
        const cells = cardCells(card);
        return [
          cells.name,
          html`<span class="${TONES[card.verdict]}">${cells.verdict}</span>`,
          cells.net,
          cells.reads,
          cells.readsSpare,
          cells.writesPay,
          cells.writes,
          cells.hotLost,
          cells.size,
          cells.reason,
        ];
      }),
    }),
    method: `${indexMethod(record)}${
      indexes.by === 'clone'
        ? ' What reads spare and what writes pay come apart on a third clone, on which the index is kept up but hidden from the planner; only where something reads it. A buffer is a page of 8 KiB that is looked at. HOT lost: updates that had to make an entry in every index of the table because of this one.'
        : ''
    }`,
  });
}

/** Use in a run under load; null where there was none. */
function usageSection(record: ExperimentRecord): Section | null {
  const { cards, run } = indexesOf(record);
  const nodes = cards.find(({ usage }) => usage.length > 0)?.usage.map(({ node }) => node) ?? [];
  if (run === null || nodes.length === 0) return null;
  const scansOf = (card: IndexCard) => card.usage.reduce((sum, { scans }) => sum + scans, 0);
  return section({
    id: 'usage',
    title: 'Use under load',
    opening: `What a run of the scenario used, on ${nodes.length === 1 ? 'its only node' : 'each node'}: ${cards.filter((card) => scansOf(card) > 0).length} of ${formatNoun(cards.length, 'index', 'indexes')}.`,
    body: tableBehind(
      'Use of each index',
      dataTable({
        caption: 'Use under load, most scans first',
        groups: [
          { label: '', columns: 1 },
          ...nodes.map((label) => ({ label, columns: 4 })),
          { label: 'in shared buffers', columns: 1 },
          { label: 'leaf pages', columns: 1 },
        ],
        columns: [
          { label: 'index' },
          ...nodes.flatMap(() =>
            ['scans', 'entries read', 'rows fetched', 'hits'].map((label) => ({ label })),
          ),
          { label: 'of it' },
          { label: 'full' },
        ],
        rows: cards
          .toSorted((a, b) => scansOf(b) - scansOf(a))
          .map((card) => {
            const { name, cached, leavesFull } = cardCells(card);
            return [
              name,
              ...card.usage.flatMap(
                ({ scans, entriesRead, rowsFetched, blocksHit, blocksRead }) => [
                  formatCount(scans),
                  formatCount(entriesRead),
                  formatCount(rowsFetched),
                  blocksHit + blocksRead === 0
                    ? '-'
                    : formatShare(blocksHit, blocksHit + blocksRead),
                ],
              ),
              cached,
              leavesFull,
            ];
          }),
      }),
    ),
    method: `From the run in ${run}: differences of pg_stat_user_indexes and pg_statio_user_indexes over its load. What was in shared buffers (pg_buffercache) and how full the leaf pages were (pgstattuple; 90 % when freshly built, less is bloat) was read at its end on the primary.`,
  });
}

/** Those that were run with and without, both at once; null where none was. */
function duetSection(record: ExperimentRecord): Section | null {
  const cards = indexesOf(record).cards.filter(({ duet }) => duet !== null);
  if (cards.length === 0) return null;
  return section({
    id: 'duets',
    title: 'Under load, with and without',
    opening: 'What one action at a time could not tell, or was asked for by name.',
    body: dataTable({
      caption: 'Duets',
      columns: [{ label: 'index' }, { label: 'found', isText: true }],
      rows: cards.map((card) => [shortName(card.name), cardCells(card).duet]),
    }),
    method:
      'Two servers on the same processors, the same actions at the same moments, the index dropped on one of them; on new clones for each pair, the servers swapped between pairs. Regression: worse without it.',
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
