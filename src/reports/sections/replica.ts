import type { RunRecord } from '../../measurements/run-record.ts';
import {
  durationIn,
  formatBytes,
  formatCount,
  formatPeriod,
  formatQuantile,
  formatShare,
} from '../format.ts';
import { replicaSentence, stalenessSentence } from '../headline.ts';
import { type Html, html } from '../html-text.ts';
import { dataTable } from '../table.ts';
import { type Section, section } from './section.ts';
import { transactionName } from './transaction-name.ts';

type Replication = NonNullable<RunRecord['replication']>;

/** How fresh the replica was, and which node served what. */
export function replicaSection(record: RunRecord): Section | null {
  const { replication } = record;
  if (replication === null) return null;
  const { age, policy, heartbeatPeriodMs, readsOnReplica, readsSentToPrimary } = replication;
  const reads = readsOnReplica + readsSentToPrimary;
  const ms = (valueMs: number) => (age.samples === 0 ? '-' : durationIn(valueMs * 1_000, 'ms'));
  const freshness = dataTable({
    caption: 'Age of what the replica shows, and where reads went',
    columns: [
      'policy',
      'samples',
      'unknown',
      'age p50, ms',
      'age p95, ms',
      'age max, ms',
      'reads on the replica',
      'sent to the primary',
      'share on the replica',
    ].map((label) => ({ label })),
    rows: [
      [
        policy,
        formatCount(age.samples),
        formatCount(age.unknown),
        ms(age.p50Ms),
        ms(age.p95Ms),
        ms(age.maxMs),
        formatCount(readsOnReplica),
        formatCount(readsSentToPrimary),
        formatShare(readsOnReplica, reads),
      ],
    ],
  });
  return section({
    id: 'replica',
    title: 'Replica',
    opening: [replicaSentence(record), stalenessSentence(record) ?? ''].join(' ').trim(),
    body: html`${freshness}${replicaTable(replication)}${fallbackTable(replication)}${nodeTable(record)}`,
    method: `The primary writes a heartbeat every ${formatPeriod(heartbeatPeriodMs)}; the replica’s age is the time since the first heartbeat that it lacks, so ages are known to within that period. Percentiles are over samples, not over reads; unknown samples, in which the replica did not answer, are in none. WAL yet to replay: what the primary had written when the replica was asked, less what that had replayed. Sent to the primary: measured reads that were meant for a replica, by the reason why none served them. Time until visible: from the acknowledgement of a checkout to the first look on a replica that found it, at most ten a second.`,
  });
}

function replicaTable({ replicas }: Replication): Html | null {
  if (replicas.length === 0) return null;
  const ms = (age: Replication['age'], valueMs: number) =>
    age.samples === 0 ? '-' : durationIn(valueMs * 1_000, 'ms');
  return dataTable({
    caption: 'Each replica',
    columns: [
      'replica',
      'reads',
      'age p50, ms',
      'age p95, ms',
      'age max, ms',
      'WAL yet to replay p50',
      'p95',
      'max',
    ].map((label) => ({ label })),
    rows: replicas.map(({ name, reads, age, lagBytes }) => [
      name,
      formatCount(reads),
      ms(age, age.p50Ms),
      ms(age, age.p95Ms),
      ms(age, age.maxMs),
      lagBytes === null ? 'not told' : formatBytes(lagBytes.p50),
      lagBytes === null ? '-' : formatBytes(lagBytes.p95),
      lagBytes === null ? '-' : formatBytes(lagBytes.max),
    ]),
  });
}

function fallbackTable({ fallbacks, causalWait }: Replication): Html | null {
  if (fallbacks === undefined) return null;
  const wait = causalWait === undefined || causalWait.count === 0 ? null : causalWait;
  return dataTable({
    caption: 'Reads that went to the primary, by why; and how long causal reads waited',
    columns: ['reason', 'reads'].map((label) => ({ label })),
    rows: [
      ['every replica was too old', formatCount(fallbacks['too-old'])],
      ['the shopper’s own write was not there in time', formatCount(fallbacks['not-caught-up'])],
      ['no replica had a connection', formatCount(fallbacks.lost)],
      ...(wait === null
        ? []
        : [
            ['causal reads on a replica', formatCount(wait.count)],
            ['their wait, p50', formatQuantile(wait.p50)],
            ['their wait, p99', formatQuantile(wait.p99)],
          ]),
    ],
  });
}

function nodeTable(record: RunRecord): Html {
  const names = record.target.nodes.map((node) => node.name);
  const others = Object.values(record.transactions)
    .flatMap((transaction) => Object.keys(transaction.nodes))
    .filter((name) => !names.includes(name));
  const nodes = [...names, ...new Set(others)];
  return dataTable({
    caption: 'Arrivals by the node that served them',
    columns: [
      { label: 'transaction' },
      { label: 'access', isText: true },
      ...nodes.map((label) => ({ label })),
    ],
    rows: Object.entries(record.transactions).map(([name, transaction]) => [
      transactionName(record, name),
      transaction.access,
      ...nodes.map((node) => formatCount(transaction.nodes[node] ?? 0)),
    ]),
  });
}
