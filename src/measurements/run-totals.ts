import { OUTCOMES, type Outcome } from './outcome.ts';
import type { RunRecord, TransactionRecord } from './run-record.ts';

/** What the arrivals of the measurement window came to. */
interface Totals {
  readonly arrivals: number;
  readonly committed: number;
  readonly rejected: number;
  /** Neither committed nor rejected: dropped and unfinished arrivals are among them. */
  readonly failed: number;
  readonly late: number;
  /** Arrivals that took more than one attempt. */
  readonly retried: number;
  /** Attempts after the first. */
  readonly retries: number;
  readonly giveUps: number;
}

const NOTHING: Totals = {
  arrivals: 0,
  committed: 0,
  rejected: 0,
  failed: 0,
  late: 0,
  retried: 0,
  retries: 0,
  giveUps: 0,
};

/** The totals of one transaction. */
export function totalsOf(transaction: TransactionRecord): Totals {
  const { committed, rejected } = transaction.outcomes;
  const failed = OUTCOMES.filter((outcome) => outcome !== 'committed' && outcome !== 'rejected')
    .map((outcome) => transaction.outcomes[outcome])
    .reduce((sum, value) => sum + value, 0);
  return {
    arrivals: transaction.arrivals,
    committed,
    rejected,
    failed,
    late: transaction.late,
    retried: transaction.attempts.slice(1).reduce((sum, value) => sum + value, 0),
    retries: transaction.attempts.reduce((sum, arrivals, index) => sum + arrivals * index, 0),
    giveUps: transaction.giveUps,
  };
}

/** The totals over all transactions of the run. */
export function totalsOfRun(record: RunRecord): Totals {
  return Object.values(record.transactions)
    .map(totalsOf)
    .reduce(
      (sum, each) => ({
        arrivals: sum.arrivals + each.arrivals,
        committed: sum.committed + each.committed,
        rejected: sum.rejected + each.rejected,
        failed: sum.failed + each.failed,
        late: sum.late + each.late,
        retried: sum.retried + each.retried,
        retries: sum.retries + each.retries,
        giveUps: sum.giveUps + each.giveUps,
      }),
      NOTHING,
    );
}

/** How often an outcome came over all transactions. */
export function outcomeTotal(record: RunRecord, outcome: Outcome): number {
  return Object.values(record.transactions).reduce((sum, each) => sum + each.outcomes[outcome], 0);
}

/** The length of the measurement window in milliseconds. */
export function measuredMs(record: RunRecord): number {
  const { startMs, endMs } = record.phases.measurement;
  return Math.max(0, endMs - startMs);
}

/** The transaction that the figures of a run lead with. */
interface HeadlineTransaction {
  readonly name: string;
  readonly transaction: TransactionRecord;
}

/** `checkout` where the run has it, else the transaction with the most arrivals, else null. */
export function headlineTransaction(record: RunRecord): HeadlineTransaction | null {
  const checkout = record.transactions['checkout'];
  if (checkout !== undefined && checkout.arrivals > 0) {
    return { name: 'checkout', transaction: checkout };
  }
  const busiest = Object.entries(record.transactions)
    .filter(([, transaction]) => transaction.arrivals > 0)
    .sort(([, a], [, b]) => b.arrivals - a.arrivals)[0];
  return busiest === undefined ? null : { name: busiest[0], transaction: busiest[1] };
}
