import { createHash } from 'node:crypto';

interface Client {
  query(text: string): Promise<{ rows: readonly { [column: string]: unknown }[] }>;
}

// Partitions are left out: which months have one is a matter of time, not of the schema. NOT NULL is
// read from the columns, because only since PostgreSQL 18 it is a constraint too. A view's text is
// left out, because servers of different versions print it differently; its columns are not.
const CATALOGUE = `
  with relation as (
    select c.oid, c.relname, c.relkind, c.relpersistence, c.reloptions
    from pg_class c
    where c.relnamespace = to_regnamespace('shop') and not c.relispartition
      and c.relkind in ('r', 'p', 'v', 'm')
  )
  select concat_ws(' ', 'relation', relname, relkind, relpersistence,
                   pg_get_partkeydef(oid), reloptions::text) as fact
  from relation
  union all
  select concat_ws(' ', 'column', r.relname,
                   row_number() over (partition by r.oid order by a.attnum),
                   a.attname, format_type(a.atttypid, a.atttypmod), k.collname,
                   case when a.attnotnull then 'not null' end,
                   nullif(a.attidentity, ''), nullif(a.attgenerated, ''),
                   pg_get_expr(d.adbin, d.adrelid))
  from relation r
  join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_collation k on k.oid = a.attcollation
  union all
  select concat_ws(' ', 'constraint', r.relname, c.conname, pg_get_constraintdef(c.oid))
  from relation r join pg_constraint c on c.conrelid = r.oid
  where c.contype in ('c', 'f', 'p', 'u', 'x')
  union all
  select concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid))
  from relation r join pg_index i on i.indrelid = r.oid
  union all
  select concat_ws(' ', 'trigger', r.relname, pg_get_triggerdef(t.oid))
  from relation r join pg_trigger t on t.tgrelid = r.oid
  where not t.tgisinternal
  union all
  select concat_ws(' ', 'routine', p.proname, pg_get_function_identity_arguments(p.oid),
                   l.lanname, p.prosrc, pg_get_function_sqlbody(p.oid))
  from pg_proc p join pg_language l on l.oid = p.prolang
  where p.pronamespace = to_regnamespace('shop')`;

/**
 * A hash of what schema `shop` looks like, whatever it holds: 16 hexadecimal digits, equal on
 * PostgreSQL 15 to 18. Tells whether two databases have the same tables, columns, constraints,
 * indexes, triggers and routines.
 */
export async function schemaFingerprint(client: Client): Promise<string> {
  // Definitions name what is on the search path without its schema.
  const before = await client.query(`select current_setting('search_path') as path`);
  await client.query(`select set_config('search_path', 'pg_catalog', false)`);
  try {
    const { rows } = await client.query(CATALOGUE);
    const facts = rows.map((row) => String(row['fact'])).sort();
    return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 16);
  } finally {
    const path = String(before.rows[0]?.['path']).replaceAll("'", "''");
    await client.query(`select set_config('search_path', '${path}', false)`);
  }
}
