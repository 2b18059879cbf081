import type pg from 'pg';

/** An index of the shop as it was made; a partitioned one counts once, with all its parts. */
export interface IndexDefinition {
  /** With its schema. */
  readonly name: string;
  readonly table: string;
  readonly method: string;
  /** Columns and expressions in their order, as the server writes them. */
  readonly keys: readonly string[];
  readonly included: readonly string[];
  /** Of a partial index; null: all rows. */
  readonly predicate: string | null;
  readonly isUnique: boolean;
  /** What hangs on it: it cannot be dropped by itself. */
  readonly constraint: 'primary key' | 'unique' | 'exclusion' | null;
  /** `create index ...`, as the server would make it again. */
  readonly definition: string;
  readonly bytes: number;
}

/** A foreign key of the shop. */
export interface ForeignKey {
  readonly name: string;
  /** That refers. */
  readonly table: string;
  readonly columns: readonly string[];
  readonly referenced: string;
}

/** Reads every index of the shop, the largest first. */
async function readIndexDefinitions(client: pg.Client): Promise<IndexDefinition[]> {
  const { rows } = await client.query<IndexDefinition>(
    `with parts as (
       select coalesce(parent.inhparent, i.indexrelid) as indexrelid, sum(pg_relation_size(i.indexrelid))::float8 as bytes
       from pg_index i join pg_class c on c.oid = i.indexrelid
       left join pg_inherits parent on parent.inhrelid = i.indexrelid
       where c.relnamespace = 'shop'::regnamespace group by 1)
     select i.indexrelid::regclass::text as name, i.indrelid::regclass::text as table, a.amname as method,
       array(select pg_get_indexdef(i.indexrelid, k, true) || case when i.indoption[k - 1] & 1 = 1 then ' desc' else '' end
               from generate_series(1, i.indnkeyatts) k order by k) as keys,
       array(select pg_get_indexdef(i.indexrelid, k, true)
               from generate_series(i.indnkeyatts + 1, i.indnatts) k order by k) as included,
       pg_get_expr(i.indpred, i.indrelid) as predicate, i.indisunique as "isUnique",
       case con.contype when 'p' then 'primary key' when 'u' then 'unique' when 'x' then 'exclusion' end as constraint,
       pg_get_indexdef(i.indexrelid) as definition, parts.bytes
     from parts join pg_index i using (indexrelid) join pg_class c on c.oid = i.indexrelid
     join pg_am a on a.oid = c.relam
     left join pg_constraint con on con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x')
     order by parts.bytes desc, name`,
  );
  return rows;
}

/** Reads the foreign keys of the shop; those of parts of a partitioned table go with it. */
async function readForeignKeys(client: pg.Client): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `select conname as name, conrelid::regclass::text as table, confrelid::regclass::text as referenced,
       array(select a.attname::text from unnest(conkey) with ordinality k (attnum, place)
             join pg_attribute a on a.attrelid = conrelid and a.attnum = k.attnum order by place) as columns
     from pg_constraint where contype = 'f' and conparentid = 0 and connamespace = 'shop'::regnamespace
     order by 2, 1`,
  );
  return rows;
}

/** Tables of the shop that are large enough for an index to matter, without the parts of partitioned ones. */
async function readLargeTables(client: pg.Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ table: string }>(
    `select oid::regclass::text as table from pg_class
     where relnamespace = 'shop'::regnamespace and relkind in ('r', 'm') and not relispartition
       and pg_relation_size(oid) >= $1`,
    [SMALLEST_INDEXED_BYTES],
  );
  return new Set(rows.map(({ table }) => table));
}

/** Of fewer pages than this, reading all of them is as good as an index. */
const SMALLEST_INDEXED_BYTES = 16 * 8192;

/** What is known of indexes before any is measured. */
export interface IndexedShop {
  readonly indexes: readonly IndexDefinition[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly large: ReadonlySet<string>;
}

/** Reads all of it. */
export async function readIndexedShop(client: pg.Client): Promise<IndexedShop> {
  return {
    indexes: await readIndexDefinitions(client),
    foreignKeys: await readForeignKeys(client),
    large: await readLargeTables(client),
  };
}
