import { type HistogramState, LatencyHistogram } from './histogram.ts';
import { latencyRecord } from './latency-record.ts';
import {
  OUTCOME_GROUPS,
  OUTCOMES,
  type Outcome,
  type OutcomeGroup,
  outcomeGroup,
  RETRYABLE_OUTCOMES,
  type RetryableOutcome,
} from './outcome.ts';
import type { TransactionRecord } from './run-record.ts';

/** One arrival that came to its end. */
export interface ArrivalSample {
  /** End minus intended start. */
  readonly responseUs: number;
  /** Duration of the last attempt alone. */
  readonly serviceUs: number;
  /** Start minus intended start. */
  readonly lagUs: number;
  readonly outcome: Exclude<Outcome, 'dropped' | 'unfinished'>;
  /** Why a business rule said no; with the outcome `rejected`. */
  readonly rejection?: string;
  /** With the outcome `other`. */
  readonly sqlState?: string;
  /** The first included. */
  readonly attempts: number;
  /** The cause of each attempt that a retry could mend, the last one included. */
  readonly failedAttempts?: readonly RetryableOutcome[];
  /** Time in attempts that had to be done again, backoff included. */
  readonly wastedMs: number;
  /** Failed after the last allowed attempt. */
  readonly gaveUp: boolean;
  readonly node: string;
  /** Started later after its intended start than the scenario's `lateAfter`. */
  readonly isLate: boolean;
  /** A read that lacked what had been acknowledged before it started, or no longer showed it. */
  readonly staleness: Staleness | null;
}

/** `backward`: it lacks what an earlier read had shown already. */
export const STALENESS = ['stale', 'backward'] as const;
export type Staleness = (typeof STALENESS)[number];

const LATENCIES = ['response', 'service', 'lag'] as const;

/** The counts as they cross threads. */
export interface TransactionState {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly failedAttempts: Readonly<Record<RetryableOutcome, number>>;
  readonly rejections: Readonly<Record<string, number>>;
  readonly otherSqlStates: Readonly<Record<string, number>>;
  readonly nodes: Readonly<Record<string, number>>;
  readonly staleness: Readonly<Record<Staleness, number>>;
  readonly attempts: readonly number[];
  readonly unfinishedStarted: number;
  readonly late: number;
  readonly wastedMs: number;
  readonly giveUps: number;
  readonly histograms: readonly {
    readonly group: OutcomeGroup;
    readonly measure: (typeof LATENCIES)[number];
    readonly state: HistogramState | null;
  }[];
}

interface GroupHistograms {
  readonly response: LatencyHistogram;
  readonly service: LatencyHistogram;
  readonly lag: LatencyHistogram;
}

/**
 * Counts what became of one transaction's arrivals in the measurement window. The caller decides
 * which arrivals lie in it.
 *
 * Quantiles of the committed are censored by the arrivals that should have committed and whose
 * duration nobody saw to its end. Rejected arrivals got their answer: they censor nothing.
 *
 * - response: failed, dropped and unfinished; the shopper never got the order
 * - service: failed and unfinished that had started; otherwise a timeout that cuts slow statements
 *   off would make the rest look fast. A dropped arrival never reached the server
 * - lag: dropped, and unfinished that had not started. A failed arrival did start
 *
 * The rejected and the failed groups describe only the samples that they hold.
 */
export class TransactionRecorder {
  readonly #access: 'read' | 'write';
  readonly #outcomes = zeroes(OUTCOMES);
  readonly #failedAttempts = zeroes(RETRYABLE_OUTCOMES);
  readonly #rejections: Record<string, number> = {};
  readonly #otherSqlStates: Record<string, number> = {};
  readonly #nodes: Record<string, number> = {};
  readonly #attempts: number[] = [];
  readonly #histograms: Readonly<Record<OutcomeGroup, GroupHistograms>>;
  readonly #staleness = zeroes(STALENESS);
  #unfinishedStarted = 0;
  #late = 0;
  #wastedMs = 0;
  #giveUps = 0;

  constructor(access: 'read' | 'write') {
    this.#access = access;
    this.#histograms = { committed: group(), rejected: group(), failed: group() };
  }

  /** Adds an arrival that came to its end. */
  record(sample: ArrivalSample): void {
    const { outcome } = sample;
    this.#outcomes[outcome] += 1;
    if (outcome === 'rejected') addOne(this.#rejections, sample.rejection ?? 'unknown');
    if (outcome === 'other') addOne(this.#otherSqlStates, sample.sqlState ?? 'unknown');
    addOne(this.#nodes, sample.node);
    while (this.#attempts.length < sample.attempts) this.#attempts.push(0);
    this.#attempts[sample.attempts - 1] = (this.#attempts[sample.attempts - 1] ?? 0) + 1;
    for (const cause of sample.failedAttempts ?? []) this.#failedAttempts[cause] += 1;
    this.#wastedMs += sample.wastedMs;
    if (sample.gaveUp) this.#giveUps += 1;
    if (sample.isLate) this.#late += 1;
    if (sample.staleness !== null) this.#staleness[sample.staleness] += 1;
    const histograms = this.#histograms[outcomeGroup(outcome) ?? 'failed'];
    histograms.response.record(sample.responseUs);
    histograms.service.record(sample.serviceUs);
    histograms.lag.record(sample.lagUs);
  }

  /** Adds an arrival that never started, because the queue was full. */
  recordDropped(): void {
    this.#outcomes.dropped += 1;
  }

  /** Adds an arrival that was still waiting, or running, when the graceful stop ended. */
  recordUnfinished(isStarted: boolean): void {
    this.#outcomes.unfinished += 1;
    if (isStarted) this.#unfinishedStarted += 1;
  }

  /** What another thread needs to go on with it. */
  toState(): TransactionState {
    return {
      outcomes: this.#outcomes,
      failedAttempts: this.#failedAttempts,
      rejections: this.#rejections,
      otherSqlStates: this.#otherSqlStates,
      nodes: this.#nodes,
      staleness: this.#staleness,
      attempts: this.#attempts,
      unfinishedStarted: this.#unfinishedStarted,
      late: this.#late,
      wastedMs: this.#wastedMs,
      giveUps: this.#giveUps,
      histograms: OUTCOME_GROUPS.flatMap((name) =>
        LATENCIES.map((measure) => ({
          group: name,
          measure,
          state: this.#histograms[name][measure].toState(),
        })),
      ),
    };
  }

  /** Adds what another thread counted of the same transaction. */
  absorb(state: TransactionState): void {
    addAll(this.#outcomes, state.outcomes);
    addAll(this.#failedAttempts, state.failedAttempts);
    addAll(this.#rejections, state.rejections);
    addAll(this.#otherSqlStates, state.otherSqlStates);
    addAll(this.#nodes, state.nodes);
    addAll(this.#staleness, state.staleness);
    for (const [index, arrivals] of state.attempts.entries()) {
      this.#attempts[index] = (this.#attempts[index] ?? 0) + arrivals;
    }
    this.#unfinishedStarted += state.unfinishedStarted;
    this.#late += state.late;
    this.#wastedMs += state.wastedMs;
    this.#giveUps += state.giveUps;
    for (const each of state.histograms) {
      this.#histograms[each.group][each.measure].absorb(each.state);
    }
  }

  /** Everything counted so far. */
  toRecord(): TransactionRecord {
    const outcomes = { ...this.#outcomes };
    return {
      access: this.#access,
      arrivals: sum(Object.values(outcomes)),
      outcomes,
      rejections: { ...this.#rejections },
      otherSqlStates: { ...this.#otherSqlStates },
      late: this.#late,
      attempts: [...this.#attempts],
      failedAttempts: { ...this.#failedAttempts },
      wastedMs: this.#wastedMs,
      giveUps: this.#giveUps,
      nodes: { ...this.#nodes },
      staleReads: this.#staleness.stale + this.#staleness.backward,
      backwardReads: this.#staleness.backward,
      latency: this.#latency(),
    };
  }

  /** Gives the memory of the histograms back. */
  close(): void {
    for (const { response, service, lag } of Object.values(this.#histograms)) {
      response.close();
      service.close();
      lag.close();
    }
  }

  #latency(): TransactionRecord['latency'] {
    const { dropped, unfinished } = this.#outcomes;
    const failed = sum(
      OUTCOMES.filter((outcome) => outcomeGroup(outcome) === 'failed').map(
        (outcome) => this.#outcomes[outcome],
      ),
    );
    const censored = {
      response: failed + dropped + unfinished,
      service: failed + this.#unfinishedStarted,
      lag: dropped + unfinished - this.#unfinishedStarted,
    };
    const latency: TransactionRecord['latency'] = {};
    for (const name of OUTCOME_GROUPS) {
      const { response, service, lag } = this.#histograms[name];
      if (response.count === 0) continue;
      const isCommitted = name === 'committed';
      latency[name] = {
        response: latencyRecord(response, isCommitted ? censored.response : 0),
        service: latencyRecord(service, isCommitted ? censored.service : 0),
        lag: latencyRecord(lag, isCommitted ? censored.lag : 0),
      };
    }
    return latency;
  }
}

function group(): GroupHistograms {
  return {
    response: new LatencyHistogram(),
    service: new LatencyHistogram(),
    lag: new LatencyHistogram(),
  };
}

function zeroes<const K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}

function addAll(counts: Record<string, number>, others: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(others)) counts[key] = (counts[key] ?? 0) + count;
}

function addOne(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
