import type { Call, Statement } from '../../schema/statement.ts';
import type { Session } from '../../workloads/session.ts';
import type { Transaction } from '../../workloads/transaction.ts';

/** Told of every statement of a transaction, before it is executed and after it was answered. */
export interface Observer {
  asked?(statement: Statement<never, unknown>, parameters: object): void;
  answered?(statement: Statement<never, unknown>, rows: readonly unknown[]): void;
}

/** The same transaction, under observation. */
export function observed<Input>(
  transaction: Transaction<Input>,
  observers: readonly Observer[],
): Transaction<Input> {
  return {
    ...transaction,
    run: (session, input) => transaction.run(observedSession(session, observers), input),
  };
}

function observedSession(session: Session, observers: readonly Observer[]): Session {
  const asked = (statement: Statement<never, unknown>, parameters: object) => {
    for (const observer of observers) observer.asked?.(statement, parameters);
  };
  const answered = (statement: Statement<never, unknown>, rows: readonly unknown[]) => {
    for (const observer of observers) observer.answered?.(statement, rows);
  };
  return {
    execute: async (statement, parameters) => {
      asked(statement, parameters);
      const rows = await session.execute(statement, parameters);
      answered(statement, rows);
      return rows;
    },
    executeCounted: async (statement, parameters) => {
      asked(statement, parameters);
      const counted = await session.executeCounted(statement, parameters);
      answered(statement, counted.rows);
      return counted;
    },
    executeAll: async (calls) => {
      for (const { statement, parameters } of calls as readonly Call<unknown>[]) {
        asked(statement, parameters);
      }
      const answers = await session.executeAll(calls);
      for (const [index, { statement }] of calls.entries()) {
        answered(statement, (answers as readonly (readonly unknown[])[])[index] ?? []);
      }
      return answers;
    },
  };
}
