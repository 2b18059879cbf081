import type pg from 'pg';
import { applicationName, connect } from '../database/connect.ts';
import type { ServerAddress } from '../database/server-address.ts';
import { LANE_PURPOSE } from './lane.ts';

export interface Hands {
  readonly target: ServerAddress;
  readonly workers: number;
  readonly signal: AbortSignal;
}

/**
 * As many connections as workers, two at least, for work in the server. On the user's wish to stop the
 * server is told, too: it would finish its index first.
 */
export async function withHands<T>(
  { target, workers, signal }: Hands,
  main: pg.Client,
  use: (clients: readonly pg.Client[]) => Promise<T>,
): Promise<T> {
  const clients: pg.Client[] = [];
  const cancel = () => {
    void main
      .query(
        `select pg_cancel_backend(pid) from pg_stat_activity
         where application_name = $1 and datname = current_database()`,
        [applicationName(LANE_PURPOSE)],
      )
      .catch(() => {});
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for (let i = 0; i < Math.max(2, workers); i++) {
      const client = await connect(target, { purpose: LANE_PURPOSE });
      clients.push(client);
      await client.query('set synchronous_commit = off');
    }
    return await use(clients).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    });
  } finally {
    signal.removeEventListener('abort', cancel);
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  }
}
