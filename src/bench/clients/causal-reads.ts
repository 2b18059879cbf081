import type { Clock } from '../../clock.ts';
import type { PgSession } from '../../database/pg-session.ts';
import { sqlStatement } from '../../schema/statement.ts';

/** Positions in the WAL count bytes: below 2^53 for 9 PB of it. */
export const writtenUpTo = sqlStatement<object, { lsn: number }>(
  'causal.written_up_to',
  // With synchronous_commit off a commit may be acknowledged before its record is flushed.
  `select (case current_setting('synchronous_commit')
             when 'off' then pg_current_wal_insert_lsn() else pg_current_wal_flush_lsn() end
           - '0/0')::bigint as lsn`,
);

export const replayedUpTo = sqlStatement<object, { lsn: number }>(
  'causal.replayed_up_to',
  `select (pg_last_wal_replay_lsn() - '0/0')::bigint as lsn`,
);

// A shopper who came back after so many others reads as one who never wrote.
const SHOPPERS_KEPT = 65_536;
const FIRST_PAUSE_MS = 0.5;
const LONGEST_PAUSE_MS = 8;

/**
 * Causal reads: a shopper's read waits until the replica has replayed his own last write. After each
 * write the primary is asked how far its WAL has come; before a read the replica is asked how far it has
 * replayed, unless an earlier answer was far enough. Both are statements of the load, and cost what they
 * would cost an application. Shoppers belong to a worker: another's do not know of their writes.
 */
export class CausalReads {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #lastWrites = new Map<number, number>();
  /** The furthest answer of each replica. */
  readonly #replayed = new Map<string, number>();

  /** @param patienceMs how long a read waits before it goes to the primary instead */
  constructor(clock: Clock, patienceMs: number) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
  }

  /** A shopper's write was committed on this session. Never throws: without an answer he reads the primary. */
  async noteWrite(session: PgSession, customerId: number): Promise<void> {
    let lsn = Number.POSITIVE_INFINITY;
    try {
      const [row] = await session.execute(writtenUpTo, {});
      lsn = row?.lsn ?? lsn;
    } catch {
      // The write stands; only where it stands is not known.
    }
    this.#lastWrites.delete(customerId);
    this.#lastWrites.set(customerId, lsn);
    if (this.#lastWrites.size > SHOPPERS_KEPT) {
      for (const oldest of this.#lastWrites.keys()) {
        this.#lastWrites.delete(oldest);
        break;
      }
    }
  }

  /** What a replica must have replayed for this shopper; 0 where anything will do. */
  neededBy(customerId: number): number {
    return this.#lastWrites.get(customerId) ?? 0;
  }

  /**
   * Waits until the replica has replayed up to `lsn`.
   *
   * @returns the wait in milliseconds; null when it has not in time, or cannot be asked
   */
  async waitFor(session: PgSession, node: string, lsn: number): Promise<number | null> {
    if (lsn <= (this.#replayed.get(node) ?? 0)) return 0;
    if (!Number.isFinite(lsn)) return null;
    const startedAt = this.#clock.now();
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        const [row] = await session.execute(replayedUpTo, {});
        this.#replayed.set(node, row?.lsn ?? 0);
      } catch {
        return null;
      }
      const waitedMs = this.#clock.now() - startedAt;
      if (lsn <= (this.#replayed.get(node) ?? 0)) return waitedMs;
      if (waitedMs + pauseMs > this.#patienceMs) return null;
      await this.#clock.sleep(pauseMs);
    }
  }
}
