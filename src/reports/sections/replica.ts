import type { RunRecord } from '../../measurements/run-record.ts';
import { durationIn, formatCount, formatPeriod, formatShare } from '../format.ts';
import { replicaSentence } from '../headline.ts';
import { type Html, html } from '../html-text.ts';
import { dataTable } from '../table.ts';
import { type Section, section } from './section.ts';
import { transactionName } from './transaction-name.ts';

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
    opening: replicaSentence(record),
    body: html`${freshness}${nodeTable(record)}`,
    method: `The primary writes a heartbeat every ${formatPeriod(heartbeatPeriodMs)}; the replica’s age is the time since the first heartbeat that it lacks, so ages are known to within that period. Percentiles are over samples, not over reads; unknown samples, in which the replica did not answer, are in none. Sent to the primary: measured reads that the policy kept from the replica because it was too old.`,
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
