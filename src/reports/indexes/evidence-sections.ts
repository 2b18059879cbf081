import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { IndexCard } from '../../measurements/index-record.ts';
import { formatCount, formatNoun, formatShare, formatSignificant } from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { type Section, section } from '../sections/section.ts';
import { dataTable, tableBehind } from '../table.ts';
import { cardCells, indexesOf, shortName } from './index-phrases.ts';

/** Those that were run with and without, both at once; null where none was. */
export function duetSection(record: ExperimentRecord): Section | null {
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

/** Use in a run under load; null where there was none. */
export function usageSection(record: ExperimentRecord): Section | null {
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

/** Statements that are answered in another way without an index. */
export function plansSection(record: ExperimentRecord): Section {
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

/** Every index as it is defined. */
export function definitionsSection(record: ExperimentRecord): Section {
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
