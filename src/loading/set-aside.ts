import type pg from 'pg';

/**
 * Takes away what makes loading slow - indexes, keys, user triggers of schema shop - and writes down
 * first how to bring it back, in one transaction: a crash loses nothing. What an earlier, killed load
 * has written down stays so. Primary keys go too: one sort afterwards is cheaper than a tree kept
 * while several streams insert.
 */
export async function setAside(client: pg.Client): Promise<void> {
  await client.query('begin');
  try {
    const { rows } = await client.query<{ removal: string }>(TAKE_AWAY);
    for (const { removal } of rows) await client.query(removal);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** The steps of bringing everything back, taken in this order. */
export const RESTORE_STEPS = [
  { step: 1, does: 'building indexes' },
  { step: 2, does: 'attaching keys' },
  { step: 3, does: 'adding foreign keys' },
  { step: 4, does: 'validating foreign keys' },
  { step: 5, does: 'enabling triggers' },
] as const;

// A key on a plain table comes back as an index first, which can be built beside others of its table,
// and is then attached. A partitioned table cannot attach one. Its foreign keys may be added NOT VALID
// from 18 on only. Comments belong to the object and come back in the same statement list.
const TAKE_AWAY = `
  with tables as (
    select c.oid, c.relkind = 'p' as partitioned, c.relname,
           format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'shop' and c.relkind in ('r', 'p') and not c.relispartition
  ), constraints as (
    select k.oid, k.contype, k.conindid, t.name as table_name, t.relname, t.partitioned, k.conname,
           case k.contype when 'p' then 'primary key' else 'unique' end as kind,
           pg_get_constraintdef(k.oid) as definition,
           obj_description(k.oid, 'pg_constraint') as note,
           obj_description(nullif(k.conindid, 0), 'pg_class') as index_note
    from pg_constraint k join tables t on t.oid = k.conrelid
    where k.contype in ('p', 'u', 'f') and k.conparentid = 0
  ), indexes as (
    select i.indexrelid as oid, t.name as table_name, t.relname, c.relname as index_name,
           -- Of a partitioned table it says ON ONLY, which would leave its partitions without.
           replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as definition,
           obj_description(i.indexrelid, 'pg_class') as note
    from pg_index i
    join tables t on t.oid = i.indrelid
    join pg_class c on c.oid = i.indexrelid
    where not exists (select 1 from constraints k where k.conindid = i.indexrelid and k.contype <> 'f')
  ), triggers as (
    select g.oid, t.name as table_name, t.relname, g.tgname
    from pg_trigger g join tables t on t.oid = g.tgrelid
    where not g.tgisinternal and g.tgenabled = 'O' and g.tgparentid = 0
  ), found (step, table_name, object_name, size_order, statement, removal_order, removal) as (
    select 1, relname, index_name::text, oid,
           definition || coalesce(format('; comment on index shop.%I is %L', index_name, note), ''),
           3, format('drop index shop.%I', index_name)
    from indexes
    union all
    select 1, relname, conname, oid, pg_get_indexdef(conindid), null, null
    from constraints where contype <> 'f' and not partitioned
    union all
    select 2, relname, conname, oid,
           format('alter table %s add constraint %I %s', table_name, conname,
                  case when partitioned then definition
                       else format('%s using index %I', kind, conname) end)
             || coalesce(format('; comment on constraint %I on %s is %L', conname, table_name, note), '')
             || coalesce(format('; comment on index shop.%I is %L', conname, index_note), ''),
           2, format('alter table %s drop constraint %I', table_name, conname)
    from constraints where contype <> 'f'
    union all
    select 3, relname, conname, oid,
           format('alter table %s add constraint %I %s%s', table_name, conname, definition,
                  case when partitioned and current_setting('server_version_num')::int < 180000
                       then '' else ' not valid' end)
             || coalesce(format('; comment on constraint %I on %s is %L', conname, table_name, note), ''),
           1, format('alter table %s drop constraint %I', table_name, conname)
    from constraints where contype = 'f'
    union all
    select 4, relname, conname, oid,
           format('alter table %s validate constraint %I', table_name, conname), null, null
    from constraints where contype = 'f'
    union all
    select 5, relname, tgname::text, oid,
           format('alter table %s enable trigger %I', table_name, tgname),
           4, format('alter table %s disable trigger %I', table_name, tgname)
    from triggers
  ), kept as (
    insert into cartload.set_aside (step, ordinal, table_name, object_name, statement)
    select step,
           coalesce((select max(ordinal) from cartload.set_aside), 0)
             + row_number() over (order by step, size_order),
           table_name, object_name, statement
    from found f
    where not exists (
      select 1 from cartload.set_aside s
      where s.step = f.step and s.table_name = f.table_name and s.object_name = f.object_name)
  )
  select removal from found where removal is not null order by removal_order, size_order`;
