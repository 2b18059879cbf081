import type { Call, CountedRows, RowsOf, Statement } from '../schema/statement.ts';

/** What a transaction needs of a connection: named statements, one after another. */
export interface Session {
  /** Runs one prepared statement and returns its rows. */
  execute<P extends object, R>(statement: Statement<P, R>, parameters: P): Promise<R[]>;
  /** The same, with how many rows it returned or changed. */
  executeCounted<P extends object, R>(
    statement: Statement<P, R>,
    parameters: P,
  ): Promise<CountedRows<R>>;
  /**
   * Runs statements that do not need each other's answers, in their order: each sees what those before
   * it did. A pipelined session sends them in one round trip.
   */
  executeAll<const Calls extends readonly Call<unknown>[]>(calls: Calls): Promise<RowsOf<Calls>>;
}
