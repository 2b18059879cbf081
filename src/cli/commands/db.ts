import { spawn } from 'node:child_process';
import { withConnection } from '../../database/connect.ts';
import { clusterStatus } from '../../database/embedded/cluster-status.ts';
import { listDatabases } from '../../database/embedded/database-clones.ts';
import { EmbeddedCluster } from '../../database/embedded/embedded-cluster.ts';
import { guardPrimary } from '../../database/guard.ts';
import { createKnex } from '../../database/knex-client.ts';
import { migrateUp } from '../../database/migrations.ts';
import { ensureRoles, SHOP_ROLES } from '../../database/roles.ts';
import {
  parseServerUrl,
  type ServerAddress,
  toUrl,
  withDatabase,
} from '../../database/server-address.ts';
import { resolveTarget } from '../../database/target.ts';
import { CartloadError } from '../../errors.ts';
import { hasBookkeeping, readDataset } from '../../loading/ledger.ts';
import type { ArgumentValues, Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { findShopAddress } from '../find-shop.ts';
import { TARGET_OPTIONS } from '../open-target.ts';
import { textOption } from '../option-values.ts';
import { forgetCurrentDataset, SHOP_PREFIX } from '../shop-databases.ts';

type Action = (context: CommandContext, values: ArgumentValues) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = {
  start,
  stop,
  status,
  url,
  psql,
  migrate,
  roles,
  reset,
};

/** The embedded cluster, and the schema of any target. */
export const db: Command = {
  name: 'db',
  usage: 'db <action>',
  describe: `The embedded cluster: ${Object.keys(ACTIONS).join(', ')}`,
  optionNames: ['target', 'replica-url'],
  options: (args) =>
    args
      .positional('action', { type: 'string', choices: Object.keys(ACTIONS) })
      .option('target', { ...TARGET_OPTIONS.target, describe: 'For migrate, roles, url and psql' })
      .option('replica-url', { type: 'boolean', describe: 'For url: the replica' }),
  async run(context, values) {
    const action = ACTIONS[String(values['action'])];
    if (action === undefined) throw new CartloadError('BAD_OPTION', 'Name an action of db.');
    return action(context, values);
  },
};

async function start(context: CommandContext): Promise<number> {
  const cluster = await acquire(context);
  try {
    await cluster.start(context.signal);
    await cluster.keepRunning();
  } finally {
    await cluster.release();
  }
  return status(context);
}

async function stop(context: CommandContext): Promise<number> {
  const cluster = await acquire(context);
  try {
    await cluster.stop();
  } finally {
    await cluster.release();
  }
  return status(context);
}

async function reset(context: CommandContext): Promise<number> {
  const cluster = await acquire(context);
  try {
    await cluster.reset();
    await forgetCurrentDataset(context.stateDirectory);
  } finally {
    await cluster.release();
  }
  return status(context);
}

async function status(context: CommandContext): Promise<number> {
  const found = await clusterStatus(context.stateDirectory);
  const isRunning = found.exists && found.endpoints !== undefined && found.isRunning;
  const shops = isRunning ? await listShops(parseServerUrl(found.endpoints.primaryUrl)) : null;
  if (context.json) {
    // The URLs hold the password: `db url` prints them to who asks for them.
    const { endpoints: _, ...shown } = { endpoints: undefined, ...found };
    context.terminal.print(JSON.stringify({ ...shown, shops }, null, 2));
    return 0;
  }
  const lines = [`Embedded cluster in ${found.directory}`];
  if (!found.exists) lines.push('  not made yet; `npm run db -- start`, load and bench make it');
  else {
    const version = found.serverVersion === undefined ? '' : `PostgreSQL ${found.serverVersion}, `;
    const kept = found.isKeptRunning ? ', kept running' : '';
    lines.push(`  ${version}${(found.diskBytes / 1e6).toFixed(0)} MB in ${found.dataDirectory}`);
    for (const [name, node] of [
      ['primary', found.primary],
      ['replica', found.replica],
    ] as const) {
      const state = node.isRunning
        ? `running, pid ${node.pid}, port ${node.port}${kept}`
        : 'stopped';
      lines.push(`  ${name.padEnd(8)} ${state}`);
    }
  }
  for (const shop of shops ?? []) {
    const dataset =
      shop.dataset === null
        ? 'empty'
        : `${shop.dataset.orders} orders, seed ${shop.dataset.seed}, dataset ${shop.dataset.identity}, ${shop.dataset.state}`;
    lines.push(`  ${shop.name}  ${(shop.bytes / 1e6).toFixed(0)} MB, ${dataset}`);
  }
  if (found.heldBy !== undefined) {
    const { command, pid, since } = found.heldBy;
    lines.push(`  in use by \`${command}\` (pid ${pid}, since ${since})`);
  }
  context.terminal.print(lines.join('\n'));
  return 0;
}

async function listShops(admin: ServerAddress) {
  const databases = await withConnection(admin, { purpose: 'status' }, (client) =>
    listDatabases(client, SHOP_PREFIX),
  );
  return Promise.all(
    databases.map(({ name, bytes }) =>
      withConnection(withDatabase(admin, name), { purpose: 'status' }, async (client) => ({
        name,
        bytes,
        dataset: (await hasBookkeeping(client)) ? await readDataset(client) : null,
      })),
    ),
  );
}

async function url(context: CommandContext, values: ArgumentValues): Promise<number> {
  const address = await findShop(context, values, values['replicaUrl'] === true);
  const url = toUrl(address);
  context.terminal.printSecret(context.json ? JSON.stringify({ url }, null, 2) : url);
  return 0;
}

async function psql(context: CommandContext, values: ArgumentValues): Promise<number> {
  const address = await findShop(context, values, false);
  // Ctrl-C is psql's: it cancels a query there.
  process.removeAllListeners('SIGINT').on('SIGINT', () => {});
  const { password, ...withoutPassword } = address;
  const child = spawn('psql', [toUrl({ ...withoutPassword, password: undefined })], {
    stdio: 'inherit',
    // Not on the command line, where every user of the machine could read it.
    env: { ...context.env, ...(password === undefined ? {} : { PGPASSWORD: password }) },
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => resolve(code ?? 1));
    child.on('error', (cause) =>
      reject(
        new CartloadError('NO_BINARIES', 'psql is not installed.', {
          hint: 'Install the PostgreSQL client, or take the URL of `npm run db -- url` elsewhere.',
          cause,
        }),
      ),
    );
  });
}

async function migrate(context: CommandContext, values: ArgumentValues): Promise<number> {
  const address = await findShop(context, values, false);
  await withConnection(address, { purpose: 'migrate' }, (client) => guardPrimary(client, address));
  const knex = createKnex(address);
  try {
    const applied = await migrateUp(knex);
    if (context.json) context.terminal.print(JSON.stringify({ applied }, null, 2));
    else if (applied.length === 0) context.terminal.print('Nothing to migrate.');
    else context.terminal.print(`Applied: ${applied.join(', ')}.`);
    return 0;
  } finally {
    await knex.destroy();
  }
}

async function roles(context: CommandContext, values: ArgumentValues): Promise<number> {
  const address = await findShop(context, values, false);
  const made = await withConnection(address, { purpose: 'roles' }, async (client) => {
    await guardPrimary(client, address);
    return ensureRoles(client);
  });
  if (context.json) context.terminal.print(JSON.stringify({ made, roles: SHOP_ROLES }, null, 2));
  else if (made.length === 0) context.terminal.print('All roles are there and have their rights.');
  else context.terminal.print(`Made: ${made.join(', ')}.`);
  return 0;
}

function findShop(
  context: CommandContext,
  values: ArgumentValues,
  isReplica: boolean,
): Promise<ServerAddress> {
  const target = resolveTarget({
    target: textOption(values, 'target'),
    env: context.env,
    configFile: context.configFile,
  });
  return findShopAddress(target, context.stateDirectory, { isReplica });
}

function acquire(context: CommandContext): Promise<EmbeddedCluster> {
  return EmbeddedCluster.acquire({
    directory: context.stateDirectory,
    command: context.commandLine,
    onProgress: (step) => context.terminal.say(`· ${step}`),
  });
}
