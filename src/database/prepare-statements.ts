import type { Connection, Submittable } from 'pg';
import type { Statement } from '../schema/statement.ts';

/** The part of `pg`'s connection that remembers by name what the server has parsed. */
interface ParsedStatements {
  readonly parsedStatements: Record<string, string>;
}

/**
 * A query for `pg` that sends Parse for each statement and one Sync, and executes nothing: `pg` itself
 * parses a named statement only together with its first execution.
 */
export class PrepareStatements implements Submittable {
  /** Resolves when the server has parsed all of them; rejects when it refused one or is gone. */
  readonly done: Promise<void>;
  readonly #statements: readonly Statement<never, unknown>[];
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(statements: readonly Statement<never, unknown>[]) {
    this.#statements = statements;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    for (const { name, text } of this.#statements) {
      connection.parse({ name, text, types: [] }, true);
    }
    connection.sync();
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleReadyForQuery(connection: Connection): void {
    const { parsedStatements } = connection as Connection & ParsedStatements;
    for (const { name, text } of this.#statements) parsedStatements[name] = text;
    this.#resolve();
  }
}
