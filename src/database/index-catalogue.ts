import type pg from 'pg';

/** An index of the shop; the parts of a partitioned one are taken together. */
export interface CataloguedIndex {
  readonly name: string;
  readonly table: string;
  /** What it is kept for besides speed; null: for speed alone. */
  readonly enforces: 'primary key' | 'uniqueness' | null;
  readonly bytes: number;
}

/** Reads every index of the shop, the largest first; names are those of `readServerCounters`. */
export async function readIndexCatalogue(client: pg.Client): Promise<CataloguedIndex[]> {
  const { rows } = await client.query<CataloguedIndex>(
    `select coalesce(pi.inhparent::regclass::text, s.schemaname || '.' || s.indexrelname) as name,
       coalesce(pt.inhparent::regclass::text, s.schemaname || '.' || s.relname) as table,
       case when bool_or(i.indisprimary) then 'primary key' when bool_or(i.indisunique) then 'uniqueness' end
         as enforces,
       sum(pg_relation_size(s.indexrelid))::float8 as bytes
     from pg_stat_user_indexes s join pg_index i using (indexrelid)
     left join pg_inherits pi on pi.inhrelid = s.indexrelid
     left join pg_inherits pt on pt.inhrelid = s.relid
     where s.schemaname = 'shop' group by 1, 2 order by bytes desc, name`,
  );
  return rows;
}
