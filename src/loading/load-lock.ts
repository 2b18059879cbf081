import type pg from 'pg';
import { systemClock } from '../clock.ts';
import { applicationName } from '../database/connect.ts';
import { CartloadError } from '../errors.ts';
import { LANE_LOCK, LANE_PURPOSE } from './lane.ts';

/** Held by the one load of a database. Any number will do. */
const LOAD_LOCK = 0x6c6f6164;
const PATIENCE_MS = 10_000;

/**
 * Makes this session the only load of its database. The session of a load that was killed may still
 * be committing its last chunk or building an index: it is ended, and waited for, so that what it
 * leaves is known before anything is decided.
 *
 * @throws CartloadError CLUSTER_BUSY while another load is alive
 */
export async function lockLoading(
  client: pg.Client,
  where: string,
  signal: AbortSignal,
): Promise<void> {
  if (!(await takeWithin(PATIENCE_MS, client, LOAD_LOCK, signal))) {
    throw new CartloadError('CLUSTER_BUSY', `${where} is being loaded already.`, {
      hint: 'Wait for the other load to end.',
    });
  }
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = $1 and datname = current_database()`,
    [applicationName(LANE_PURPOSE)],
  );
  if (!(await takeWithin(PATIENCE_MS, client, LANE_LOCK, signal))) {
    throw new CartloadError('CLUSTER_BUSY', `Sessions of an earlier load of ${where} do not end.`, {
      hint: 'Look for "cartload load lane" in pg_stat_activity.',
    });
  }
  await client.query('select pg_advisory_unlock($1)', [LANE_LOCK]);
}

async function takeWithin(
  patienceMs: number,
  client: pg.Client,
  lock: number,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = systemClock.now() + patienceMs;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1) as locked',
      [lock],
    );
    if (rows[0]?.locked) return true;
    if (systemClock.now() >= deadline) return false;
    await systemClock.sleep(50, signal);
  }
}
