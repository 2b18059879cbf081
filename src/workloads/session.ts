import type { Statement } from '../schema/statement.ts';

/** What a transaction needs of a connection: named statements, one after another. */
export interface Session {
  /** Runs one prepared statement and returns its rows. */
  execute<P extends object, R>(statement: Statement<P, R>, parameters: P): Promise<R[]>;
}
