import { OUTCOMES } from '../../measurements/outcome.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { outcomeTotal, totalsOfRun } from '../../measurements/run-totals.ts';
import { formatCount, formatShare, inWords } from '../format.ts';
import { outcomesSentence } from '../headline.ts';
import { type Html, html } from '../html-text.ts';
import { dataTable } from '../table.ts';
import { type Section, section } from './section.ts';
import { transactionName } from './transaction-name.ts';

/** How the arrivals ended, every outcome with its count, zero or not. */
export function outcomesSection(record: RunRecord): Section | null {
  const entries = Object.entries(record.transactions);
  if (entries.length === 0) return null;
  const totals = totalsOfRun(record);
  const table = dataTable({
    caption: 'Arrivals of the measurement window by outcome',
    columns: [
      { label: 'outcome' },
      ...entries.map(([name]) => ({ label: name })),
      { label: 'all' },
      { label: 'share' },
    ],
    rows: [
      ...OUTCOMES.map((outcome) => [
        inWords(outcome),
        ...entries.map(([, transaction]) => formatCount(transaction.outcomes[outcome])),
        formatCount(outcomeTotal(record, outcome)),
        formatShare(outcomeTotal(record, outcome), totals.arrivals),
      ]),
    ],
    total: [
      'arrivals',
      ...entries.map(([, transaction]) => formatCount(transaction.arrivals)),
      formatCount(totals.arrivals),
      formatShare(totals.arrivals, totals.arrivals),
    ],
  });
  return section({
    id: 'outcomes',
    title: 'Outcomes',
    opening: outcomesSentence(record),
    body: html`${table}${reasonTable(record)}`,
    method: `An arrival counts in the window of its intended start and has one outcome, that of its last attempt. Rejected: a business rule said no, which is an answer and not a failure. In doubt: the connection was lost while COMMIT was under way; the books settle it. Dropped: never started, because the queue was full. Unfinished: still running when the graceful stop ended. Late arrivals, started more than 100 ms after their time, are among the others: ${formatCount(totals.late)} (${formatShare(totals.late, totals.arrivals)}).`,
  });
}

function reasonTable(record: RunRecord): Html | null {
  const rows = Object.entries(record.transactions).flatMap(([name, transaction]) => [
    ...Object.entries(transaction.rejections).map(([reason, count]) => ({
      name,
      outcome: 'rejected',
      reason: inWords(reason),
      count,
    })),
    ...Object.entries(transaction.otherSqlStates).map(([code, count]) => ({
      name,
      outcome: 'other',
      reason: `SQLSTATE ${code}`,
      count,
    })),
  ]);
  if (rows.length === 0) return null;
  return dataTable({
    caption: 'Reasons behind rejections and other errors',
    columns: [
      { label: 'transaction' },
      { label: 'outcome', isText: true },
      { label: 'reason', isText: true },
      { label: 'arrivals' },
    ],
    rows: rows.map(({ name, outcome, reason, count }) => [
      transactionName(record, name),
      outcome,
      reason,
      formatCount(count),
    ]),
  });
}
