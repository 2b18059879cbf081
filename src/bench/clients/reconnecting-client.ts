import type pg from 'pg';
import { connect, cutConnection, endConnection } from '../../database/connect.ts';
import type { ServerAddress } from '../../database/server-address.ts';

export interface ReconnectingClientOptions {
  readonly address: ServerAddress;
  /** Shown in pg_stat_activity. */
  readonly purpose: string;
  /** For a connection, and for an answer: a server that hangs is as good as one that is gone. */
  readonly timeoutMs: number;
}

/**
 * One connection for one query at a time, opened at the first and opened anew after each that failed.
 * Each query succeeds or fails within twice the timeout.
 */
export class ReconnectingClient {
  readonly #options: ReconnectingClientOptions;
  #client: pg.Client | null = null;
  readonly #closing = new AbortController();

  constructor(options: ReconnectingClientOptions) {
    this.#options = options;
  }

  async query<R extends pg.QueryResultRow>(config: pg.QueryConfig): Promise<R[]> {
    const client = await this.#connected();
    try {
      const { rows } = await client.query<R>(config);
      return rows;
    } catch (error) {
      cutConnection(client);
      if (this.#client === client) this.#client = null;
      throw error;
    }
  }

  /** Ends the connection; a query under way fails. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#client !== null) await endConnection(this.#client);
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client !== null) return this.#client;
    const { address, purpose, timeoutMs } = this.#options;
    const { signal } = this.#closing;
    signal.throwIfAborted();
    const client = await connect(address, {
      purpose,
      connectTimeoutMs: timeoutMs,
      queryTimeoutMs: timeoutMs,
      signal,
    });
    if (signal.aborted) await endConnection(client);
    signal.throwIfAborted();
    this.#client = client;
    return client;
  }
}
