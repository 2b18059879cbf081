import { RETRYABLE_OUTCOMES } from '../../measurements/outcome.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { totalsOf } from '../../measurements/run-totals.ts';
import {
  formatCount,
  formatPeriod,
  formatPerThousand,
  formatSignificant,
  inWords,
} from '../format.ts';
import { retriesSentence } from '../headline.ts';
import { type Html, html } from '../html-text.ts';
import { dataTable } from '../table.ts';
import { type Section, section } from './section.ts';
import { transactionName } from './transaction-name.ts';

/** Attempts, their causes and their price. */
export function retriesSection(record: RunRecord): Section | null {
  const entries = Object.entries(record.transactions);
  if (entries.length === 0) return null;
  const most = Math.max(1, ...entries.map(([, transaction]) => transaction.attempts.length));
  const table = dataTable({
    caption: 'Attempts and retries by transaction',
    groups: [
      { label: '', columns: 1 },
      { label: 'arrivals by attempts taken', columns: most },
      { label: 'failed attempts', columns: RETRYABLE_OUTCOMES.length },
      { label: '', columns: 3 },
    ],
    columns: [
      { label: 'transaction' },
      ...Array.from({ length: most }, (_, index) => ({ label: String(index + 1) })),
      ...RETRYABLE_OUTCOMES.map((cause) => ({ label: inWords(cause) })),
      { label: 'retries per 1,000' },
      { label: 'wasted, s' },
      { label: 'give-ups' },
    ],
    rows: entries.map(([name, transaction]) => [
      transactionName(record, name),
      ...Array.from({ length: most }, (_, index) => formatCount(transaction.attempts[index] ?? 0)),
      ...RETRYABLE_OUTCOMES.map((cause) => formatCount(transaction.failedAttempts[cause])),
      formatPerThousand(totalsOf(transaction).retries, transaction.arrivals),
      formatSignificant(transaction.wastedMs / 1_000, 3),
      formatCount(transaction.giveUps),
    ]),
  });
  return section({
    id: 'retries',
    title: 'Attempts, retries and deadlocks',
    opening: retriesSentence(record),
    body: html`${table}${pairMatrix(record)}${pairTable(record)}`,
    method: methodText(record),
  });
}

type Pair = RunRecord['deadlocks']['pairs'][number];

/** `checkout: checkout.record_movement`. */
function sideText(side: Pair['blocker']): string {
  return side === null ? 'not known' : `${side.transaction}: ${side.statement}`;
}

/** How often each statement was struck down by each; null where the list says it all. */
function pairMatrix({ deadlocks: { pairs } }: RunRecord): Html | null {
  const victims = [...new Set(pairs.map(({ victim }) => sideText(victim)))];
  const blockers = [...new Set(pairs.map(({ blocker }) => sideText(blocker)))];
  if (victims.length < 2 || blockers.length < 2) return null;
  return dataTable({
    caption: 'Deadlocks by victim (rows) and what it waited for (columns)',
    columns: [{ label: 'victim' }, ...blockers.map((label) => ({ label }))],
    rows: victims.map((row) => [
      row,
      ...blockers.map((column) => {
        const here = pairs.filter(
          ({ victim, blocker }) => sideText(victim) === row && sideText(blocker) === column,
        );
        return formatCount(here.reduce((sum, { count }) => sum + count, 0));
      }),
    ]),
  });
}

/** Who was struck down by whom; null where nobody was. */
function pairTable({ deadlocks }: RunRecord): Html | null {
  if (deadlocks.pairs.length === 0) return null;
  return dataTable({
    caption: 'Deadlocks: the victim, and what the backend that it waited for had under way',
    columns: [
      { label: 'victim' },
      { label: 'blocker', isText: true },
      { label: 'table', isText: true },
      { label: 'backends in the ring' },
      { label: 'deadlocks' },
      { label: 'waited, s' },
    ],
    rows: deadlocks.pairs.map((pair) => [
      sideText(pair.victim),
      sideText(pair.blocker),
      pair.relation ?? 'not told',
      formatCount(pair.processes),
      formatCount(pair.count),
      formatSignificant(pair.waitedMs / 1_000, 3),
    ]),
  });
}

function methodText(record: RunRecord): string {
  const { serverCount, deadlockTimeoutMs } = record.deadlocks;
  const server =
    serverCount === null
      ? 'The server’s own count of deadlocks could not be read.'
      : `The server itself counted ${formatCount(serverCount)} over the whole run, warm-up included.`;
  const wait =
    deadlockTimeoutMs === null
      ? 'deadlock_timeout could not be read, so the time that victims waited is not known.'
      : `PostgreSQL looks for a deadlock after deadlock_timeout (${formatPeriod(deadlockTimeoutMs)}), so each victim has waited at least that long.`;
  return `Deadlocks are attempts of the measurement window that ended as the victim. ${server} ${wait} Wasted: time in attempts that had to be done again, backoff included. A give-up failed at its last allowed attempt.`;
}
