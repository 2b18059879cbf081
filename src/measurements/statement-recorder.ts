import { LatencyHistogram } from './histogram.ts';
import { latencyRecord } from './latency-record.ts';
import type { StatementRecord } from './run-record.ts';

/**
 * Counts the executions of one statement on one node. The latency is the round trip of every
 * execution, failed ones included: a statement that waited for a lock and lost did wait.
 */
export class StatementRecorder {
  readonly #name: string;
  readonly #node: string;
  readonly #latency = new LatencyHistogram();
  #errors = 0;
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

  /** Adds an execution that ended in an error. */
  recordError(latencyUs: number): void {
    this.#latency.record(latencyUs);
    this.#errors += 1;
  }

  /** Everything counted so far; `calls` are all executions, `errors` are among them. */
  toRecord(): StatementRecord {
    return {
      name: this.#name,
      node: this.#node,
      calls: this.#latency.count,
      errors: this.#errors,
      rows: this.#rows,
      latency: latencyRecord(this.#latency, 0),
    };
  }

  /** Gives the memory of the histogram back. */
  close(): void {
    this.#latency.close();
  }
}
