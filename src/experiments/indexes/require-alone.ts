import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { describeAddress, type ServerAddress } from '../../database/server-address.ts';
import { CartloadError } from '../../errors.ts';

/** Sessions that have just been closed are still listed for a moment. */
const TRIES = 10;
const BETWEEN_MS = 100;

/**
 * Refuses a database where somebody else would feel the lock of a dropped index: its other sessions would
 * wait, and on a replica the lock is replayed and cancels what reads there.
 *
 * @throws CartloadError TARGET_IN_USE
 */
export async function requireAlone(client: pg.Client, database: ServerAddress): Promise<void> {
  let seen = await countOthers(client);
  for (let again = 1; again < TRIES && seen.sessions > 0; again++) {
    await sleep(BETWEEN_MS);
    seen = await countOthers(client);
  }
  const { sessions, replicas } = seen;
  if (sessions === 0 && replicas === 0) return;
  const who = [
    ...(sessions > 0 ? [`${sessions} other ${sessions === 1 ? 'session' : 'sessions'}`] : []),
    ...(replicas > 0 ? [`${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`] : []),
  ].join(' and ');
  throw new CartloadError(
    'TARGET_IN_USE',
    `${describeAddress(database)} has ${who}, which would feel that indexes are dropped.`,
    {
      hint: 'Measure on a copy that nobody else uses, or without --target on the embedded cluster.',
    },
  );
}

async function countOthers(
  client: pg.Client,
): Promise<{ readonly sessions: number; readonly replicas: number }> {
  const { rows } = await client.query<{ sessions: number; replicas: number }>(
    `select (select count(*)::int from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()
               and coalesce(backend_type, 'client backend') = 'client backend') as sessions,
            (select count(*)::int from pg_stat_replication) as replicas`,
  );
  return rows[0] ?? { sessions: 0, replicas: 0 };
}
