import knex from 'knex';
import pg from 'pg';
import { migrateUp } from '../../src/database/migrations.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';
import { fillTinyShop } from './tiny-shop.ts';

/** A database with the tiny shop in it, its triggers at work. */
export interface MigratedShop {
  readonly database: TestDatabase;
  readonly client: pg.Client;
  /** One more session, closed with the shop. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

export async function migratedShop(): Promise<MigratedShop> {
  const database = await testDatabase();
  const db = knex({ client: 'pg', connection: database.url });
  await migrateUp(db);
  await db.destroy();
  const clients: pg.Client[] = [];
  const connect = async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    clients.push(client);
    return client;
  };
  const client = await connect();
  await fillTinyShop(client);
  return {
    database,
    client,
    connect,
    async close() {
      for (const each of clients) await each.end();
      await database.drop();
    },
  };
}
