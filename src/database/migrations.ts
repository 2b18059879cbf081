import { readdir } from 'node:fs/promises';
import type { Knex } from 'knex';
import { CartloadError } from '../errors.ts';

interface MigrationFile {
  /** As stored in the table: without an extension, so that source and compiled build agree. */
  readonly name: string;
  /** What `knex migrate:status` prints. */
  readonly file: string;
  readonly url: string;
}

const DIRECTORY = new URL('../../migrations/', import.meta.url);
const MIGRATION_FILE = /^(\d{3}-[a-z0-9-]+)\.(ts|js)$/;

/** A list of migrations, in the order in which they are applied. */
export type Migrations = Knex.MigrationSource<MigrationFile>;

/**
 * The migrations in a folder: `.ts` from source, `.js` in a build.
 *
 * @param first so many of them, from the first on; all where absent
 */
export function migrationsIn(directory: URL, first = Number.POSITIVE_INFINITY): Migrations {
  return {
    async getMigrations() {
      const files: MigrationFile[] = [];
      for (const file of await readdir(directory)) {
        const name = MIGRATION_FILE.exec(file)?.[1];
        if (name !== undefined) {
          files.push({ name, file: name, url: new URL(file, directory).href });
        }
      }
      return files.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, first);
    },
    getMigrationName: (migration) => migration.name,
    getMigration: (migration) => import(migration.url) as Promise<Knex.Migration>,
  };
}

/** The migrations beside the running code. */
export const migrationSource = migrationsIn(DIRECTORY);

/** Serialises everything that migrates. Any number will do. */
const MIGRATION_LOCK = 0x6d696772;

type MigrationConfig = Knex.MigratorConfigWithLifecycleHooks & { readonly schemaName: string };

/** How Knex finds and books migrations, for the knexfile and for the functions below. */
export const migrationConfig: MigrationConfig = {
  schemaName: 'cartload',
  tableName: 'migrations',
  migrationSource,
  // A rollback by the Knex command line is many transactions. The lock is its session's, so it goes
  // with the process, and a flag in Knex's lock table that is found set under it is a leftover.
  beforeAll: async (db) => {
    if (!db.isTransaction) await db.raw(`select pg_advisory_lock(${MIGRATION_LOCK})`);
  },
};

export interface MigrationStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}

/**
 * Applies every pending migration in one transaction: all or none.
 *
 * @returns the names of the migrations it applied
 * @throws CartloadError BAD_TARGET when the database was migrated by a newer Cartload
 */
export function migrateUp(db: Knex, migrations: Migrations = migrationSource): Promise<string[]> {
  return migrate(db, migrations, (transaction) =>
    transaction.migrate.latest({ ...migrationConfig, migrationSource: migrations }),
  );
}

/**
 * Undoes the last migration, or all of them, in one transaction. Schema `cartload` stays, with an
 * empty table of migrations.
 *
 * @returns the names of the migrations it undid
 * @throws CartloadError BAD_TARGET when the database was migrated by a newer Cartload
 */
export function migrateDown(db: Knex, options: { readonly all: boolean }): Promise<string[]> {
  return migrate(db, migrationSource, (transaction) =>
    options.all
      ? transaction.migrate.rollback(migrationConfig, true)
      : transaction.migrate.down(migrationConfig),
  );
}

/**
 * Which migrations the database has and which it lacks. Changes nothing.
 *
 * @throws CartloadError BAD_TARGET when the database was migrated by a newer Cartload
 */
export async function migrationStatus(
  db: Knex,
  migrations: Migrations = migrationSource,
): Promise<MigrationStatus> {
  const known = (await migrations.getMigrations([])).map((migration) => migration.name);
  const { rows: tables } = await db.raw<{ rows: { exists: boolean }[] }>(
    `select to_regclass('cartload.migrations') is not null as exists`,
  );
  const applied: string[] = tables[0]?.exists
    ? await db.withSchema('cartload').from('migrations').orderBy('id').pluck('name')
    : [];
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new CartloadError(
      'BAD_TARGET',
      `The database was migrated by a newer Cartload: this one does not know ${unknown.join(', ')}.`,
      { hint: 'Use the newer Cartload, or another database.' },
    );
  }
  return { applied, pending: known.filter((name) => !applied.includes(name)) };
}

async function migrate(
  db: Knex,
  migrations: Migrations,
  run: (transaction: Knex.Transaction) => Promise<[batch: number, names: string[]]>,
): Promise<string[]> {
  return db.transaction(async (transaction) => {
    await transaction.raw(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    // Knex keeps its tables in the schema and fails where it is missing. Not "if not exists", which
    // asks for the right to create schemas even where there is nothing to create.
    await transaction.raw(
      `do $$ begin
         if to_regnamespace('cartload') is null then create schema cartload; end if;
         if to_regclass('cartload.migrations_lock') is not null then
           update cartload.migrations_lock set is_locked = 0 where is_locked <> 0;
         end if;
       end $$`,
    );
    await migrationStatus(transaction, migrations);
    const [, names] = await run(transaction);
    return names;
  });
}
