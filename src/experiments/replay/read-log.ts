import type pg from 'pg';

export interface WrittenLog {
  readonly bytes: number;
  readonly records: number;
  /** Bytes of the records of each index. */
  readonly indexes: Readonly<Record<string, number>>;
}

/** What was written to the log between two places, without full-page images and the server's own records. */
export async function readLog(watch: pg.Client, from: string, to: string): Promise<WrittenLog> {
  // Where nothing was written there is no record to begin with, which is an error.
  if (from === to) return { bytes: 0, records: 0, indexes: {} };
  const { rows } = await watch.query<{ bytes: number; records: number }>(
    `select coalesce(sum(record_length - fpi_length), 0)::float8 as bytes, count(*)::int as records
     from cartload.pg_get_wal_records_info($1, $2) where resource_manager not in ('Standby', 'XLOG')`,
    [from, to],
  );
  const indexes = await readIndexLog(watch, from, to);
  return { bytes: rows[0]?.bytes ?? 0, records: rows[0]?.records ?? 0, indexes };
}

/** A record belongs to the relation of its first block; 15 does not tell blocks: nothing is known there. */
async function readIndexLog(
  watch: pg.Client,
  from: string,
  to: string,
): Promise<Readonly<Record<string, number>>> {
  const { rows: known } = await watch.query<{ exists: boolean }>(
    `select to_regproc('cartload.pg_get_wal_block_info') is not null as exists`,
  );
  if (known[0]?.exists !== true) return {};
  const { rows } = await watch.query<{ name: string; bytes: number }>(
    `with records as (
       select start_lsn, (array_agg(relfilenode order by block_id))[1] as file,
         max(record_length) - sum(coalesce(block_fpi_length, 0)) as bytes
       from cartload.pg_get_wal_block_info($1, $2, false)
       where reldatabase = (select oid from pg_database where datname = current_database()) group by 1)
     select coalesce(p.inhparent::regclass::text, c.oid::regclass::text) as name, sum(r.bytes)::float8 as bytes
     from records r join pg_class c on c.relfilenode = r.file
     left join pg_inherits p on p.inhrelid = c.oid
     where c.relkind = 'i' and c.relnamespace = 'shop'::regnamespace group by 1`,
    [from, to],
  );
  return Object.fromEntries(rows.map(({ name, bytes }) => [name, bytes]));
}
