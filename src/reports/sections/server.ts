import type { RunRecord } from '../../measurements/run-record.ts';
import type { ServerNodeRecord, ServerRecord } from '../../measurements/server-record.ts';
import { formatBytes, formatCount, formatShare, formatSignificant } from '../format.ts';
import { serverSentence } from '../headline.ts';
import { type Html, html } from '../html-text.ts';
import { dataTable } from '../table.ts';
import { type Section, section } from './section.ts';

const MOST_ROWS = 12;

/** What the load cost the servers: WAL, buffers, waits, tables. */
export function serverSection(record: RunRecord): Section | null {
  const { server } = record;
  if (server === undefined || server.nodes.length === 0) return null;
  const [primary] = server.nodes;
  return section({
    id: 'server',
    title: 'Servers',
    opening: serverSentence(record) ?? '',
    body: html`${unreadNote(server.unavailable)}${actionTable(server.perAction)}${nodeTable(server.nodes)}${waitTable(server.nodes)}${primary === undefined ? null : tableTable(primary)}${primary === undefined ? null : statementTable(primary)}`,
    method:
      'Counters are differences over the whole load, warm-up included: from before the first arrival to after the last session had ended, since a session hands its counters over late. WAL, checkpoints and I/O are those of the whole server, with whatever else runs on it. Waits were sampled ten times a second: sessions of the load at work, by what they waited for; CPU means for nothing.',
  });
}

/** What could not be read, and why; null where all was. */
function unreadNote(unavailable: ServerRecord['unavailable']): Html | null {
  const unread = Object.entries(unavailable).map(([what, why]) => `${what} (${why})`);
  return unread.length === 0 ? null : html`<p>Could not be read: ${unread.join(', ')}.</p>`;
}

/** What a committed transaction cost; null where it is not known. */
function actionTable(each: ServerRecord['perAction']): Html | null {
  if (each === null) return null;
  const number = (value: number | null) => (value === null ? '-' : formatSignificant(value, 3));
  return dataTable({
    caption: `The load divided by its ${formatCount(each.committed)} committed transactions`,
    columns: [
      { label: 'per committed transaction' },
      ...[
        'server CPU, ms',
        'WAL, bytes',
        'WAL records',
        'full-page images',
        'buffers hit',
        'buffers read',
        'temporary, bytes',
      ].map((label) => ({ label })),
    ],
    rows: [
      [
        'primary; CPU of all nodes',
        number(each.cpuMs),
        number(each.walBytes),
        number(each.walRecords),
        number(each.walImages),
        number(each.blocksHit),
        number(each.blocksRead),
        number(each.tempBytes),
      ],
    ],
  });
}

function nodeTable(nodes: readonly ServerNodeRecord[]): Html {
  const row = (label: string, of: (node: ServerNodeRecord) => string) => [label, ...nodes.map(of)];
  const count = (value: number | undefined) => formatCount(value ?? 0);
  const bytes = (value: number | undefined) => formatBytes(value ?? 0);
  return dataTable({
    caption: 'Counters of each node over the load',
    columns: [{ label: 'counter' }, ...nodes.map(({ name }) => ({ label: name }))],
    rows: [
      row('server CPU', ({ cpuSeconds }) =>
        cpuSeconds === null ? 'not on this machine' : `${formatSignificant(cpuSeconds, 2)} s`,
      ),
      row('transactions committed', ({ database }) => count(database['commits'])),
      row('transactions rolled back', ({ database }) => count(database['rollbacks'])),
      row('buffers hit', ({ database }) => count(database['blocksHit'])),
      row('buffers read', ({ database }) => count(database['blocksRead'])),
      row('hit ratio', ({ database }) =>
        formatShare(
          database['blocksHit'] ?? 0,
          (database['blocksHit'] ?? 0) + (database['blocksRead'] ?? 0),
        ),
      ),
      row('temporary files', ({ database }) => bytes(database['tempBytes'])),
      row('WAL', ({ wal }) => (wal === null ? '-' : bytes(wal['bytes']))),
      row('WAL records', ({ wal }) => (wal === null ? '-' : count(wal['records']))),
      row('full-page images', ({ wal }) => (wal === null ? '-' : count(wal['images']))),
      row('checkpoints, timed and requested', ({ checkpoints }) =>
        checkpoints === null
          ? '-'
          : `${count(checkpoints['timed'])} and ${count(checkpoints['requested'])}`,
      ),
      row('reads cancelled by replay', ({ conflicts }) =>
        conflicts === null
          ? '-'
          : formatCount(Object.values(conflicts).reduce((sum, each) => sum + each, 0)),
      ),
    ],
  });
}

function waitTable(nodes: readonly ServerNodeRecord[]): Html {
  const events = [...new Set(nodes.flatMap(({ waits }) => Object.keys(waits.events)))];
  const total = (event: string) =>
    nodes.reduce((sum, { waits }) => sum + (waits.events[event] ?? 0), 0);
  return dataTable({
    caption: 'What sessions at work waited for: share of those seen, and how many on average',
    groups: [{ label: '', columns: 1 }, ...nodes.map(({ name }) => ({ label: name, columns: 2 }))],
    columns: [
      { label: 'wait' },
      ...nodes.flatMap(() => [{ label: 'share' }, { label: 'sessions' }]),
    ],
    rows: events
      .sort((a, b) => total(b) - total(a))
      .slice(0, MOST_ROWS)
      .map((event) => [
        event,
        ...nodes.flatMap(({ waits }) => [
          formatShare(waits.events[event] ?? 0, waits.sessionSamples),
          waits.samples === 0
            ? '-'
            : formatSignificant((waits.events[event] ?? 0) / waits.samples, 3),
        ]),
      ]),
  });
}

function tableTable({ tables }: ServerNodeRecord): Html {
  const rows = Object.entries(tables).sort(
    ([, a], [, b]) => (b['blocksHit'] ?? 0) - (a['blocksHit'] ?? 0),
  );
  return dataTable({
    caption: 'The tables of the primary that were touched most',
    columns: [
      'table',
      'buffers hit',
      'buffers read',
      'inserted',
      'updated',
      'of them HOT',
      'deleted',
      'index scans',
      'sequential scans',
      'autovacuums',
    ].map((label) => ({ label })),
    rows: rows.slice(0, MOST_ROWS).map(([name, counters]) => {
      const count = (counter: string) => formatCount(counters[counter] ?? 0);
      return [
        name,
        count('blocksHit'),
        count('blocksRead'),
        count('inserted'),
        count('updated'),
        formatShare(counters['hotUpdated'] ?? 0, counters['updated'] ?? 0),
        count('deleted'),
        count('indexScans'),
        count('sequentialScans'),
        count('autovacuums'),
      ];
    }),
  });
}

function statementTable({ statements }: ServerNodeRecord): Html | null {
  const rows = Object.entries(statements ?? {}).sort(
    ([, a], [, b]) => (b['executionMs'] ?? 0) - (a['executionMs'] ?? 0),
  );
  if (rows.length === 0) return null;
  return dataTable({
    caption: 'The statements of the primary by the server’s own time (pg_stat_statements)',
    columns: [
      'statement',
      'calls',
      'server, s',
      'server per call, ms',
      'buffers per call',
      'WAL per call, bytes',
      'temporary per call, bytes',
    ].map((label) => ({ label })),
    rows: rows.slice(0, MOST_ROWS).map(([name, counters]) => {
      const calls = counters['calls'] ?? 0;
      const each = (counter: string) => formatSignificant((counters[counter] ?? 0) / calls, 3);
      return [
        name,
        formatCount(calls),
        formatSignificant((counters['executionMs'] ?? 0) / 1000, 3),
        each('executionMs'),
        formatSignificant(
          ((counters['blocksHit'] ?? 0) + (counters['blocksRead'] ?? 0)) / calls,
          3,
        ),
        each('walBytes'),
        each('tempBytes'),
      ];
    }),
  });
}
