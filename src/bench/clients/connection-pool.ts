import { setMaxListeners } from 'node:events';
import type { Clock } from '../../clock.ts';
import { PgSession, type SessionOptions } from '../../database/pg-session.ts';
import { describeAddress, type ServerAddress } from '../../database/server-address.ts';
import { CartloadError, messageOf } from '../../errors.ts';
import type { Statement } from '../../schema/statement.ts';
import { backoffMs } from './backoff.ts';
import { classifyError } from './classify-error.ts';
import type { StatementTrace } from './statement-trace.ts';

export interface PoolOptions {
  /** Shown in pg_stat_activity, so that the sessions of one run can be told from others. */
  readonly purpose: string;
  /** `primary`, `replica`, or `replica-2`: how the node is called in the run record. */
  readonly node: string;
  readonly role: 'primary' | 'replica';
  readonly address: ServerAddress;
  readonly size: number;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  /** Statements that are executed together go in one round trip. */
  readonly isPipelined: boolean;
  /** As of `PgSession`. */
  readonly prepares: SessionOptions['prepares'];
  /** Come with the connection: no statement has them. */
  readonly startupSettings: Readonly<Record<string, string>>;
  /** The role that each session takes on; null: the one that logged in. */
  readonly actsAs: string | null;
  /** Prepared on each connection before it is lent, so that no arrival pays for it. */
  readonly statements: readonly Statement<never, unknown>[];
  readonly clock: Clock;
  /** The number of the pool's first session in the trace; a replacement keeps its predecessor's. */
  readonly firstSlot: number;
  readonly trace: Pick<StatementTrace, 'connect'>;
}

/** When the pool had no connection left, on the clock; null: it has none yet. */
export interface Outage {
  readonly startedAt: number;
  readonly endedAt: number | null;
}

const RECONNECT = { initialMs: 50, maxMs: 2000 };

/** In a row, for one connection that is being opened. */
const MAX_REPLAY_CONFLICTS = 8;

/** How much longer than its own timeout a server may take to answer: then the connection is dead. */
const ANSWER_GRACE_MS = 5000;
const OVERDUE_CHECK_MS = 1000;

/**
 * The clients of one node: a fixed number of open connections, lent first come, first served, and the
 * longest idle first, so that the warm-up warms all of them. A lost connection is replaced in the
 * background, with backoff, for as long as the pool is open.
 */
export class ConnectionPool {
  readonly node: string;
  readonly role: 'primary' | 'replica';
  readonly #options: PoolOptions;
  /** Open sessions with their numbers in the trace. */
  readonly #all = new Map<PgSession, number>();
  readonly #idle: PgSession[] = [];
  readonly #waiting: ((session: PgSession | null) => void)[] = [];
  readonly #closing = new AbortController();
  readonly #overdueCheck: NodeJS.Timeout;
  readonly #outages: Outage[] = [];
  /** Sessions that can be lent, or are. */
  #ready = 0;
  #lostConnections = 0;

  private constructor(options: PoolOptions) {
    // One for each connection that is being opened.
    setMaxListeners(0, this.#closing.signal);
    this.node = options.node;
    this.role = options.role;
    this.#options = options;
    const limitMs = options.statementTimeoutMs + ANSWER_GRACE_MS;
    this.#overdueCheck = setInterval(() => {
      if (options.statementTimeoutMs === 0) return;
      for (const session of this.#all.keys()) session.cutIfOverdue(limitMs);
    }, OVERDUE_CHECK_MS);
  }

  /**
   * Opens every connection before the first is lent.
   *
   * @throws CartloadError as `connect` does; then none is left open
   */
  static async open(options: PoolOptions): Promise<ConnectionPool> {
    const pool = new ConnectionPool(options);
    const opening = Array.from({ length: options.size }, (_, index) =>
      pool.#connectDespiteReplay(options.firstSlot + index),
    );
    for (const opened of await Promise.allSettled(opening)) {
      if (opened.status === 'fulfilled') {
        pool.release(opened.value);
        continue;
      }
      await pool.close();
      throw opened.reason;
    }
    return pool;
  }

  /** Connections that the next arrivals get at once. */
  get idleConnections(): number {
    return this.#idle.length;
  }

  /** Arrivals waiting for a connection. */
  get queueLength(): number {
    return this.#waiting.length;
  }

  /** Connections lost and replaced since the pool was opened. */
  get lostConnections(): number {
    return this.#lostConnections;
  }

  /** None of its connections is open: the node is lost, for the time being. */
  get isDown(): boolean {
    return this.#outages.at(-1)?.endedAt === null;
  }

  get outages(): readonly Outage[] {
    return this.#outages;
  }

  /** The number of an open session in the trace. */
  slotOf(session: PgSession): number {
    return this.#all.get(session) ?? this.#options.firstSlot;
  }

  /**
   * Lends a connection, now where one is idle. Null once the pool is closing, and while a replica is
   * down: its reads can go elsewhere, what belongs on the primary waits.
   */
  async acquire(): Promise<PgSession | null> {
    if (this.#closing.signal.aborted || (this.isDown && this.role === 'replica')) return null;
    const session = this.#idle.shift();
    if (session !== undefined) return session;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(session: PgSession): void {
    if (session.isLost || this.#closing.signal.aborted) return;
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(session);
    else next(session);
  }

  /** Cuts every connection: what is under way fails at once. */
  destroy(): void {
    this.#stopLending();
    for (const session of this.#all.keys()) session.destroy();
    this.#all.clear();
  }

  /** Ends every connection in order. */
  async close(): Promise<void> {
    this.#stopLending();
    await Promise.all([...this.#all.keys()].map((session) => session.close()));
    this.#all.clear();
  }

  #stopLending(): void {
    clearInterval(this.#overdueCheck);
    this.#closing.abort();
    this.#sendAway();
  }

  #sendAway(): void {
    for (const resolve of this.#waiting.splice(0)) resolve(null);
  }

  /** On a replica, replay may cancel what prepares the statements: that passes, and is tried again. */
  async #connectDespiteReplay(slot: number): Promise<PgSession> {
    const { clock, role } = this.#options;
    for (let failures = 0; ; failures++) {
      try {
        return await this.#connect(slot);
      } catch (error) {
        const cause = error instanceof CartloadError ? error.cause : error;
        const outcome = classifyError(cause, { role, isLost: false })?.outcome;
        if (outcome !== 'standby_conflict' || failures === MAX_REPLAY_CONFLICTS) throw error;
        await clock.sleep(backoffMs(RECONNECT, failures, 1), this.#closing.signal);
      }
    }
  }

  async #connect(slot: number): Promise<PgSession> {
    const {
      address,
      purpose,
      statementTimeoutMs,
      lockTimeoutMs,
      isPipelined,
      prepares,
      startupSettings,
      actsAs,
      statements,
      trace,
    } = this.#options;
    let isReady = false;
    const session: PgSession = await PgSession.open(address, {
      purpose,
      statementTimeoutMs,
      lockTimeoutMs,
      startupSettings,
      signal: this.#closing.signal,
      onLost: () => {
        if (!isReady) return;
        this.#ready -= 1;
        this.#replace(session);
      },
      isPipelined,
      prepares,
    });
    this.#all.set(session, slot);
    try {
      if (actsAs !== null) await session.command(`set role ${actsAs}`);
      await session.prepare(statements);
      isReady = true;
      this.#ready += 1;
      trace.connect(slot, session.backendPid);
      this.#endOutage();
      return session;
    } catch (cause) {
      this.#all.delete(session);
      session.destroy();
      throw new CartloadError(
        'TARGET_FAILED',
        `${describeAddress(address)} cannot prepare the statements of the mix: ${messageOf(cause)}.`,
        {
          hint: 'Is a table locked, or a pooler in between that knows no prepared statements?',
          cause,
        },
      );
    }
  }

  #replace(lost: PgSession): void {
    const slot = this.slotOf(lost);
    this.#all.delete(lost);
    const index = this.#idle.indexOf(lost);
    if (index >= 0) this.#idle.splice(index, 1);
    if (this.#closing.signal.aborted) return;
    this.#lostConnections += 1;
    if (this.#ready === 0) {
      this.#outages.push({ startedAt: this.#options.clock.now(), endedAt: null });
      if (this.role === 'replica') this.#sendAway();
    }
    void this.#reconnect(slot);
  }

  #endOutage(): void {
    const outage = this.#outages.at(-1);
    if (outage?.endedAt !== null) return;
    const endedAt = this.#options.clock.now();
    this.#outages.splice(-1, 1, { ...outage, endedAt });
  }

  async #reconnect(slot: number): Promise<void> {
    const { clock } = this.#options;
    for (let failures = 0; !this.#closing.signal.aborted; failures++) {
      try {
        const session = await this.#connect(slot);
        if (this.#closing.signal.aborted) await session.close();
        else this.release(session);
        return;
      } catch {
        // The outage shows as waiting arrivals, and in the count of lost connections.
        const wait = backoffMs(RECONNECT, failures, 1);
        await clock.sleep(wait, this.#closing.signal).catch(() => {});
      }
    }
  }
}
