import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { IndexCard, MissingIndex } from '../../measurements/index-record.ts';
import { formatBytes, formatNoun } from '../format.ts';
import { html } from '../html-text.ts';
import { type Section, section } from '../sections/section.ts';
import { dataTable, tableBehind } from '../table.ts';
import { cardCells, cardsInOrder, indexesOf, indexMethod, netText } from './index-phrases.ts';

const TONES: Readonly<Record<IndexCard['verdict'], string>> = {
  keep: 'good',
  'drop candidate': 'bad',
  neutral: 'good',
  undecided: 'warning',
  structural: 'good',
};

/** Each index with its verdict and the reason; keys, which cannot go, behind a fold. */
export function cardSection(record: ExperimentRecord): Section {
  const cards = cardsInOrder(indexesOf(record));
  const keys = cards.filter(({ enforces }) => enforces !== null);
  const table = (caption: string, shown: readonly IndexCard[]) =>
    dataTable({
      caption,
      columns: [
        { label: 'index' },
        { label: 'verdict', isText: true },
        { label: 'why', isText: true },
        { label: 'net CPU saved' },
        { label: 'size' },
      ],
      rows: shown.map((card) => {
        const { name, verdict, reason, net, size } = cardCells(card);
        return [
          name,
          html`<span class="${TONES[card.verdict]}">${verdict}</span>`,
          reason,
          net,
          size,
        ];
      }),
    });
  return section({
    id: 'cards',
    title: 'Report card',
    opening:
      'An index is paid for by every write to its table and earns its keep by what reads find through it. Both were measured, by taking it away. First those that ask for something.',
    body: html`${table(
      'Indexes that are there for speed',
      cards.filter(({ enforces }) => enforces === null),
    )}${
      keys.length === 0
        ? null
        : tableBehind(
            `The ${formatNoun(keys.length, 'index', 'indexes')} that cannot go: they enforce keys`,
            table('Indexes that enforce keys', keys),
          )
    }`,
    method: indexMethod(record),
  });
}

/** What reads gain and what writes pay, in what the server counts. */
export function priceSection(record: ExperimentRecord): Section {
  const { cards, by } = indexesOf(record);
  const priced = cards.filter(({ measured, enforces }) => measured !== null && enforces === null);
  const gained = ({ measured }: IndexCard) => measured?.buffers ?? 0;
  return section({
    id: 'prices',
    title: 'What it gives and takes',
    opening:
      'What the server would do more, or less, without each index: pages of 8 KiB that it looks at (buffers), and the log that it writes.',
    body: dataTable({
      caption: 'Without it, those first that spare most',
      groups: [
        { label: '', columns: 1 },
        { label: 'buffers', columns: 3 },
        { label: 'writes', columns: 2 },
        { label: '', columns: 1 },
      ],
      columns: [
        { label: 'index' },
        { label: 'more without it' },
        { label: 'reads spare' },
        { label: 'writes pay' },
        { label: 'log' },
        { label: 'HOT lost' },
        { label: 'scans' },
      ],
      rows: priced
        .toSorted((a, b) => gained(b) - gained(a))
        .map((card) => {
          const { name, reads, readsSpare, writesPay, writes, hotLost, scans } = cardCells(card);
          return [name, reads, readsSpare, writesPay, writes, hotLost, scans];
        }),
    }),
    method: `For a thousand ${record.headline} transactions.${
      by === 'clone'
        ? ' What reads spare and what writes pay come apart on a third clone, on which the index is kept up but hidden from the planner; only where something reads it.'
        : ''
    } HOT lost: updates that had to make an entry in every index of the table because of this one.`,
  });
}

/** Indexes that were built to see whether they would do something. */
export function missingSection(record: ExperimentRecord): Section {
  const { missing } = indexesOf(record);
  const isWanted = ({ verdict }: MissingIndex) => verdict === 'worth it' || verdict === 'undecided';
  const wanted = missing.filter(isWanted);
  const others = missing.filter((each) => !isWanted(each));
  const table = (caption: string, shown: readonly MissingIndex[]) =>
    dataTable({
      caption,
      columns: [
        { label: 'on' },
        { label: 'verdict', isText: true },
        { label: 'why it was tried', isText: true },
        { label: 'what came of it', isText: true },
        { label: 'net CPU saved' },
        { label: 'size' },
      ],
      rows: shown.map(({ definition, verdict, measured, bytes, why, reason }) => [
        definition.replace(/^create index \S+ on (shop\.)?/, ''),
        verdict,
        why,
        reason,
        netText(measured),
        formatBytes(bytes),
      ]),
    });
  return section({
    id: 'missing',
    title: 'Missing',
    opening: `${formatNoun(missing.length, 'index', 'indexes')} that the shop does not have ${missing.length === 1 ? 'was' : 'were'} built on a clone and measured; ${wanted.length === 0 ? 'this mix does without all of them' : `${wanted.length} of them would do something for this mix`}.`,
    body: html`${wanted.length === 0 ? null : table('Those that this mix would read', wanted)}${
      others.length === 0
        ? null
        : tableBehind('Those that it does without', table('Those that it does without', others))
    }`,
    method:
      'Built and committed on a clone of its own: a planner may ignore an index that its own transaction has just made. A check is what the server does for each row that is deleted, or whose key is changed, where another table refers to it.',
  });
}
