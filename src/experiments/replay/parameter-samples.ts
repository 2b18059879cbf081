import { bind, type Call, type Statement } from '../../schema/statement.ts';
import type { Session } from '../../workloads/session.ts';
import type { Transaction } from '../../workloads/transaction.ts';

const KEPT = 3;

/** The first values that each statement was executed with, for plans that depend on them. */
export class ParameterSamples {
  readonly #values = new Map<string, unknown[][]>();

  of(statement: string): readonly (readonly unknown[])[] {
    return this.#values.get(statement) ?? [];
  }

  /** The same transaction, under observation. */
  observing<Input>(transaction: Transaction<Input>): Transaction<Input> {
    return {
      ...transaction,
      run: (session, input) => transaction.run(this.#observe(session), input),
    };
  }

  #observe(session: Session): Session {
    return {
      execute: (statement, parameters) => {
        this.#add(statement, parameters);
        return session.execute(statement, parameters);
      },
      executeCounted: (statement, parameters) => {
        this.#add(statement, parameters);
        return session.executeCounted(statement, parameters);
      },
      executeAll: (calls) => {
        for (const { statement, parameters } of calls as readonly Call<unknown>[]) {
          this.#add(statement, parameters);
        }
        return session.executeAll(calls);
      },
    };
  }

  #add(statement: Statement<never, unknown>, parameters: object): void {
    const known = this.#values.get(statement.name) ?? [];
    if (known.length === KEPT) return;
    known.push(bind(statement, parameters as never));
    this.#values.set(statement.name, known);
  }
}
