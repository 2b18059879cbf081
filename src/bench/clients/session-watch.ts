import type { StatementObserver } from '../../database/pg-session.ts';
import type { DeadlockSample } from '../../measurements/deadlock-recorder.ts';
import type { StatementSink } from '../workers/recorder.ts';
import type { DeadlockReport } from './deadlock-report.ts';
import type { StatementTrace } from './statement-trace.ts';

/** The watch over a session while it serves one arrival: traces every statement and passes its end on. */
export class SessionWatch implements StatementObserver {
  readonly #trace: StatementTrace;
  readonly #session: number;
  readonly #transaction: string;
  readonly #sink: StatementSink;
  /** The statement that failed last. */
  #failed = '';
  #waitedMs = 0;
  #failedAt = 0;

  /** @param session its number in the trace */
  constructor(trace: StatementTrace, session: number, transaction: string, sink: StatementSink) {
    this.#trace = trace;
    this.#session = session;
    this.#transaction = transaction;
    this.#sink = sink;
  }

  started(statement: string, startedAt: number): void {
    this.#trace.start(this.#session, this.#transaction, statement, startedAt);
  }

  ended(
    statement: string,
    startedAt: number,
    endedAt: number,
    rows: number,
    errorCode: string | null,
  ): void {
    this.#trace.end(this.#session, endedAt);
    // What follows a failure is the rollback, and that succeeds.
    if (errorCode !== null) {
      this.#failed = statement;
      this.#waitedMs = endedAt - startedAt;
      this.#failedAt = endedAt;
    }
    this.#sink(statement, (endedAt - startedAt) * 1000, rows, errorCode);
  }

  /** Who stood in the way of the statement that was struck down last; soon after, while it is known. */
  explain({ blockerPid, processes, relation }: DeadlockReport): DeadlockSample {
    return {
      victim: { transaction: this.#transaction, statement: this.#failed },
      blocker: blockerPid === null ? null : this.#trace.underWay(blockerPid, this.#failedAt),
      relation,
      processes,
      waitedMs: this.#waitedMs,
    };
  }
}
