import type pg from 'pg';
import type { Clock } from '../../clock.ts';
import { applicationName, withConnection } from '../../database/connect.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import { asTargetFailure } from '../../database/server-error.ts';
import { CartloadError } from '../../errors.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { readFreshness } from '../prepare/analytics.ts';
import { readDeadlockCount } from '../prepare/server-facts.ts';
import { type BooksOptions, checkBooks } from './books.ts';

export interface SettleOptions extends Omit<BooksOptions, 'client'> {
  readonly primary: ServerAddress;
  /** The purpose of the run's own sessions. */
  readonly purpose: string;
  readonly statementTimeoutMs: number;
  /** A pooler keeps its connections to the server open when the clients have gone. */
  readonly isPooled: boolean;
  /** Somebody in the mix uses what is kept for reports. */
  readonly usesAnalytics: boolean;
  readonly clock: Clock;
  /** Called when no session of the load is left, and before anything else is asked of the server. */
  readonly onQuiet: (client: pg.Client) => Promise<void>;
}

/** What is known when the load is over and the server has come to rest. */
export interface Settlement {
  readonly books: RunRecord['books'];
  readonly freshness: RunRecord['freshness'];
  /** As `readDeadlockCount`; null when the target could not be asked. */
  readonly deadlockCount: number | null;
  /** Sessions of the run still worked when the books were checked. */
  readonly hasSessionsLeft: boolean;
  /** Why the target could not be asked; null when it answered. */
  readonly targetFailure: string | null;
}

const PATIENCE_MS = 10_000;
const RETRY_MS = 250;
const CONNECT_TIMEOUT_MS = 2000;
const SESSIONS_GRACE_MS = 5000;

/**
 * Waits for the run's sessions to end and checks the books, on a new connection: the run may have
 * outlived its server. One that cannot be asked for 10 s is given up, and what was measured is kept.
 */
export async function settle(options: SettleOptions): Promise<Settlement> {
  const { primary, clock } = options;
  const deadline = clock.now() + PATIENCE_MS;
  for (;;) {
    try {
      const connection = { purpose: 'harness', connectTimeoutMs: CONNECT_TIMEOUT_MS };
      return await withConnection(primary, connection, (client) => settleOn(client, options));
    } catch (error) {
      const failure = error instanceof CartloadError ? error : asTargetFailure(error);
      if (failure === null) throw error;
      if (clock.now() >= deadline) return unsettled(options, failure.message);
      await clock.sleep(RETRY_MS);
    }
  }
}

async function settleOn(client: pg.Client, options: SettleOptions): Promise<Settlement> {
  const hasSessionsLeft = !(await sessionsEnd(client, options));
  await options.onQuiet(client);
  // Before the books, which take their time.
  const freshness = options.usesAnalytics ? await readFreshness(client) : [];
  return {
    freshness,
    deadlockCount: await readDeadlockCount(client),
    books: await checkBooks({ ...options, client }),
    hasSessionsLeft,
    targetFailure: null,
  };
}

function unsettled({ acknowledged, inDoubt }: SettleOptions, reason: string): Settlement {
  return {
    freshness: [],
    books: {
      acknowledged: acknowledged.size,
      found: 0,
      missing: 0,
      different: 0,
      doubled: 0,
      inDoubt: { total: inDoubt.size, committed: 0, lost: 0 },
      unexpected: 0,
      invariants: [],
      checked: false,
      balanced: false,
    },
    deadlockCount: null,
    hasSessionsLeft: false,
    targetFailure: reason.replace(/\.$/, ''),
  };
}

/**
 * The server may still be busy with what was cut off; only then are books and statistics final. The
 * statement timeout ends what is stuck.
 *
 * @returns false when a session is left 5 s after the statement timeout
 */
async function sessionsEnd(client: pg.Client, options: SettleOptions): Promise<boolean> {
  const { clock, purpose, statementTimeoutMs, isPooled } = options;
  const deadline = clock.now() + statementTimeoutMs + SESSIONS_GRACE_MS;
  for (;;) {
    const { rows } = await client.query(
      `select 1 from pg_stat_activity
       where application_name = $1 and not ($2 and state = 'idle') limit 1`,
      [applicationName(purpose), isPooled],
    );
    if (rows.length === 0) return true;
    if (clock.now() >= deadline) return false;
    await clock.sleep(20);
  }
}
