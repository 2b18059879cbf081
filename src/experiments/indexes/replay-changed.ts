import { withConnection } from '../../database/connect.ts';
import { cloneDatabase, dropDatabase } from '../../database/embedded/database-clones.ts';
import { sqlStateOf } from '../../database/pg-session.ts';
import { type ServerAddress, withDatabase } from '../../database/server-address.ts';
import { messageOf } from '../../errors.ts';
import type { Shop } from '../../generators/shop.ts';
import type { ReplayedAction } from '../../measurements/replay-record.ts';
import type { Arm } from '../arms/arm.ts';
import { armTemplate } from '../arms/arm-databases.ts';
import { replayArm } from '../replay/replay-arm.ts';

export interface CloneReplayOptions {
  /** Database `postgres` of the server that has the arm's template. */
  readonly server: ServerAddress;
  readonly arm: Arm;
  readonly shop: Shop;
  readonly executions: number;
  readonly signal: AbortSignal;
}

export interface CloneReplay {
  readonly actions: readonly ReplayedAction[];
  /** Of the index that the change made; 0 where it made none. */
  readonly bytes: number;
}

/** The server would not make the change: something hangs on the index, or there is no such column. */
export class ChangeRefusedError extends Error {
  override readonly name = 'ChangeRefusedError';
}

const CLONE = 'index_clone';

/**
 * Replays the arm on a clone of its own to which one change was made first: an index less, or one more. The
 * change is committed, so that nothing about it is provisional; the clone is dropped whatever comes of it.
 *
 * @param made name of the index that the change makes
 * @throws ChangeRefusedError
 */
export async function replayChanged(
  { server, arm, shop, executions, signal }: CloneReplayOptions,
  change: string | null,
  made?: string,
): Promise<CloneReplay> {
  return withConnection(server, { purpose: 'experiment' }, async (primary) => {
    const template = armTemplate(arm);
    await cloneDatabase({ primary, replicas: [], template, name: CLONE, signal });
    try {
      const database = withDatabase(server, CLONE);
      let bytes = 0;
      if (change !== null) {
        await withConnection(database, { purpose: 'experiment' }, async (client) => {
          await client.query(change).catch((error: unknown) => {
            if (sqlStateOf(error) === null) throw error;
            throw new ChangeRefusedError(messageOf(error));
          });
          if (made === undefined) return;
          const { rows } = await client.query<{ bytes: number }>(
            'select pg_total_relation_size($1::regclass)::float8 as bytes',
            [made],
          );
          bytes = rows[0]?.bytes ?? 0;
        });
      }
      const actions = await replayArm({
        database,
        arm,
        shop,
        executions,
        analyzes: false,
        signal,
      });
      return { actions, bytes };
    } finally {
      await dropDatabase(primary, CLONE);
    }
  });
}
