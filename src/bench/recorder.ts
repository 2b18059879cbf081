import type { StatementObserver } from '../database/pg-session.ts';
import { AcknowledgedSet } from '../measurements/acknowledged-set.ts';
import { LatencyHistogram } from '../measurements/histogram.ts';
import { latencyRecord } from '../measurements/latency-record.ts';
import type { Outcome } from '../measurements/outcome.ts';
import type {
  LatencyRecord,
  RunRecord,
  StatementRecord,
  TransactionRecord,
} from '../measurements/run-record.ts';
import { Series } from '../measurements/series.ts';
import { StatementRecorder } from '../measurements/statement-recorder.ts';
import { TransactionRecorder } from '../measurements/transaction-recorder.ts';
import type { Transaction } from '../workloads/transaction.ts';
import type { Arrival } from './arrival-schedule.ts';
import type { AttemptEnd } from './attempt.ts';
import type { ArrivalEnd } from './dispatcher.ts';

/** An arrival that started this much after its intended start is late. */
export const LATE_AFTER_MS = 100;

/** When and where an arrival was served; offsets from the start of the warm-up. */
export interface Service {
  readonly node: string;
  /** A read that went to the primary because every replica was too old. */
  readonly passesReplicasOver: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly lastAttemptMs: number;
  /** From the first start to the start of the last attempt. */
  readonly wastedMs: number;
}

/** The measuring of one arrival, from its hand-over to its end. Exactly one of the last three is called. */
export interface Sample {
  /** What is to be told of its statements; null outside the measurement window. */
  observerFor(node: string): StatementObserver | null;
  /** The queue was full. */
  drop(): void;
  /** It never got a connection before the run was over. */
  abandon(): void;
  end(ended: ArrivalEnd, service: Service): void;
}

/** Counts of the measurement window so far, for the live line. */
export interface Tally {
  arrivals: number;
  committed: number;
  failed: number;
  retries: number;
}

/**
 * Keeps everything that is measured of one run. A sample belongs to the window of its *intended*
 * start; the warm-up's and those after the window count only in the series and for the books.
 */
export class Recorder {
  readonly acknowledged = new AcknowledgedSet();
  /** Checkouts lost at COMMIT: arrival and total. */
  readonly inDoubt = new Map<number, number | null>();
  readonly tally: Tally = { arrivals: 0, committed: 0, failed: 0, retries: 0 };
  readonly series = new Series();
  readonly #transactions = new Map<string, TransactionRecorder>();
  readonly #statements = new Map<string, Map<string, StatementRecorder>>();
  readonly #timerLag = new LatencyHistogram();
  readonly #replicaAge = new LatencyHistogram();
  #unknownReplicaAges = 0;
  #readsSentToPrimary = 0;
  readonly #windowStartMs: number;
  #windowEndMs: number;
  #isCut = false;

  constructor(
    transactions: readonly Transaction<unknown>[],
    window: { readonly startMs: number; readonly endMs: number },
  ) {
    for (const { name, access } of transactions) {
      this.#transactions.set(name, new TransactionRecorder(access));
    }
    this.#windowStartMs = window.startMs;
    this.#windowEndMs = window.endMs;
  }

  /** Ends the measurement window before its time. */
  endWindow(atMs: number): void {
    this.#windowEndMs = Math.max(this.#windowStartMs, Math.min(this.#windowEndMs, atMs));
  }

  /** A sample of a replica's age at `atMs`; null where it could not be told. */
  recordReplicaAge(atMs: number, ageMs: number | null): void {
    if (ageMs !== null) this.series.recordReplicaAge(atMs, ageMs);
    if (atMs < this.#windowStartMs || atMs >= this.#windowEndMs) return;
    if (ageMs === null) this.#unknownReplicaAges += 1;
    else this.#replicaAge.record(ageMs * 1000);
  }

  /** From here on, whatever ends was cut off: unfinished, not failed. */
  cut(): void {
    this.#isCut = true;
  }

  /** An arrival was handed over at `nowMs`, which is at or after its intended start. */
  arrive(arrival: Arrival, transaction: Transaction<unknown>, nowMs: number): Sample {
    const { intendedMs } = arrival;
    const isMeasured = intendedMs >= this.#windowStartMs && intendedMs < this.#windowEndMs;
    const recorder = this.#transactions.get(transaction.name);
    if (recorder === undefined) throw new Error(`${transaction.name} is not in the mix`);
    if (isMeasured) {
      this.tally.arrivals += 1;
      this.#timerLag.record((nowMs - intendedMs) * 1000);
    }
    const leaveUnfinished = (isStarted: boolean) => {
      if (isMeasured) recorder.recordUnfinished(isStarted);
      this.series.recordArrival(intendedMs, 'unfinished', null, 0);
    };
    return {
      observerFor: (node) => (isMeasured ? this.#observerFor(node) : null),
      drop: () => {
        if (isMeasured) recorder.recordDropped();
        this.series.recordArrival(intendedMs, 'dropped', null, 0);
      },
      abandon: () => leaveUnfinished(false),
      end: (ended, service) => {
        const { end, attempts, failedAttempts } = ended;
        const outcome = outcomeOf(end);
        this.#bookOrder(arrival.number, end);
        if (this.#isCut && end.kind === 'failed') {
          leaveUnfinished(true);
          return;
        }
        const responseMs = service.endMs - intendedMs;
        this.series.recordArrival(intendedMs, outcome, responseMs * 1000, attempts - 1);
        if (!isMeasured) return;
        this.tally.retries += attempts - 1;
        if (service.passesReplicasOver) this.#readsSentToPrimary += 1;
        if (end.kind === 'committed') this.tally.committed += 1;
        if (end.kind === 'failed') this.tally.failed += 1;
        const lagMs = service.startMs - intendedMs;
        recorder.record({
          responseUs: responseMs * 1000,
          serviceUs: service.lastAttemptMs * 1000,
          lagUs: lagMs * 1000,
          outcome,
          ...(end.kind === 'rejected' ? { rejection: end.reason } : {}),
          ...(end.kind === 'failed' && end.cause.sqlState !== null
            ? { sqlState: end.cause.sqlState }
            : {}),
          attempts,
          failedAttempts,
          wastedMs: service.wastedMs,
          gaveUp: end.kind === 'failed' && failedAttempts.length === attempts,
          node: service.node,
          isLate: lagMs > LATE_AFTER_MS,
        });
      },
    };
  }

  /** Everything counted, in the order of the mix. */
  toRecord(): {
    readonly transactions: Record<string, TransactionRecord>;
    readonly statements: readonly StatementRecord[];
    readonly series: RunRecord['series'];
    readonly timerLag: LatencyRecord;
    readonly replicaAge: NonNullable<RunRecord['replication']>['age'];
    readonly readsSentToPrimary: number;
  } {
    const transactions: Record<string, TransactionRecord> = {};
    for (const [name, recorder] of this.#transactions) transactions[name] = recorder.toRecord();
    return {
      transactions,
      statements: [...this.#statements.values()].flatMap((byName) =>
        [...byName.values()].map((recorder) => recorder.toRecord()),
      ),
      series: this.series.toRecord(),
      timerLag: latencyRecord(this.#timerLag, 0),
      replicaAge: {
        samples: this.#replicaAge.count,
        unknown: this.#unknownReplicaAges,
        p50Ms: this.#replicaAge.quantileUs(0.5) / 1000,
        p95Ms: this.#replicaAge.quantileUs(0.95) / 1000,
        maxMs: this.#replicaAge.maxUs / 1000,
      },
      readsSentToPrimary: this.#readsSentToPrimary,
    };
  }

  /** Gives the memory of the histograms back. */
  close(): void {
    for (const recorder of this.#transactions.values()) recorder.close();
    for (const byName of this.#statements.values()) {
      for (const recorder of byName.values()) recorder.close();
    }
    this.#timerLag.close();
    this.#replicaAge.close();
    this.series.close();
  }

  #bookOrder(arrival: number, end: AttemptEnd): void {
    if (end.kind === 'committed' && end.order !== null) {
      this.acknowledged.add(arrival, end.order.totalCents);
    }
    if (end.kind === 'failed' && end.cause.outcome === 'in_doubt' && end.order !== null) {
      this.inDoubt.set(arrival, end.order.totalCents);
    }
  }

  #observerFor(node: string): StatementObserver {
    let byName = this.#statements.get(node);
    if (byName === undefined) {
      byName = new Map();
      this.#statements.set(node, byName);
    }
    const recorders = byName;
    return (name, latencyUs, rows, isFailed) => {
      let recorder = recorders.get(name);
      if (recorder === undefined) {
        recorder = new StatementRecorder(name, node);
        recorders.set(name, recorder);
      }
      if (isFailed) recorder.recordError(latencyUs);
      else recorder.record(latencyUs, rows);
    };
  }
}

function outcomeOf(end: AttemptEnd): Exclude<Outcome, 'dropped' | 'unfinished'> {
  if (end.kind !== 'failed') return end.kind;
  const { outcome } = end.cause;
  if (outcome === 'dropped' || outcome === 'unfinished')
    throw new Error(`an attempt is never ${outcome}`);
  return outcome;
}
