import type pg from 'pg';

/**
 * Reads the whole shop into a node's shared buffers: a fresh clone starts with none. The extension
 * must be there; a replica gets it from its primary.
 */
export async function prewarm(client: pg.Client): Promise<void> {
  await client.query(
    `select pg_prewarm(c.oid)
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'shop' and c.relkind in ('r', 'i')`,
  );
}
