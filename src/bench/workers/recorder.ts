import { AcknowledgedSet, type AcknowledgedState } from '../../measurements/acknowledged-set.ts';
import {
  type DeadlockPair,
  DeadlockRecorder,
  type DeadlockSample,
} from '../../measurements/deadlock-recorder.ts';
import { type HistogramState, LatencyHistogram } from '../../measurements/histogram.ts';
import { latencyRecord } from '../../measurements/latency-record.ts';
import type { Outcome } from '../../measurements/outcome.ts';
import type { TransactionRecord } from '../../measurements/run-record.ts';
import { Series, type SeriesState } from '../../measurements/series.ts';
import { StatementRecorder, type StatementState } from '../../measurements/statement-recorder.ts';
import {
  TransactionRecorder,
  type TransactionState,
} from '../../measurements/transaction-recorder.ts';
import type { Arrival } from '../arrivals/arrival-schedule.ts';
import type { AttemptEnd } from '../clients/attempt.ts';
import type { ArrivalEnd } from '../clients/try-repeatedly.ts';
import type { WorkerTick } from './worker-messages.ts';

/** Why a read that was meant for a replica went to the primary. */
export const FALLBACKS = ['too-old', 'not-caught-up', 'lost'] as const;
export type Fallback = (typeof FALLBACKS)[number];

/** When and where an arrival was served; offsets from the start of the warm-up. */
export interface Service {
  readonly node: string;
  /** Null where the node is the one that the policy wanted. */
  readonly fallback: Fallback | null;
  /** How long a causal read waited for its replica; null where it did not have to. */
  readonly causalWaitMs: number | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly lastAttemptMs: number;
  /** From the first start to the start of the last attempt. */
  readonly wastedMs: number;
}

/** Told of a statement's end: how many rows it returned or changed; its SQLSTATE, or `lost`, when it failed. */
export type StatementSink = (
  name: string,
  latencyUs: number,
  rows: number,
  errorCode: string | null,
) => void;

/** The measuring of one arrival, from its hand-over to its end. Exactly one of the last three is called. */
export interface Sample {
  /** What is to be told of its statements on a node. */
  observerFor(node: string): StatementSink;
  /** An attempt was struck down. */
  deadlock(sample: DeadlockSample): void;
  /** The queue was full. */
  drop(): void;
  /** It never got a connection before the run was over. */
  abandon(): void;
  end(ended: ArrivalEnd, service: Service): void;
}

/** Counts of the measurement window so far, for the live panel. */
export interface Tally {
  arrivals: number;
  committed: number;
  rejected: number;
  failed: number;
  dropped: number;
  retries: number;
}

/** Everything that a worker has counted, as it crosses threads. */
export interface RecorderState {
  readonly acknowledged: AcknowledgedState;
  readonly inDoubt: ReadonlyMap<number, number | null>;
  readonly series: SeriesState;
  readonly transactions: readonly (readonly [string, TransactionState])[];
  readonly statements: readonly StatementState[];
  readonly deadlocks: readonly DeadlockPair[];
  readonly timerLag: HistogramState | null;
  readonly causalWait: HistogramState | null;
  readonly fallbacks: Readonly<Record<Fallback, number>>;
}

export interface RecorderOptions {
  readonly transactions: readonly { readonly name: string; readonly access: 'read' | 'write' }[];
  readonly window: { readonly startMs: number; readonly endMs: number };
  readonly lateAfterMs: number;
}

/**
 * Keeps everything that is measured of one run, or of a worker's part of it. A sample belongs to the
 * window of its *intended* start; the warm-up's and those after the window count only in the series and
 * for the books.
 */
export class Recorder {
  readonly acknowledged = new AcknowledgedSet();
  /** Checkouts lost at COMMIT: arrival and total. */
  readonly inDoubt = new Map<number, number | null>();
  readonly tally: Tally = {
    arrivals: 0,
    committed: 0,
    rejected: 0,
    failed: 0,
    dropped: 0,
    retries: 0,
  };
  readonly series = new Series();
  readonly #recent = { arrivals: 0, response: new LatencyHistogram(2) };
  readonly #transactions = new Map<string, TransactionRecorder>();
  readonly #statements = new Map<string, Map<string, StatementRecorder>>();
  readonly #sinks = new Map<string, StatementSink>();
  readonly #deadlocks = new DeadlockRecorder();
  readonly #timerLag = new LatencyHistogram();
  readonly #causalWait = new LatencyHistogram();
  readonly #fallbacks: Record<Fallback, number> = { 'too-old': 0, 'not-caught-up': 0, lost: 0 };
  readonly #lateAfterMs: number;
  readonly #windowStartMs: number;
  #windowEndMs: number;
  #isCut = false;

  constructor({ transactions, window, lateAfterMs }: RecorderOptions) {
    for (const { name, access } of transactions) {
      this.#transactions.set(name, new TransactionRecorder(access));
    }
    this.#windowStartMs = window.startMs;
    this.#windowEndMs = window.endMs;
    this.#lateAfterMs = lateAfterMs;
  }

  /** Ends the measurement window before its time. */
  endWindow(atMs: number): void {
    this.#windowEndMs = Math.max(this.#windowStartMs, Math.min(this.#windowEndMs, atMs));
  }

  isMeasured(atMs: number): boolean {
    return atMs >= this.#windowStartMs && atMs < this.#windowEndMs;
  }

  /** From here on, whatever ends was cut off: unfinished, not failed. */
  cut(): void {
    this.#isCut = true;
  }

  /** An arrival was handed over at `nowMs`, which is at or after its intended start. */
  arrive(arrival: Arrival, transaction: string, nowMs: number): Sample {
    const { intendedMs } = arrival;
    const isMeasured = this.isMeasured(intendedMs);
    const recorder = this.#transactions.get(transaction);
    if (recorder === undefined) throw new Error(`${transaction} is not in the mix`);
    if (isMeasured) {
      this.tally.arrivals += 1;
      this.#timerLag.record((nowMs - intendedMs) * 1000);
    }
    this.#recent.arrivals += 1;
    const leaveUnfinished = (isStarted: boolean) => {
      if (isMeasured) recorder.recordUnfinished(isStarted);
      this.series.recordArrival(intendedMs, 'unfinished', null, 0);
    };
    return {
      observerFor: (node) => (isMeasured ? this.#observerFor(node) : NOBODY),
      deadlock: (sample) => {
        if (isMeasured) this.#deadlocks.record(sample);
      },
      drop: () => {
        if (isMeasured) {
          recorder.recordDropped();
          this.tally.dropped += 1;
        }
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
        if (end.kind === 'committed') this.#recent.response.record(responseMs * 1000);
        if (!isMeasured) return;
        this.tally.retries += attempts - 1;
        this.tally[end.kind] += 1;
        this.#countRouting(service);
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
          isLate: lagMs > this.#lateAfterMs,
          staleness: end.kind === 'committed' ? end.staleness : null,
        });
      },
    };
  }

  /**
   * Arrivals, and response times of the committed, since it was last asked, the warm-up's too: for the
   * live panel.
   */
  takeRecent(): WorkerTick['recent'] {
    const { arrivals, response } = this.#recent;
    const taken = { arrivals, response: response.toState() };
    this.#recent.arrivals = 0;
    response.reset();
    return taken;
  }

  /** What another thread needs to go on with it. */
  toState(): RecorderState {
    return {
      acknowledged: this.acknowledged.toState(),
      inDoubt: this.inDoubt,
      series: this.series.toState(),
      transactions: [...this.#transactions].map(([name, recorder]) => [name, recorder.toState()]),
      statements: this.#statementRecorders().map((recorder) => recorder.toState()),
      deadlocks: this.#deadlocks.toRecord(),
      timerLag: this.#timerLag.toState(),
      causalWait: this.#causalWait.toState(),
      fallbacks: this.#fallbacks,
    };
  }

  /** Adds what a worker has counted of the same run. */
  absorb(state: RecorderState): void {
    this.acknowledged.absorb(state.acknowledged);
    for (const [arrival, total] of state.inDoubt) this.inDoubt.set(arrival, total);
    this.series.absorb(state.series);
    for (const [name, each] of state.transactions) this.#transactions.get(name)?.absorb(each);
    for (const each of state.statements) this.#statementRecorder(each.node, each.name).absorb(each);
    this.#deadlocks.absorb(state.deadlocks);
    this.#timerLag.absorb(state.timerLag);
    this.#causalWait.absorb(state.causalWait);
    for (const reason of FALLBACKS) this.#fallbacks[reason] += state.fallbacks[reason];
  }

  /** Everything counted, in the order of the mix. */
  toRecord() {
    const transactions: Record<string, TransactionRecord> = {};
    for (const [name, recorder] of this.#transactions) transactions[name] = recorder.toRecord();
    return {
      transactions,
      statements: this.#statementRecorders().map((recorder) => recorder.toRecord()),
      series: this.series.toRecord(),
      deadlockPairs: this.#deadlocks.toRecord(),
      timerLag: latencyRecord(this.#timerLag, 0),
      causalWait: latencyRecord(this.#causalWait, 0),
      fallbacks: { ...this.#fallbacks },
    };
  }

  /** Gives the memory of the histograms back. */
  close(): void {
    for (const recorder of this.#transactions.values()) recorder.close();
    for (const recorder of this.#statementRecorders()) recorder.close();
    this.#timerLag.close();
    this.#causalWait.close();
    this.#recent.response.close();
    this.series.close();
  }

  #countRouting({ fallback, causalWaitMs }: Service): void {
    if (fallback !== null) this.#fallbacks[fallback] += 1;
    if (causalWaitMs !== null) this.#causalWait.record(causalWaitMs * 1000);
  }

  #bookOrder(arrival: number, end: AttemptEnd): void {
    if (end.kind === 'committed' && end.order !== null) {
      this.acknowledged.add(arrival, end.order.totalCents);
    }
    if (end.kind === 'failed' && end.cause.outcome === 'in_doubt' && end.order !== null) {
      this.inDoubt.set(arrival, end.order.totalCents);
    }
  }

  /** One for all arrivals. */
  #observerFor(node: string): StatementSink {
    let sink = this.#sinks.get(node);
    if (sink === undefined) {
      sink = (name, latencyUs, rows, errorCode) => {
        const recorder = this.#statementRecorder(node, name);
        if (errorCode === null) recorder.record(latencyUs, rows);
        else recorder.recordError(latencyUs, errorCode);
      };
      this.#sinks.set(node, sink);
    }
    return sink;
  }

  #statementRecorder(node: string, name: string): StatementRecorder {
    let byName = this.#statements.get(node);
    if (byName === undefined) {
      byName = new Map();
      this.#statements.set(node, byName);
    }
    let recorder = byName.get(name);
    if (recorder === undefined) {
      recorder = new StatementRecorder(name, node);
      byName.set(name, recorder);
    }
    return recorder;
  }

  #statementRecorders(): StatementRecorder[] {
    return [...this.#statements.values()].flatMap((byName) => [...byName.values()]);
  }
}

const NOBODY: StatementSink = () => {};

function outcomeOf(end: AttemptEnd): Exclude<Outcome, 'dropped' | 'unfinished'> {
  if (end.kind !== 'failed') return end.kind;
  const { outcome } = end.cause;
  if (outcome === 'dropped' || outcome === 'unfinished')
    throw new Error(`an attempt is never ${outcome}`);
  return outcome;
}
