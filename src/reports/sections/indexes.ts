import type { RunRecord } from '../../measurements/run-record.ts';
import type { ServerNodeRecord, ServerRecord } from '../../measurements/server-record.ts';
import { formatBytes, formatCount, formatNoun, formatShare } from '../format.ts';
import { html } from '../html-text.ts';
import { dataTable, tableBehind } from '../table.ts';
import { type Section, section } from './section.ts';

type Index = ServerRecord['indexes'][number];

/** What each index was used for, on which node, and what the writes paid for it. */
export function indexesSection({ server }: RunRecord): Section | null {
  if (server === undefined || server.indexes.length === 0) return null;
  const { nodes, indexes } = server;
  // Without the primary's counters nothing can be said of use or of writes.
  if (nodes[0]?.name !== 'primary') return null;
  const used = indexes.filter((index) => scansOf(index, nodes) > 0);
  const idle = indexes.filter((index) => scansOf(index, nodes) === 0);
  const byScans = used.toSorted((a, b) => scansOf(b, nodes) - scansOf(a, nodes));
  return section({
    id: 'indexes',
    title: 'Indexes',
    opening: openingOf(server, idle),
    body: html`${usageTable('Indexes that the load used, those with most scans first', byScans, nodes)}${
      idle.length === 0
        ? null
        : tableBehind(
            `The ${formatNoun(idle.length, 'index', 'indexes')} that it did not use`,
            usageTable('Indexes that the load did not use, the largest first', idle, nodes),
          )
    }`,
    method:
      'Differences of pg_stat_user_indexes and pg_statio_user_indexes over the whole load, on each node; size at its end, with the share of it that was in shared buffers then (pg_buffercache) and how full its leaf pages were (pgstattuple; 90 % when freshly built, less is bloat). Rows fetched can be fewer than entries read: dead versions, entries that a filter threw away, and bitmap scans, which fetch by themselves and show 0. Hits: share of the index’s pages found in shared_buffers. Kind: what it enforces besides serving reads, a primary key or uniqueness. Written: rows that were inserted into the table, and updates that were not HOT, each of which makes an entry in every index of its table; HOT is the share of updates that made none. An index that this load did not scan may serve another, and one that enforces uniqueness works without a scan.',
  });
}

function scansOf({ name }: Index, nodes: readonly ServerNodeRecord[]): number {
  return nodes.reduce((sum, { indexes }) => sum + (indexes[name]?.['scans'] ?? 0), 0);
}

function openingOf({ indexes, nodes, unavailable }: ServerRecord, idle: readonly Index[]): string {
  const [primary, ...replicas] = nodes;
  const used = `This load scanned ${formatCount(indexes.length - idle.length)} of ${formatNoun(indexes.length, 'index', 'indexes')}.`;
  const onReplicaOnly = indexes.filter(
    ({ name }) =>
      (primary?.indexes[name]?.['scans'] ?? 0) === 0 &&
      replicas.some(({ indexes: counters }) => (counters[name]?.['scans'] ?? 0) > 0),
  );
  const replica =
    onReplicaOnly.length === 0
      ? ''
      : ` ${formatCount(onReplicaOnly.length)} of them only on the replica: the primary’s own counters call ${onReplicaOnly.length === 1 ? 'it' : 'them'} unused.`;
  const free = idle.filter(({ enforces }) => enforces === null);
  const bytes = free.reduce((sum, each) => sum + each.bytes, 0);
  const rest =
    free.length === 0
      ? ''
      : ` ${formatNoun(free.length, 'index', 'indexes')} that ${free.length === 1 ? 'enforces' : 'enforce'} nothing ${free.length === 1 ? 'was' : 'were'} kept up without being read: ${formatBytes(bytes)}.`;
  const unread = Object.keys(unavailable).filter(
    (name) => name !== 'plans' && name !== 'index pages',
  );
  const doubt =
    unread.length === 0
      ? ''
      : ` ${unread.join(' and ')} could not be read: what was used there alone counts as unused here.`;
  return used + replica + rest + doubt;
}

function usageTable(
  caption: string,
  indexes: readonly Index[],
  nodes: readonly ServerNodeRecord[],
) {
  const tables = nodes[0]?.tables ?? {};
  return dataTable({
    caption,
    groups: [
      { label: '', columns: 5 },
      ...nodes.map(({ name }) => ({ label: name, columns: 4 })),
      { label: 'written', columns: 2 },
    ],
    columns: [
      { label: 'index' },
      { label: 'kind', isText: true },
      { label: 'size' },
      { label: 'cached' },
      { label: 'leaves full' },
      ...nodes.flatMap(() =>
        ['scans', 'entries read', 'rows fetched', 'hits'].map((label) => ({ label })),
      ),
      { label: 'entries' },
      { label: 'HOT' },
    ],
    rows: indexes.map(({ name, table, enforces, bytes, cachedBytes, leafDensity }) => {
      const counters = tables[table] ?? {};
      const updated = counters['updated'] ?? 0;
      const hot = counters['hotUpdated'] ?? 0;
      return [
        withoutSchema(name),
        enforces === null ? '-' : enforces === 'primary key' ? 'key' : 'unique',
        formatBytes(bytes),
        cachedBytes === null ? '-' : formatShare(cachedBytes, bytes),
        leafDensity === null ? '-' : formatShare(leafDensity, 1),
        ...nodes.flatMap(({ indexes: counted }) => {
          const of = (counter: string) => counted[name]?.[counter] ?? 0;
          const touched = of('blocksHit') + of('blocksRead');
          return [
            formatCount(of('scans')),
            formatCount(of('entriesRead')),
            formatCount(of('rowsFetched')),
            touched === 0 ? '-' : formatShare(of('blocksHit'), touched),
          ];
        }),
        formatCount((counters['inserted'] ?? 0) + updated - hot),
        updated === 0 ? '-' : formatShare(hot, updated),
      ];
    }),
  });
}

/** All of them are the shop's. */
function withoutSchema(name: string): string {
  return name.replace(/^shop\./, '');
}
