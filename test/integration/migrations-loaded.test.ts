import knex from 'knex';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateDown, migrateUp, migrationStatus } from '../../src/database/migrations.ts';
import { schemaFingerprint } from '../../src/database/schema-fingerprint.ts';
import { verifyShop } from '../../src/loading/verify-shop.ts';
import { type LoadedShop, loadedShop } from '../helpers/loaded-shop.ts';

let loaded: LoadedShop;

beforeAll(async () => {
  loaded = await loadedShop();
}, 60_000);
afterAll(() => loaded.database.drop());

test('what the database does by itself goes and comes again under a loaded shop', {
  timeout: 60_000,
}, async () => {
  const db = knex({ client: 'pg', connection: loaded.database.url });
  const client = new pg.Client({ connectionString: loaded.database.url });
  await client.connect();
  try {
    const before = await schemaFingerprint(client);
    const { applied } = await migrationStatus(db);
    const logic = applied.filter((name) => name >= '011');
    for (const name of logic.toReversed()) {
      expect(await migrateDown(db, { all: false })).toEqual([name]);
    }
    const { rows } = await client.query(
      `select (select count(*)::int from pg_proc where pronamespace = 'shop'::regnamespace) as functions,
              (select count(*)::int from pg_trigger t join pg_class c on c.oid = t.tgrelid
               where c.relnamespace = 'shop'::regnamespace and not tgisinternal) as triggers,
              (select count(*)::int from pg_extension where extname in ('pgcrypto', 'pg_trgm')) as extensions`,
    );
    expect(rows).toEqual([{ functions: 0, triggers: 0, extensions: 0 }]);
    expect(await migrateUp(db)).toEqual(logic);
    expect(await schemaFingerprint(client)).toBe(before);
    const verified = await verifyShop({
      clients: [client],
      shop: loaded.shop,
      signal: new AbortController().signal,
      onCount() {},
    });
    expect(verified.passed).toBe(true);
  } finally {
    await client.end();
    await db.destroy();
  }
});
