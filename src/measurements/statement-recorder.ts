import { type HistogramState, LatencyHistogram } from './histogram.ts';
import { latencyRecord } from './latency-record.ts';
import type { StatementRecord } from './run-record.ts';

/** The counts as they cross threads. */
export interface StatementState {
  readonly name: string;
  readonly node: string;
  readonly latency: HistogramState | null;
  readonly errors: Readonly<Record<string, number>>;
  readonly rows: number;
}

/**
 * Counts the executions of one statement on one node. The latency is the round trip of every
 * execution, failed ones included: a statement that waited for a lock and lost did wait.
 */
export class StatementRecorder {
  readonly #name: string;
  readonly #node: string;
  readonly #latency = new LatencyHistogram();
  /** By SQLSTATE, or `lost` where the connection broke. */
  readonly #errors: Record<string, number> = {};
  #rows = 0;

  constructor(name: string, node: string) {
    this.#name = name;
    this.#node = node;
  }

  /** Adds an execution that succeeded, with the rows that it returned or changed. */
  record(latencyUs: number, rows: number): void {
    this.#latency.record(latencyUs);
    this.#rows += rows;
  }

  /** Adds an execution that ended in an error: its SQLSTATE, or `lost` where the connection broke. */
  recordError(latencyUs: number, code: string): void {
    this.#latency.record(latencyUs);
    this.#errors[code] = (this.#errors[code] ?? 0) + 1;
  }

  /** What another thread needs to go on with it. */
  toState(): StatementState {
    return {
      name: this.#name,
      node: this.#node,
      latency: this.#latency.toState(),
      errors: this.#errors,
      rows: this.#rows,
    };
  }

  /** Adds what another thread counted of the same statement and node. */
  absorb({ latency, errors, rows }: StatementState): void {
    this.#latency.absorb(latency);
    this.#rows += rows;
    for (const [code, count] of Object.entries(errors)) {
      this.#errors[code] = (this.#errors[code] ?? 0) + count;
    }
  }

  /** Everything counted so far; `calls` are all executions, `errors` are among them. */
  toRecord(): StatementRecord {
    return {
      name: this.#name,
      node: this.#node,
      calls: this.#latency.count,
      errors: Object.values(this.#errors).reduce((sum, count) => sum + count, 0),
      errorCodes: { ...this.#errors },
      rows: this.#rows,
      latency: latencyRecord(this.#latency, 0),
    };
  }

  /** Gives the memory of the histogram back. */
  close(): void {
    this.#latency.close();
  }
}
