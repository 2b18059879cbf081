import { escapeIdentifier } from 'pg';
import { connect, withConnection } from '../database/connect.ts';
import {
  cloneDatabase,
  dropDatabase,
  listDatabases,
} from '../database/embedded/database-clones.ts';
import { EmbeddedCluster } from '../database/embedded/embedded-cluster.ts';
import { parseServerUrl, type ServerAddress, withDatabase } from '../database/server-address.ts';
import { resolveTarget } from '../database/target.ts';
import { CartloadError, messageOf } from '../errors.ts';
import {
  RUN_PREFIX,
  type RunDatabase,
  runDatabaseName,
} from '../experiments/servers/run-database.ts';
import type { Shop } from '../generators/shop.ts';
import { hasBookkeeping } from '../loading/ledger.ts';
import type { Topology } from '../pricing/topology.ts';
import type { ArgumentValues } from './command.ts';
import type { CommandContext } from './context.ts';
import { listOption, textOption } from './option-values.ts';
import { shopDatabase } from './shop-databases.ts';

/** Where the shop of a command is, for as long as the command needs it. */
export interface OpenTarget {
  readonly kind: 'embedded' | 'external';
  /** The database that holds the shop, or will. */
  readonly primary: ServerAddress;
  readonly replicas: readonly ServerAddress[];
  /** What is paid for it; null: not known. */
  readonly topology: Topology | null;
  /** What one run uses: a clone of the shop on the embedded cluster, else the shop itself. */
  openRun(id: string): Promise<RunDatabase>;
  /** Stops the embedded cluster unless it is kept running. */
  close(): Promise<void>;
}

/** The options that name a target, for yargs. */
export const TARGET_OPTIONS = {
  target: { type: 'string', describe: 'Database URL, or a name in cartload.config.yaml' },
  replica: { type: 'string', array: true, describe: 'URL of a read replica (repeatable)' },
} as const;

/**
 * Finds the target of a command and makes it ready: on the embedded default the cluster runs, and
 * the shop's database exists, when this resolves; it is created only where the command may.
 */
export async function openTarget(
  context: CommandContext,
  values: ArgumentValues,
  shop: Shop,
  options: { readonly mayCreate: boolean },
): Promise<OpenTarget> {
  const poolerText = textOption(values, 'pooler');
  const target = resolveTarget({
    target: textOption(values, 'target'),
    replicas: listOption(values, 'replica'),
    pooler: poolerText,
    env: context.env,
    configFile: context.configFile,
  });
  if (target.kind === 'embedded') {
    const pooler = poolerText === undefined ? null : parseServerUrl(poolerText);
    return openEmbedded(context, shop, { ...options, pooler });
  }
  const { primary, replicas, pooler, topology } = target;
  return {
    kind: 'external',
    topology,
    primary,
    replicas,
    openRun: async () => ({ state: 'in-place', primary, replicas, pooler, close: async () => {} }),
    close: async () => {},
  };
}

async function openEmbedded(
  context: CommandContext,
  shop: Shop,
  { mayCreate, pooler }: { readonly mayCreate: boolean; readonly pooler: ServerAddress | null },
): Promise<OpenTarget> {
  const cluster = await EmbeddedCluster.acquire({
    directory: context.stateDirectory,
    command: context.commandLine,
    onProgress: (step) => context.terminal.say(`· ${step}`),
  });
  try {
    const endpoints = await cluster.start(context.signal);
    const admin = parseServerUrl(endpoints.primaryUrl);
    const replicaAdmin = parseServerUrl(endpoints.replicaUrl);
    const database = shopDatabase(shop);
    let isNew = false;
    await withConnection(admin, { purpose: 'prepare' }, async (client) => {
      for (const { name } of await listDatabases(client, RUN_PREFIX)) {
        await dropDatabase(client, name);
      }
      const found = await listDatabases(client, database);
      if (found.length > 0) return;
      if (!mayCreate) {
        throw new CartloadError('DATASET_NOT_LOADED', 'This shop is not loaded.', {
          hint: `Load it first: npm run load -- --scale ${shop.spec.orders / 1000}k --seed ${shop.spec.seed}.`,
        });
      }
      await client.query(`create database ${escapeIdentifier(database)}`);
      isNew = true;
    });
    return {
      kind: 'embedded',
      topology: null,
      primary: withDatabase(admin, database),
      replicas: [withDatabase(replicaAdmin, database)],
      async openRun(id) {
        const run = await openClone(context, admin, replicaAdmin, database, id);
        // Each run has a database of its own: the pooler must pass all of them on.
        const { database: clone } = run.primary;
        return { ...run, pooler: pooler === null ? null : withDatabase(pooler, clone) };
      },
      async close() {
        // Not where the server has gone meanwhile.
        if (isNew) await dropUntouched(admin, database).catch(() => {});
        await cluster.release();
      },
    };
  } catch (error) {
    await cluster.release();
    throw error;
  }
}

/** Drops a database that nothing was written to: what should have filled it was refused. */
async function dropUntouched(admin: ServerAddress, database: string): Promise<void> {
  const isUntouched = await withConnection(
    withDatabase(admin, database),
    { purpose: 'prepare' },
    async (client) => !(await hasBookkeeping(client)),
  );
  if (!isUntouched) return;
  await withConnection(admin, { purpose: 'prepare' }, (client) => dropDatabase(client, database));
}

async function openClone(
  context: CommandContext,
  admin: ServerAddress,
  replicaAdmin: ServerAddress,
  template: string,
  id: string,
): Promise<Omit<RunDatabase, 'pooler'>> {
  const name = runDatabaseName(id);
  context.terminal.say('· cloning the shop for this run');
  const primary = await connect(admin, { purpose: 'clone' });
  try {
    await withConnection(replicaAdmin, { purpose: 'clone' }, (replica) =>
      cloneDatabase({ primary, replicas: [replica], template, name, signal: context.signal }),
    );
  } catch (error) {
    await primary.end();
    throw error;
  }
  return {
    state: 'fresh',
    primary: withDatabase(admin, name),
    replicas: [withDatabase(replicaAdmin, name)],
    async close() {
      // What is left over goes at the next start; it must not hide how the run ended.
      await dropDatabase(primary, name).catch((error: unknown) => {
        context.terminal.say(`The clone of this run is left over: ${messageOf(error)}.`);
      });
      await primary.end().catch(() => {});
    },
  };
}
