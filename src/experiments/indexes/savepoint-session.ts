import type { AttemptSession } from '../../bench/clients/attempt.ts';
import type { PgSession } from '../../database/pg-session.ts';

const SAVEPOINT = 'cartload_action';

/** A session within one long transaction, whose own transactions are savepoints there: all can be undone at its end. */
export function withinTransaction(session: PgSession): AttemptSession {
  return {
    get isLost() {
      return session.isLost;
    },
    backendPid: session.backendPid,
    execute: (statement, parameters) => session.execute(statement, parameters),
    executeCounted: (statement, parameters) => session.executeCounted(statement, parameters),
    executeAll: (calls) => session.executeAll(calls),
    begin: () => session.command(`savepoint ${SAVEPOINT}`),
    commit: () => session.command(`release savepoint ${SAVEPOINT}`),
    rollback: () =>
      session.command(`rollback to savepoint ${SAVEPOINT}; release savepoint ${SAVEPOINT}`),
  };
}
