import type { Client } from 'pg';
import { systemClock } from '../../clock.ts';
import { askServer, POLL_MS, type RunningServer } from './postgres-server.ts';
import { isProcessAlive } from './process-table.ts';
import { REPLICA_SLOT } from './server-settings.ts';

/**
 * How long a replica may be without a receiver, or without getting on. It may replay its own log
 * first; cloning anew is the way out in any case, and takes seconds.
 */
const STANDSTILL_LIMIT_MS = 30_000;

/** Whether the primary still keeps the write-ahead log that its replica needs. */
export async function isSlotUsable(primary: Client): Promise<boolean> {
  const { rows } = await primary.query<{ wal_status: string | null }>(
    'select wal_status from pg_replication_slots where slot_name = $1',
    [REPLICA_SLOT],
  );
  const status = rows[0]?.wal_status;
  return status !== undefined && status !== null && status !== 'lost';
}

/**
 * Waits until a replica streams from the primary and accepts connections. False when it ended,
 * lost its slot or stands still: it will not come back.
 */
export async function waitUntilStreaming(
  primary: Client,
  replica: RunningServer,
  password: string,
  signal?: AbortSignal,
): Promise<boolean> {
  let position: string | undefined;
  let lastProgressMs = systemClock.now();
  while (isProcessAlive(replica.pid)) {
    const { rows } = await primary.query<{ state: string; position: string }>(
      `select state, concat(state, sent_lsn, replay_lsn) as position
         from pg_stat_replication where application_name = $1`,
      [REPLICA_SLOT],
    );
    const sender = rows[0];
    if (sender?.state === 'streaming' && (await askServer(replica.port, password)) === 'ready') {
      return true;
    }
    if (sender !== undefined && sender.position !== position) {
      position = sender.position;
      lastProgressMs = systemClock.now();
    }
    if (systemClock.now() - lastProgressMs > STANDSTILL_LIMIT_MS) return false;
    if (!(await isSlotUsable(primary))) return false;
    await systemClock.sleep(POLL_MS, signal);
  }
  return false;
}
