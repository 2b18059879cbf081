import type pg from 'pg';
import { connect, endConnection } from '../../database/connect.ts';
import { type SessionOptions, sqlStateOf } from '../../database/pg-session.ts';
import { describeAddress, type ServerAddress } from '../../database/server-address.ts';
import { CartloadError, messageOf } from '../../errors.ts';

const TIMEOUT_MS = 3000;

/** So many others take a server each, to see whether the first client gets another one for it. */
const OTHERS = 4;

const WHO = { name: 'cartload_probe', text: 'select pg_backend_pid() as pid' };

/**
 * Finds out whether prepared statements outlive a transaction through a pooler: one client prepares a
 * statement, others occupy servers, and it executes the statement again, on whatever server it gets.
 * PgBouncer carries them along since 1.21 (`max_prepared_statements`), and always in session mode.
 *
 * @throws CartloadError TARGET_UNREACHABLE when the pooler cannot be reached, as `connect` does
 */
export async function probePooler(address: ServerAddress): Promise<SessionOptions['prepares']> {
  const clients: pg.Client[] = [];
  const open = async () => {
    const client = await connect(address, { purpose: 'probe', queryTimeoutMs: TIMEOUT_MS });
    clients.push(client);
    return client;
  };
  try {
    const first = await open();
    const { rows } = await first.query<{ pid: number }>(WHO);
    for (let k = 0; k < OTHERS; k++) {
      const other = await open();
      await other.query('begin');
      const taken = await other.query<{ pid: number }>('select pg_backend_pid() as pid');
      if (taken.rows[0]?.pid === rows[0]?.pid) break;
    }
    await first.query(WHO);
    return 'named';
  } catch (error) {
    // 26000: there is no such statement. 42P05: another client has left one of this name.
    if (/^(26000|42P05)$/.test(sqlStateOf(error) ?? '')) return 'never';
    if (error instanceof CartloadError) throw error;
    throw new CartloadError(
      'TARGET_FAILED',
      `The pooler ${describeAddress(address)} does not serve several clients: ${messageOf(error)}.`,
      {
        hint: 'Give its pool as many servers as there are to be transactions at a time.',
        cause: error,
      },
    );
  } finally {
    await Promise.all(clients.map(endConnection));
  }
}
