import type pg from 'pg';
import { bind, type Statement } from '../schema/statement.ts';

/** Told of every executed statement: its round trip in microseconds and how many rows came back. */
export type StatementObserver = (
  statementName: string,
  latencyUs: number,
  rows: number,
  failed: boolean,
) => void;

/** The server answered COMMIT with another tag: the transaction had failed and is rolled back. */
export class CommitRefusedError extends Error {
  override readonly name = 'CommitRefusedError';
}

/** The connection was lost while COMMIT was under way: nobody knows yet whether it took effect. */
export class LostAtCommitError extends Error {
  override readonly name = 'LostAtCommitError';
}

/**
 * One connection running one transaction at a time. Statements are prepared by name at their first
 * execution. A commit counts only with the command tag COMMIT: a failed transaction answers COMMIT
 * with ROLLBACK, without an error.
 */
export class PgSession {
  readonly #client: pg.Client;
  readonly #onLost: () => void;
  #isLost = false;
  /** Null: nothing is observed. */
  observer: StatementObserver | null = null;

  /** @param onLost called once when the connection breaks */
  constructor(client: pg.Client, onLost: () => void) {
    this.#client = client;
    this.#onLost = onLost;
    client.on('error', () => this.#markLost());
    client.on('end', () => this.#markLost());
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  async execute<P extends object, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    const startedAt = performance.now();
    try {
      const result = await this.#client.query({
        name: statement.name,
        text: statement.text,
        values: bind(statement, parameters),
      });
      this.observer?.(statement.name, elapsedUs(startedAt), result.rows.length, false);
      return result.rows as R[];
    } catch (error) {
      this.observer?.(statement.name, elapsedUs(startedAt), 0, true);
      throw error;
    }
  }

  /** @param mode what stands behind BEGIN, `isolation level repeatable read read only` */
  async begin(mode: string): Promise<void> {
    await this.#client.query(`begin ${mode}`);
  }

  /** @throws CommitRefusedError, LostAtCommitError, or the server's own error */
  async commit(): Promise<void> {
    const startedAt = performance.now();
    let tag: string;
    try {
      const result = await this.#client.query('commit');
      tag = result.command;
    } catch (error) {
      if (this.#isLost || sqlStateOf(error) === null) {
        throw new LostAtCommitError('the connection was lost at COMMIT', { cause: error });
      }
      throw error;
    } finally {
      this.observer?.('commit', elapsedUs(startedAt), 0, this.#isLost);
    }
    if (tag !== 'COMMIT') throw new CommitRefusedError(`COMMIT was answered with ${tag}`);
  }

  async rollback(): Promise<void> {
    await this.#client.query('rollback');
  }

  /** Ends the connection; a statement under way fails. */
  async close(): Promise<void> {
    await this.#client.end().catch(() => {});
  }

  /** Cuts the connection without a word to the server. */
  destroy(): void {
    this.#markLost();
    (
      this.#client as unknown as { connection: { stream: { destroy(): void } } }
    ).connection.stream.destroy();
  }

  #markLost(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#onLost();
  }
}

/** The SQLSTATE of a server's own error; null for whatever else was thrown (EPIPE has five letters, too). */
export function sqlStateOf(error: unknown): string | null {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : null;
}

function elapsedUs(startedAt: number): number {
  return (performance.now() - startedAt) * 1000;
}
