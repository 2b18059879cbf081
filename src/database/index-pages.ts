import type pg from 'pg';
import { sqlStateOf } from './pg-session.ts';

/** What is in the pages of an index, its parts together. */
export interface IndexPages {
  /** In shared buffers now. */
  readonly cachedBytes: number;
  /** Share of its leaf pages that is in use, of a B-tree; null: another kind, empty, or too large to read through. */
  readonly leafDensity: number | null;
}

/** Reading through an index larger than this would take its time from the run. */
const LARGEST_BYTES = 256 * 1024 ** 2;
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Looks into shared buffers and into the leaf pages of the shop's indexes, by index. The extensions that it takes
 * are made in a transaction that is rolled back, where they are not there: nothing is left behind.
 *
 * @throws where the server does not have them, or this role may not look
 */
export async function readIndexPages(client: pg.Client): Promise<ReadonlyMap<string, IndexPages>> {
  await client.query('begin');
  try {
    for (const extension of ['pg_buffercache', 'pgstattuple']) {
      await client.query(`create extension if not exists ${extension} with schema cartload`);
    }
    const { rows: schemas } = await client.query<{ extname: string; schema: string }>(
      `select extname, quote_ident(n.nspname) as schema from pg_extension e join pg_namespace n on n.oid = extnamespace`,
    );
    const schemaOf = (extension: string) =>
      schemas.find(({ extname }) => extname === extension)?.schema ?? 'cartload';
    const { rows } = await client.query<{ name: string } & IndexPages>(
      `with parts as (
         select coalesce(p.inhparent, c.oid)::regclass::text as name, c.oid, c.relfilenode,
           a.amname = 'btree' and pg_relation_size(c.oid) between 8193 and ${LARGEST_BYTES} as "isRead",
           pg_relation_size(c.oid)::float8 as bytes
         from pg_class c join pg_am a on a.oid = c.relam left join pg_inherits p on p.inhrelid = c.oid
         where c.relnamespace = 'shop'::regnamespace and c.relkind = 'i'),
       cached as (
         select relfilenode, count(*) * current_setting('block_size')::int as bytes
         from ${schemaOf('pg_buffercache')}.pg_buffercache
         where reldatabase = (select oid from pg_database where datname = current_database()) and relforknumber = 0
         group by 1),
       read as (
         select parts.*, nullif((select avg_leaf_density from ${schemaOf('pgstattuple')}.pgstatindex(parts.oid::regclass)
                                 where "isRead"), 'NaN') / 100 as density
         from parts)
       select name, sum(coalesce(cached.bytes, 0))::float8 as "cachedBytes",
         sum(density * read.bytes) / nullif(sum(read.bytes) filter (where density is not null), 0) as "leafDensity"
       from read left join cached using (relfilenode) group by 1`,
    );
    return new Map(rows.map(({ name, ...pages }) => [name, pages]));
  } catch (error) {
    if (sqlStateOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new Error('the contents of their pages take more rights than this role has', {
      cause: error,
    });
  } finally {
    await client.query('rollback');
  }
}
