import type pg from 'pg';
import { systemClock } from '../clock.ts';
import {
  bind,
  type Call,
  type CountedRows,
  type RowsOf,
  type Statement,
} from '../schema/statement.ts';
import { type ConnectOptions, endConnection } from './connect.ts';
import type { ServerAddress } from './server-address.ts';
import { type OpenWire, openWire } from './wire/open-wire.ts';
import type {
  RequestEnd,
  StatementEnd,
  WireConnection,
  WireOptions,
} from './wire/wire-connection.ts';

/** Told of every executed statement, `begin`, `commit` and `rollback` among them. Times are the system clock's. */
export interface StatementObserver {
  /** It is about to be sent, or comes next of those that were sent together. */
  started(statementName: string, startedAt: number): void;
  /**
   * @param rows returned or changed
   * @param errorCode its SQLSTATE, or `lost` where there was none; null when it succeeded
   */
  ended(
    statementName: string,
    startedAt: number,
    endedAt: number,
    rows: number,
    errorCode: string | null,
  ): void;
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

export interface SessionOptions extends Omit<ConnectOptions, 'socket'> {
  /** Called once when the connection breaks. */
  readonly onLost: () => void;
  /** Statements that are executed together go in one round trip. */
  readonly isPipelined: boolean;
  /** As of `WireConnection`. */
  readonly prepares: WireOptions['prepares'];
}

/**
 * One connection running one transaction at a time. Statements are prepared by name, by `prepare` or
 * at their first execution. A commit counts only with the command tag COMMIT: a failed transaction
 * answers COMMIT with ROLLBACK, without an error.
 */
export class PgSession {
  readonly #wire: WireConnection;
  readonly #client: pg.Client;
  readonly #isPipelined: boolean;
  /** The server's process of this session. */
  readonly backendPid: number;
  /** Null: nothing is observed. */
  observer: StatementObserver | null = null;

  private constructor({ wire, client, backendPid }: OpenWire, isPipelined: boolean) {
    this.#wire = wire;
    this.#client = client;
    this.#isPipelined = isPipelined;
    this.backendPid = backendPid;
  }

  /** @throws CartloadError as `connect` does */
  static async open(address: ServerAddress, options: SessionOptions): Promise<PgSession> {
    return new PgSession(await openWire(address, options), options.isPipelined);
  }

  get isLost(): boolean {
    return this.#wire.isLost;
  }

  /** Has the server parse statements in one round trip, so that no execution has to. */
  async prepare(statements: readonly Statement<never, unknown>[]): Promise<void> {
    await this.#wire.prepare(statements);
  }

  execute<P extends object, R>(statement: Statement<P, R>, parameters: P): Promise<R[]> {
    return this.#execute(statement, parameters, (end) => end?.rows as R[]);
  }

  executeCounted<P extends object, R>(
    statement: Statement<P, R>,
    parameters: P,
  ): Promise<CountedRows<R>> {
    return this.#execute(statement, parameters, (end) => ({
      rows: (end?.rows ?? []) as readonly R[],
      rowCount: end?.rowCount ?? 0,
    }));
  }

  async executeAll<const Calls extends readonly Call<unknown>[]>(
    calls: Calls,
  ): Promise<RowsOf<Calls>> {
    const results: (readonly unknown[])[] = [];
    if (this.#isPipelined) {
      for (const { rows } of await this.#executeTogether(calls)) results.push(rows);
    } else {
      for (const { statement, parameters } of calls) {
        results.push(await this.execute(statement, parameters as never));
      }
    }
    return results as RowsOf<Calls>;
  }

  /** Runs one command without parameters, outside of any transaction of the load's. */
  async command(text: string): Promise<void> {
    const { error } = await this.#query(text);
    if (error !== null) throw error;
  }

  /** @param mode what stands behind BEGIN, `isolation level repeatable read read only` */
  async begin(mode: string): Promise<void> {
    const { error } = await this.#control('begin', `begin ${mode}`);
    if (error !== null) throw error;
  }

  /** @throws CommitRefusedError, LostAtCommitError, or the server's own error */
  async commit(): Promise<void> {
    const { error, tag } = await this.#control('commit', 'commit');
    if (error !== null) {
      const sqlState = sqlStateOf(error);
      if (this.isLost || sqlState === null || LEAVES_DOUBT.test(sqlState)) {
        // Where a pooler holds the socket open, the server behind it is gone, and with it what was prepared.
        this.destroy();
        throw new LostAtCommitError('the connection was lost at COMMIT', { cause: error });
      }
      throw error;
    }
    if (tag !== 'COMMIT') throw new CommitRefusedError(`COMMIT was answered with ${tag}`);
  }

  async rollback(): Promise<void> {
    const { error } = await this.#control('rollback', 'rollback');
    if (error !== null) throw error;
  }

  /** Cuts the connection when the server has owed an answer for longer than `limitMs`. */
  cutIfOverdue(limitMs: number): void {
    if (this.#wire.waitedMs(systemClock.now()) <= limitMs) return;
    this.#wire.lose(new Error(`No answer for ${(limitMs / 1000).toFixed(0)} s`));
  }

  /** Ends the connection; a statement under way fails. */
  async close(): Promise<void> {
    await endConnection(this.#client);
  }

  /** Cuts the connection without a word to the server. */
  destroy(): void {
    this.#wire.lose(new Error('The connection was cut'));
  }

  #execute<P extends object, R, T>(
    statement: Statement<P, R>,
    parameters: P,
    read: (end: StatementEnd | undefined) => T,
  ): Promise<T> {
    const values = bind(statement, parameters);
    if (!this.#wire.isPrepared(statement)) {
      return this.#wire.prepare([statement]).then(() => this.#execute(statement, parameters, read));
    }
    const startedAt = systemClock.now();
    this.observer?.started(statement.name, startedAt);
    return new Promise((resolve, reject) => {
      this.#wire.execute([statement], [values], startedAt, ({ ends, error }) => {
        const [end] = ends;
        this.#tell(statement.name, end, startedAt, error);
        if (error === null) resolve(read(end));
        else reject(error);
      });
    });
  }

  async #executeTogether(calls: readonly Call<unknown>[]): Promise<readonly StatementEnd[]> {
    const statements = calls.map(({ statement }) => statement);
    const values = calls.map(({ statement, parameters }) => bind(statement, parameters as never));
    const [first] = statements;
    if (first === undefined) return [];
    await this.#wire.prepare(statements);
    const sentAt = systemClock.now();
    this.observer?.started(first.name, sentAt);
    return new Promise((resolve, reject) => {
      this.#wire.execute(statements, values, sentAt, ({ ends, error }) => {
        let startedAt = sentAt;
        for (const [index, { name }] of statements.entries()) {
          const end = ends[index];
          if (index > 0) this.observer?.started(name, startedAt);
          this.#tell(name, end, startedAt, error);
          // The server passes over what is behind a failed one.
          if (end === undefined) break;
          startedAt = end.endedAt;
        }
        if (error === null) resolve(ends);
        else reject(error);
      });
    });
  }

  async #control(name: 'begin' | 'commit' | 'rollback', text: string): Promise<RequestEnd> {
    const startedAt = systemClock.now();
    this.observer?.started(name, startedAt);
    const end = await this.#query(text, startedAt);
    const { error, tag } = end;
    const isRefused = name === 'commit' && error === null && tag !== 'COMMIT';
    const code = isRefused ? tag : codeOf(error);
    this.observer?.ended(name, startedAt, end.ends[0]?.endedAt ?? systemClock.now(), 0, code);
    return end;
  }

  #query(text: string, startedAt = systemClock.now()): Promise<RequestEnd> {
    return new Promise((resolve) => {
      this.#wire.query(text, startedAt, resolve);
    });
  }

  /** @param end undefined: it came to none, because of the error */
  #tell(name: string, end: StatementEnd | undefined, startedAt: number, error: Error | null): void {
    const { observer } = this;
    if (observer === null) return;
    if (end === undefined) observer.ended(name, startedAt, systemClock.now(), 0, codeOf(error));
    else observer.ended(name, startedAt, end.endedAt, end.rowCount, null);
  }
}

/** Null where nothing went wrong. */
function codeOf(error: Error | null): string | null {
  return error === null ? null : (sqlStateOf(error) ?? 'lost');
}

/** The SQLSTATE of a server's own error; null for whatever else was thrown (EPIPE has five letters, too). */
export function sqlStateOf(error: unknown): string | null {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : null;
}
