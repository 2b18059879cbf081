import type pg from 'pg';
import { bind, type Call, type RowsOf, type Statement } from '../schema/statement.ts';
import { cutConnection, endConnection, sessionTypes } from './connect.ts';
import { ExecuteStatements } from './execute-statements.ts';
import { PrepareStatements } from './prepare-statements.ts';

/** Told of every executed statement, `begin`, `commit` and `rollback` among them. */
export interface StatementObserver {
  /** It is about to be sent, or comes next of those that were sent together. */
  started(statementName: string): void;
  /**
   * @param latencyUs its round trip
   * @param rows returned or changed
   * @param errorCode its SQLSTATE, or `lost` where there was none; null when it succeeded
   */
  ended(statementName: string, latencyUs: number, rows: number, errorCode: string | null): void;
}

/** The server answered COMMIT with another tag: the transaction had failed and is rolled back. */
export class CommitRefusedError extends Error {
  override readonly name = 'CommitRefusedError';
}

/** The connection was lost while COMMIT was under way: nobody knows yet whether it took effect. */
export class LostAtCommitError extends Error {
  override readonly name = 'LostAtCommitError';
}

// 08: connection exceptions; a pooler that loses its server says 08P01. 57P01 to 57P03: the server is
// going away. 40003: statement_completion_unknown.
const LEAVES_DOUBT = /^(08...|57P0[1-3]|40003)$/;

export interface SessionOptions {
  /** Called once when the connection breaks. */
  readonly onLost: () => void;
  /** Statements that are executed together go in one round trip. */
  readonly isPipelined: boolean;
}

/**
 * One connection running one transaction at a time. Statements are prepared by name, by `prepare` or
 * at their first execution. A commit counts only with the command tag COMMIT: a failed transaction
 * answers COMMIT with ROLLBACK, without an error.
 */
export class PgSession {
  readonly #client: pg.Client;
  readonly #onLost: () => void;
  readonly #isPipelined: boolean;
  #isLost = false;
  /** Null: nothing is observed. */
  observer: StatementObserver | null = null;

  constructor(client: pg.Client, options: SessionOptions) {
    this.#client = client;
    this.#onLost = options.onLost;
    this.#isPipelined = options.isPipelined;
    client.on('error', () => this.#markLost());
    client.on('end', () => this.#markLost());
  }

  /** The server's process of this session. */
  get backendPid(): number {
    return (this.#client as pg.Client & { readonly processID: number }).processID;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Has the server parse statements in one round trip, so that no execution has to. */
  async prepare(statements: readonly Statement<never, unknown>[]): Promise<void> {
    await this.#client.query(new PrepareStatements(statements)).done;
  }

  async execute<P extends object, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    const { name, text } = statement;
    const result = await this.#observed(name, { name, text, values: bind(statement, parameters) });
    return result.rows as R[];
  }

  async executeAll<const Calls extends readonly Call<unknown>[]>(
    calls: Calls,
  ): Promise<RowsOf<Calls>> {
    const results: unknown[][] = [];
    if (this.#isPipelined) {
      for (const { rows } of await this.#executeTogether(calls)) results.push([...rows]);
    } else {
      for (const { statement, parameters } of calls) {
        results.push(await this.execute(statement, parameters as never));
      }
    }
    return results as RowsOf<Calls>;
  }

  /** @param mode what stands behind BEGIN, `isolation level repeatable read read only` */
  async begin(mode: string): Promise<void> {
    await this.#observed('begin', `begin ${mode}`);
  }

  /** @throws CommitRefusedError, LostAtCommitError, or the server's own error */
  async commit(): Promise<void> {
    let tag: string;
    try {
      tag = (await this.#observed('commit', 'commit')).command;
    } catch (error) {
      const sqlState = sqlStateOf(error);
      if (this.#isLost || sqlState === null || LEAVES_DOUBT.test(sqlState)) {
        // Where a pooler holds the socket open, the server behind it is gone, and with it what was prepared.
        this.destroy();
        throw new LostAtCommitError('the connection was lost at COMMIT', { cause: error });
      }
      throw error;
    }
    if (tag !== 'COMMIT') throw new CommitRefusedError(`COMMIT was answered with ${tag}`);
  }

  async rollback(): Promise<void> {
    await this.#observed('rollback', 'rollback');
  }

  /** Ends the connection; a statement under way fails. */
  async close(): Promise<void> {
    await endConnection(this.#client);
  }

  /** Cuts the connection without a word to the server. */
  destroy(): void {
    this.#markLost();
    cutConnection(this.#client);
  }

  async #executeTogether(calls: readonly Call<unknown>[]) {
    const bound = calls.map(({ statement, parameters }) => ({
      statement,
      values: bind(statement, parameters as never),
    }));
    const execution = new ExecuteStatements(bound, sessionTypes);
    const [first] = calls;
    if (first !== undefined) this.observer?.started(first.statement.name);
    let code: string | null = null;
    try {
      return await this.#client.query(execution).done;
    } catch (error) {
      code = sqlStateOf(error) ?? 'lost';
      throw error;
    } finally {
      for (const [i, { statement }] of calls.entries()) {
        const end = execution.ends[i];
        if (i > 0) this.observer?.started(statement.name);
        this.observer?.ended(
          statement.name,
          end?.latencyUs ?? 0,
          end?.rowCount ?? 0,
          end === undefined ? code : null,
        );
        if (end === undefined) break;
      }
    }
  }

  async #observed(name: string, query: string | pg.QueryConfig): Promise<pg.QueryResult> {
    this.observer?.started(name);
    const startedAt = performance.now();
    try {
      const result = await this.#client.query(query);
      const isRefused = name === 'commit' && result.command !== 'COMMIT';
      const code = isRefused ? 'ROLLBACK' : null;
      this.observer?.ended(name, elapsedUs(startedAt), result.rowCount ?? 0, code);
      return result;
    } catch (error) {
      this.observer?.ended(name, elapsedUs(startedAt), 0, sqlStateOf(error) ?? 'lost');
      throw error;
    }
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
