import type pg from 'pg';
import { withConnection } from '../../database/connect.ts';
import { cloneDatabase, dropDatabase } from '../../database/embedded/database-clones.ts';
import {
  type ExperimentServers,
  QUIET_SERVER,
  type ServerDefinition,
} from '../../database/embedded/experiment-servers.ts';
import { foreignKeyCheckBuffers } from '../../database/foreign-key-check.ts';
import { type ForeignKey, readIndexedShop } from '../../database/index-definitions.ts';
import { sqlStateOf } from '../../database/pg-session.ts';
import { withDatabase } from '../../database/server-address.ts';
import { messageOf } from '../../errors.ts';
import { createShop } from '../../generators/shop.ts';
import { requireDiskSpace } from '../../loading/disk-space.ts';
import type { Arm } from '../arms/arm.ts';
import { type ArmDatabasesOptions, armTemplate, makeArmTemplates } from '../arms/arm-databases.ts';
import { replayArm } from '../replay/replay-arm.ts';
import { type Change, ChangeRefusedError, type IndexStage } from './stage.ts';

export interface CloneStageOptions
  extends Pick<ArmDatabasesOptions, 'workers' | 'onStep' | 'onProgress' | 'onCount' | 'signal'> {
  readonly servers: ExperimentServers;
  readonly arm: Arm;
}

const EXECUTIONS = 100;
/** The template, a clone of it, and a second server with the same. */
const SHOP_COPIES = 5;
const CLONE = 'index_clone';
/** Its clones live for two seconds: to flush them would take longer. Flushing is turned on again for a duet. */
const STAGE_SERVER: ServerDefinition = {
  ...QUIET_SERVER,
  settings: { ...QUIET_SERVER.settings, fsync: 'off' },
};

/**
 * Loads the shop on a server of its own. Each replay is on a clone to which the change was made and committed,
 * so that nothing about it is provisional; the clone is dropped whatever comes of it.
 *
 * @throws CartloadError DISK_FULL before anything is made
 */
export async function openCloneStage(options: CloneStageOptions): Promise<IndexStage> {
  const { servers, arm, signal } = options;
  const shop = createShop(arm.scenario.dataset);
  await requireDiskSpace(servers.dataDirectory, shop.spec.orders, SHOP_COPIES);
  const server = await servers.create('a', STAGE_SERVER);
  await makeArmTemplates({ ...options, server, shop, arms: [arm], localCopies: SHOP_COPIES });
  const template = armTemplate(arm);
  const database = withDatabase(server, CLONE);
  return {
    by: 'clone',
    isClone: true,
    executions: EXECUTIONS,
    shop: await withConnection(
      withDatabase(server, template),
      { purpose: 'experiment' },
      readIndexedShop,
    ),
    replay: (change) =>
      withConnection(server, { purpose: 'experiment' }, async (primary) => {
        await cloneDatabase({ primary, replicas: [], template, name: CLONE, signal });
        try {
          const made = await withConnection(database, { purpose: 'experiment' }, (client) =>
            makeChange(client, change),
          );
          const options = { database, arm, shop, executions: EXECUTIONS, analyzes: false, signal };
          return { actions: await replayArm(options), beside: [], ...made };
        } finally {
          await dropDatabase(primary, CLONE);
        }
      }),
  };
}

async function makeChange(client: pg.Client, { sql, made, checks }: Change) {
  if (sql !== null) {
    await client.query(sql).catch((error: unknown) => {
      if (sqlStateOf(error) === null) throw error;
      throw new ChangeRefusedError(messageOf(error));
    });
  }
  return {
    bytes: made === undefined ? 0 : await sizeOf(client, made),
    checks: await checksOf(client, checks),
  };
}

async function sizeOf(client: pg.Client, index: string): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    // The parts of a partitioned one; it has no pages itself.
    `select pg_total_relation_size($1::regclass)::float8
       + coalesce(sum(pg_total_relation_size(inhrelid)), 0)::float8 as bytes
     from pg_inherits where inhparent = $1::regclass`,
    [index],
  );
  return rows[0]?.bytes ?? 0;
}

async function checksOf(
  client: pg.Client,
  foreignKeys: readonly ForeignKey[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const foreignKey of foreignKeys) {
    const buffers = await foreignKeyCheckBuffers(client, foreignKey);
    if (buffers !== null) found.set(foreignKey.name, buffers);
  }
  return found;
}
