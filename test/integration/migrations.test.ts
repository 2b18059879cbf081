import knex, { type Knex } from 'knex';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  migrateDown,
  migrateUp,
  migrationSource,
  migrationStatus,
} from '../../src/database/migrations.ts';
import { ensureMonthPartitions } from '../../src/database/partitions.ts';
import { schemaFingerprint } from '../../src/database/schema-fingerprint.ts';
import { type TestDatabase, testDatabase } from '../helpers/test-database.ts';
import { fillTinyShop } from '../helpers/tiny-shop.ts';

let keepsServer: TestDatabase;
let database: TestDatabase;
let db: Knex;
let client: pg.Client;

beforeAll(async () => {
  keepsServer = await testDatabase();
}, 60_000);
afterAll(() => keepsServer.drop());

async function openDatabase(): Promise<void> {
  database = await testDatabase();
  db = open(database.url);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
}

async function dropDatabase(): Promise<void> {
  await client.end();
  await db.destroy();
  await database.drop();
}

function open(connection: string): Knex {
  const silent = { warn() {}, error() {}, deprecate() {}, debug() {} };
  return knex({ client: 'pg', connection, pool: { min: 0, max: 1 }, log: silent });
}

async function value(text: string): Promise<unknown> {
  const { rows } = await client.query({ text, rowMode: 'array' });
  return rows[0]?.[0];
}

async function knownNames(): Promise<string[]> {
  return (await migrationSource.getMigrations([])).map((migration) => migration.name);
}

describe('migrateUp and migrateDown', () => {
  beforeEach(openDatabase);
  afterEach(dropDatabase);

  test('up, down and up again make the same schema, empty', async () => {
    const names = await knownNames();
    expect(await migrateUp(db)).toEqual(names);
    expect(await migrateUp(db)).toEqual([]);
    const fingerprint = await schemaFingerprint(client);

    expect(await migrateDown(db, { all: true })).toEqual(names.toReversed());
    expect(await value(`select to_regnamespace('shop')`)).toBeNull();
    expect(await value(`select to_regclass('cartload.dataset')`)).toBeNull();
    expect(await migrateDown(db, { all: true })).toEqual([]);

    expect(await migrateUp(db)).toEqual(names);
    expect(await schemaFingerprint(client)).toBe(fingerprint);
  });

  test('every migration can be undone alone, with rows in every table', async () => {
    await migrateUp(db);
    const fingerprint = await schemaFingerprint(client);
    await fillTinyShop(client);
    await client.query(
      `insert into cartload.dataset values ('d', 1, 'h', 42, 1000, 'default', now(), 'loading', now(), null, '0');
       insert into cartload.load_chunk values ('d', 'brands', 0, 0, 1, 'c');
       insert into cartload.heartbeat values (1, 1, now())`,
    );

    for (const name of (await knownNames()).toReversed()) {
      expect(await migrateDown(db, { all: false })).toEqual([name]);
    }
    expect((await migrationStatus(db)).applied).toEqual([]);

    await migrateUp(db);
    expect(await schemaFingerprint(client)).toBe(fingerprint);
  });

  test('a plain owner of the database is enough', async () => {
    const owner = `owner_of_${new URL(database.url).pathname.slice(1)}`;
    await client.query(`create role ${owner} login nosuperuser password 'owner'`);
    await client.query(`do $$ begin
      execute format('alter database %I owner to ${owner}', current_database()); end $$`);
    const url = new URL(database.url);
    url.username = owner;
    url.password = 'owner';
    const asOwner = open(url.href);
    try {
      await migrateUp(asOwner);
      await migrateDown(asOwner, { all: true });
      expect(await migrateUp(asOwner)).toEqual(await knownNames());
    } finally {
      await asOwner.destroy();
      await client.query(`reassign owned by ${owner} to current_user; drop role ${owner}`);
    }
  });

  test('two commands at once: one migrates, the other finds nothing to do', async () => {
    const other = open(database.url);
    try {
      const applied = await Promise.all([migrateUp(db), migrateUp(other)]);
      expect(applied.map((names) => names.length).sort()).toEqual(
        [0, (await knownNames()).length].sort(),
      );
    } finally {
      await other.destroy();
    }
  });

  test('a migration that fails leaves nothing behind, and the next run succeeds', async () => {
    await client.query('create schema shop; create table shop.coupons (id int)');
    await expect(migrateUp(db)).rejects.toThrow(/"shop" already exists/);
    expect(await value(`select to_regnamespace('cartload')`)).toBeNull();
    await client.query('drop schema shop cascade');
    expect(await migrateUp(db)).toEqual(await knownNames());
  });

  test('a lock left by a killed rollback of the Knex command line is taken over', async () => {
    await migrateUp(db);
    await migrateDown(db, { all: false });
    await client.query('update cartload.migrations_lock set is_locked = 1');
    expect(await migrateUp(db)).toHaveLength(1);
    expect(await value('select is_locked from cartload.migrations_lock')).toBe(0);
  });
});

describe('migrationStatus', () => {
  beforeEach(openDatabase);
  afterEach(dropDatabase);

  test('an empty database is told as such and not touched', async () => {
    expect(await migrationStatus(db)).toEqual({ applied: [], pending: await knownNames() });
    expect(await value(`select to_regnamespace('cartload')`)).toBeNull();
  });

  test('names what is applied and what is pending', async () => {
    await migrateUp(db);
    await migrateDown(db, { all: false });
    const names = await knownNames();
    expect(await migrationStatus(db)).toEqual({
      applied: names.slice(0, -1),
      pending: names.slice(-1),
    });
  });

  test('a database of a newer version is refused by name, and not migrated', async () => {
    await migrateUp(db);
    await client.query(`insert into cartload.migrations (name, batch) values ('999-later', 9)`);
    const refusal = { code: 'BAD_TARGET', message: expect.stringContaining('999-later') };
    await expect(migrationStatus(db)).rejects.toMatchObject(refusal);
    await expect(migrateUp(db)).rejects.toMatchObject(refusal);
    await expect(migrateDown(db, { all: true })).rejects.toMatchObject(refusal);
  });
});

describe('schemaFingerprint', () => {
  beforeAll(async () => {
    await openDatabase();
    await migrateUp(db);
  });
  afterAll(dropDatabase);

  test('does not depend on rows, on partitions of later months, or on the session', async () => {
    const before = await schemaFingerprint(client);
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    await fillTinyShop(client);
    await ensureMonthPartitions(client, new Date('2026-01-01'), new Date('2026-04-01'));
    await client.query(`set search_path = shop, "a b', c"`);
    expect(await schemaFingerprint(client)).toBe(before);
    expect(await value('show search_path')).toBe(`shop, "a b', c"`);
  });

  test('is the one recorded for this schema, on every server version', async () => {
    expect(await schemaFingerprint(client)).toMatchInlineSnapshot(`"5dbe69b8d72340f6"`);
  });

  test.each([
    ['an index', 'create index on shop.orders (updated_at)'],
    ['a dropped index', 'drop index shop.orders_placed_at_idx'],
    ['a column', 'alter table shop.brands add column country text'],
    ['a column type', 'alter table shop.brands alter column name type varchar(50)'],
    ['a default', 'alter table shop.brands alter column name set default $$x$$'],
    ['nullability', 'alter table shop.brands alter column name drop not null'],
    ['a check', 'alter table shop.brands add check (id > 0)'],
    ['a dropped key', 'alter table shop.orders drop constraint orders_coupon_id_fkey'],
    ['a storage option', 'alter table shop.inventory set (fillfactor = 80)'],
    ['a view', 'create view shop.v as select 1 as one'],
    ['a routine', 'create function shop.f() returns int language sql as $$select 1$$'],
  ])('changes with %s', async (_, change) => {
    const before = await schemaFingerprint(client);
    await client.query('begin');
    await client.query(change);
    expect(await schemaFingerprint(client)).not.toBe(before);
    await client.query('rollback');
    expect(await schemaFingerprint(client)).toBe(before);
  });
});

describe('ensureMonthPartitions', () => {
  beforeEach(async () => {
    await openDatabase();
    await migrateUp(db);
  });
  afterEach(dropDatabase);

  async function partitions(table: string): Promise<string[]> {
    const { rows } = await client.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits
       where inhparent = to_regclass($1) order by 1`,
      [`shop.${table}`],
    );
    return rows.map((row) => row.name);
  }

  test('the history has its months and a default', async () => {
    for (const table of ['inventory_movements', 'audit_log']) {
      const names = await partitions(table);
      expect(names).toHaveLength(25);
      expect(names).toContain(`shop.${table}_2024_01`);
      expect(names).toContain(`shop.${table}_2025_12`);
      expect(names).toContain(`shop.${table}_default`);
    }
  });

  test('adds the missing months once, bounds in UTC whatever the session says', async () => {
    await client.query(`set timezone = 'Asia/Tokyo'; set datestyle = 'German, DMY'`);
    const span = [new Date('2025-11-20T12:00:00Z'), new Date('2026-02-01T00:00:00.001Z')] as const;
    await ensureMonthPartitions(client, ...span);
    const names = await partitions('audit_log');
    expect(names).toHaveLength(27);
    expect(names).toContain('shop.audit_log_2026_02');
    await ensureMonthPartitions(client, ...span);
    expect(await partitions('audit_log')).toEqual(names);

    await client.query(`set timezone = 'UTC'; set datestyle = 'ISO'`);
    expect(
      await value(
        `select pg_get_expr(relpartbound, oid) from pg_class where relname = 'audit_log_2026_01'`,
      ),
    ).toBe(`FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2026-02-01 00:00:00+00')`);
  });

  test('two sessions at once do not collide', async () => {
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    try {
      const span = [new Date('2026-01-01'), new Date('2027-01-01')] as const;
      await Promise.all([
        ensureMonthPartitions(client, ...span),
        ensureMonthPartitions(other, ...span),
      ]);
      expect(await partitions('inventory_movements')).toHaveLength(37);
    } finally {
      await other.end();
    }
  });

  test('rows in the default partition stay there; other months are made', async () => {
    await client.query(
      `insert into shop.audit_log (table_name, row_id, action, actor, changed, occurred_at)
       values ('orders', 1, 'update', 'test', '{}', '2026-01-15')`,
    );
    await ensureMonthPartitions(client, new Date('2026-01-01'), new Date('2026-03-01'));
    const names = await partitions('audit_log');
    expect(names).not.toContain('shop.audit_log_2026_01');
    expect(names).toContain('shop.audit_log_2026_02');
    expect(await value('select count(*)::int from shop.audit_log_default')).toBe(1);
  });
});
