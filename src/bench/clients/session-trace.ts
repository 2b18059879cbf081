import type { Clock } from '../../clock.ts';
import type { StatementObserver } from '../../database/pg-session.ts';
import type { DeadlockSample } from '../../measurements/deadlock-recorder.ts';
import type { StatementSink } from '../workers/recorder.ts';
import type { DeadlockReport } from './deadlock-report.ts';
import type { StatementTrace } from './statement-trace.ts';

/** The watch over a session while it serves one arrival. */
export interface SessionTrace {
  /** Traces every statement and passes its end on. */
  observer(sink: StatementSink): StatementObserver;
  /** Who stood in the way of the statement that was struck down last; soon after, while it is known. */
  explain(report: DeadlockReport): DeadlockSample;
}

export function watchSession(
  trace: StatementTrace,
  session: number,
  transaction: string,
  clock: Clock,
): SessionTrace {
  let failed = { statement: '', waitedMs: 0, atMs: 0 };
  return {
    observer: (sink) => ({
      started(statement) {
        trace.start(session, transaction, statement, clock.now());
      },
      ended(statement, latencyUs, rows, errorCode) {
        const atMs = clock.now();
        trace.end(session, atMs);
        // What follows a failure is the rollback, and that succeeds.
        if (errorCode !== null) failed = { statement, waitedMs: latencyUs / 1000, atMs };
        sink(statement, latencyUs, rows, errorCode);
      },
    }),
    explain: ({ blockerPid, processes, relation }) => ({
      victim: { transaction, statement: failed.statement },
      blocker: blockerPid === null ? null : trace.underWay(blockerPid, failed.atMs),
      relation,
      processes,
      waitedMs: failed.waitedMs,
    }),
  };
}
