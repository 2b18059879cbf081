import knex, { type Knex } from 'knex';
import { connectionSettings } from './connect.ts';
import type { ServerAddress } from './server-address.ts';

/** Knex on one connection, for migrations. End it with `destroy()`. */
export function createKnex(address: ServerAddress): Knex {
  return knex({
    client: 'pg',
    connection: connectionSettings(address, 'migrate'),
    pool: { min: 0, max: 1 },
    // Knex would print what it also throws.
    log: { warn() {}, error() {}, deprecate() {}, debug() {} },
  });
}
