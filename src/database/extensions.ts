import type { Knex } from 'knex';

/**
 * Makes an extension in schema `cartload` unless it is there already, and says in which schema its
 * functions are; null where this role may not make it, or the server does not have it.
 */
export async function ensureExtension(knex: Knex, extension: string): Promise<string | null> {
  await knex.raw(`
    do $$ begin
      if not exists (select from pg_extension where extname = '${extension}') then
        create extension ${extension} with schema cartload;
      end if;
    exception when insufficient_privilege or undefined_file or feature_not_supported then
      null; -- What needs it is left out.
    end $$`);
  const { rows } = await knex.raw<{ rows: { name: string }[] }>(
    `select n.nspname as name from pg_extension e join pg_namespace n on n.oid = e.extnamespace
     where e.extname = '${extension}'`,
  );
  return rows[0]?.name ?? null;
}

/** Drops it again, but not one that somebody else has made. */
export async function dropExtension(knex: Knex, extension: string): Promise<void> {
  await knex.raw(`
    do $$ begin
      if exists (select from pg_extension where extname = '${extension}'
                 and extnamespace = 'cartload'::regnamespace) then
        drop extension ${extension};
      end if;
    end $$`);
}
