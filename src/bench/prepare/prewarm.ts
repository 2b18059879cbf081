import pg from 'pg';

/**
 * Makes `pg_prewarm` available, among Cartload's own objects where it is not there yet: nothing is
 * written into other schemas of the user's database. A replica gets it from its primary.
 */
export async function installPrewarm(primary: pg.Client): Promise<void> {
  await primary.query('create extension if not exists pg_prewarm schema cartload');
}

/** Reads the whole shop into a node's shared buffers: a fresh clone starts with none. */
export async function prewarm(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ schema: string }>(
    `select n.nspname as schema
     from pg_extension e join pg_namespace n on n.oid = e.extnamespace
     where e.extname = 'pg_prewarm'`,
  );
  const schema = rows[0]?.schema;
  if (schema === undefined) throw new Error('pg_prewarm is not installed');
  await client.query(
    `select ${pg.escapeIdentifier(schema)}.pg_prewarm(c.oid)
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'shop' and c.relkind in ('r', 'i')`,
  );
}
