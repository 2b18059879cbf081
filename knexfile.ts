import { join } from 'node:path';
import type { Knex } from 'knex';
import { findShopAddress } from './src/cli/find-shop.ts';
import { connectionSettings, withConnection } from './src/database/connect.ts';
import { guardPrimary } from './src/database/guard.ts';
import { migrationConfig } from './src/database/migrations.ts';
import { resolveTarget } from './src/database/target.ts';
import { CartloadError } from './src/errors.ts';
import { packageRoot } from './src/package-info.ts';

/** For the Knex command line: `npm run knex -- migrate:status`. The target is chosen as everywhere. */
export default async function config(): Promise<Knex.Config> {
  try {
    return await findConfig();
  } catch (error) {
    // Knex prints the stack of whatever is thrown here.
    if (error instanceof CartloadError) error.stack = `${error.message}\n${error.hint ?? ''}`;
    throw error;
  }
}

async function findConfig(): Promise<Knex.Config> {
  const target = resolveTarget({
    env: process.env,
    configFile: join(packageRoot, 'cartload.config.yaml'),
  });
  const address = await findShopAddress(target, join(packageRoot, '.cartload'), {
    isReplica: false,
  });
  await withConnection(address, { purpose: 'knex' }, async (client) => {
    await guardPrimary(client, address);
    // Knex keeps its tables there, and cannot even tell the status without.
    await client.query('create schema if not exists cartload');
  });
  return {
    client: 'pg',
    connection: connectionSettings(address, 'knex'),
    migrations: migrationConfig,
  };
}
