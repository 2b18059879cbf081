import type pg from 'pg';

/** Cumulative counters of a server, or the difference of two readings; absent where it has none. */
export interface ServerCounters {
  /** Of the shop's database alone. */
  readonly database: Counters;
  /** Of the whole server; a replica writes none. */
  readonly wal: Counters | null;
  readonly checkpoints: Counters | null;
  /** Of the whole server, 16 and later. */
  readonly io: Counters | null;
  /** Reads that replay has cancelled, by their reason; on a replica. */
  readonly conflicts: Counters | null;
  readonly tables: Readonly<Record<string, Counters>>;
  readonly indexes: Readonly<Record<string, Counters>>;
  /** By normalised text; null without pg_stat_statements. */
  readonly statements: Readonly<Record<string, Counters>> | null;
}

export type Counters = Readonly<Record<string, number>>;

/** A view of counters, as this version of the server has it. */
interface View {
  readonly name: string;
  readonly from: number;
  readonly until?: number;
  readonly text: string;
}

const V16 = 160000;
const V17 = 170000;
const V18 = 180000;

const WAL =
  'select wal_records as records, wal_fpi as images, wal_bytes::float8 as bytes from pg_stat_wal';

/**
 * Everything in which servers from 15 to 18 differ here. 17 moved checkpoints out of pg_stat_bgwriter and
 * renamed the block times of pg_stat_statements (which nothing here reads); 16 brought pg_stat_io, whose
 * operations 18 counts in bytes of their own, since one may have several blocks.
 */
const VIEWS: readonly View[] = [
  { name: 'wal', from: 0, text: WAL },
  {
    name: 'checkpoints',
    from: 0,
    until: V17,
    text: `select checkpoints_timed as timed, checkpoints_req as requested,
             buffers_checkpoint as "buffersWritten", checkpoint_write_time as "writeMs",
             checkpoint_sync_time as "syncMs" from pg_stat_bgwriter`,
  },
  {
    name: 'checkpoints',
    from: V17,
    text: `select num_timed as timed, num_requested as requested, buffers_written as "buffersWritten",
             write_time as "writeMs", sync_time as "syncMs" from pg_stat_checkpointer`,
  },
  {
    name: 'io',
    from: V16,
    until: V18,
    text: `select coalesce(sum(reads * op_bytes), 0)::float8 as "readBytes",
             coalesce(sum(writes * op_bytes), 0)::float8 as "writeBytes",
             coalesce(sum(extends * op_bytes), 0)::float8 as "extendBytes",
             coalesce(sum(evictions), 0)::float8 as evictions from pg_stat_io`,
  },
  {
    name: 'io',
    from: V18,
    text: `select coalesce(sum(read_bytes), 0)::float8 as "readBytes",
             coalesce(sum(write_bytes), 0)::float8 as "writeBytes",
             coalesce(sum(extend_bytes), 0)::float8 as "extendBytes",
             coalesce(sum(evictions), 0)::float8 as evictions
           from pg_stat_io where object <> 'wal'`,
  },
  {
    name: 'conflicts',
    from: 0,
    until: V16,
    text: `select confl_tablespace as tablespace, confl_lock as lock, confl_snapshot as snapshot,
             confl_bufferpin as "bufferPin", confl_deadlock as deadlock
           from pg_stat_database_conflicts where datname = current_database()`,
  },
  {
    name: 'conflicts',
    from: V16,
    text: `select confl_tablespace as tablespace, confl_lock as lock, confl_snapshot as snapshot,
             confl_bufferpin as "bufferPin", confl_deadlock as deadlock,
             confl_active_logicalslot as "logicalSlot"
           from pg_stat_database_conflicts where datname = current_database()`,
  },
];

const DATABASE = `select xact_commit as commits, xact_rollback as rollbacks, blks_hit as "blocksHit",
    blks_read as "blocksRead", temp_files as "tempFiles", temp_bytes::float8 as "tempBytes",
    deadlocks, tup_inserted as inserted, tup_updated as updated, tup_deleted as deleted
  from pg_stat_database where datname = current_database()`;

const TABLES = `select coalesce(p.inhparent::regclass::text, t.schemaname || '.' || t.relname) as name,
    sum(t.seq_scan)::float8 as "sequentialScans", sum(t.seq_tup_read)::float8 as "sequentialRows",
    coalesce(sum(t.idx_scan), 0)::float8 as "indexScans", sum(t.n_tup_ins)::float8 as inserted,
    sum(t.n_tup_upd)::float8 as updated, sum(t.n_tup_hot_upd)::float8 as "hotUpdated",
    sum(t.n_tup_del)::float8 as deleted, sum(t.autovacuum_count)::float8 as autovacuums,
    sum(io.heap_blks_hit)::float8 as "blocksHit", sum(io.heap_blks_read)::float8 as "blocksRead"
  from pg_stat_user_tables t join pg_statio_user_tables io using (relid)
  left join pg_inherits p on p.inhrelid = t.relid
  where t.schemaname = 'shop' group by 1`;

const INDEXES = `select coalesce(p.inhparent::regclass::text, i.schemaname || '.' || i.indexrelname) as name,
    sum(i.idx_scan)::float8 as scans, sum(i.idx_tup_read)::float8 as "entriesRead",
    sum(i.idx_tup_fetch)::float8 as "rowsFetched", sum(io.idx_blks_hit)::float8 as "blocksHit",
    sum(io.idx_blks_read)::float8 as "blocksRead"
  from pg_stat_user_indexes i join pg_statio_user_indexes io using (indexrelid)
  left join pg_inherits p on p.inhrelid = i.indexrelid
  where i.schemaname = 'shop' group by 1`;

const STATEMENTS = `select query as name, sum(calls)::float8 as calls,
    sum(total_exec_time)::float8 as "executionMs", sum(rows)::float8 as rows,
    sum(shared_blks_hit)::float8 as "blocksHit", sum(shared_blks_read)::float8 as "blocksRead",
    sum(shared_blks_dirtied)::float8 as "blocksDirtied",
    sum(temp_blks_written)::float8 * current_setting('block_size')::int as "tempBytes",
    sum(wal_records)::float8 as "walRecords", sum(wal_fpi)::float8 as "walImages",
    sum(wal_bytes)::float8 as "walBytes"
  from %s.pg_stat_statements
  where dbid = (select oid from pg_database where datname = current_database()) and toplevel
  group by 1`;

/** The query for a kind of counters on a server of this version (`server_version_num`); null: it has none. */
export function viewOf(name: string, versionNumber: number): string | null {
  const view = VIEWS.find(
    ({ name: of, from, until }) =>
      of === name && versionNumber >= from && versionNumber < (until ?? Number.POSITIVE_INFINITY),
  );
  return view?.text ?? null;
}

/**
 * Reads the counters of a server. A session hands its own over when it ends, or when it is idle, at most
 * once a second: those of sessions that still work are not all there.
 */
export async function readServerCounters(
  client: pg.Client,
  role: 'primary' | 'replica',
): Promise<ServerCounters> {
  const { rows: versions } = await client.query<{ number: number }>(
    `select current_setting('server_version_num')::int as number, pg_stat_force_next_flush()`,
  );
  const version = versions[0]?.number ?? 0;
  const single = async (text: string | null): Promise<Counters | null> => {
    if (text === null) return null;
    const { rows } = await client.query<Counters>(text);
    return rows[0] ?? null;
  };
  const named = async (text: string): Promise<Record<string, Counters>> => {
    const { rows } = await client.query<{ name: string } & Record<string, number>>(text);
    return Object.fromEntries(rows.map(({ name, ...counters }) => [name, counters as Counters]));
  };
  const isPrimary = role === 'primary';
  const statements = await findStatements(client);
  return {
    database: (await single(DATABASE)) ?? {},
    wal: isPrimary ? await single(viewOf('wal', version)) : null,
    checkpoints: await single(viewOf('checkpoints', version)),
    io: await single(viewOf('io', version)),
    conflicts: isPrimary ? null : await single(viewOf('conflicts', version)),
    tables: await named(TABLES),
    indexes: await named(INDEXES),
    statements: statements === null ? null : byNormalisedText(await named(statements)),
  };
}

/** The query on pg_stat_statements where this database has it; null where not. */
async function findStatements(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ schema: string | null }>(
    `select (select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
             where e.extname = 'pg_stat_statements'
               and current_setting('pg_stat_statements.max', true) is not null) as schema`,
  );
  const schema = rows[0]?.schema ?? null;
  return schema === null ? null : STATEMENTS.replace('%s', schema);
}

function byNormalisedText(counters: Record<string, Counters>): Record<string, Counters> {
  const result: Record<string, Counters> = {};
  for (const [text, each] of Object.entries(counters)) {
    const key = normalised(text);
    result[key] = result[key] === undefined ? each : combine(result[key], each, (a, b) => a + b);
  }
  return result;
}

/** A statement's text without its parameters and constants, which pg_stat_statements numbers anew. */
export function normalised(text: string): string {
  return text
    .replaceAll(/'(?:[^']|'')*'|\$\d+|\b\d+(?:\.\d+)?\b/g, '?')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** What happened between two readings. A counter that fell was reset: it counts from 0. */
export function countersBetween(before: ServerCounters, after: ServerCounters): ServerCounters {
  const single = (a: Counters | null, b: Counters | null) =>
    b === null ? null : combine(b, a ?? {}, (late, early) => (late < early ? late : late - early));
  const named = (a: Readonly<Record<string, Counters>>, b: Readonly<Record<string, Counters>>) =>
    Object.fromEntries(
      Object.entries(b).map(([name, counters]) => [name, single(a[name] ?? {}, counters) ?? {}]),
    );
  return {
    database: single(before.database, after.database) ?? {},
    wal: single(before.wal, after.wal),
    checkpoints: single(before.checkpoints, after.checkpoints),
    io: single(before.io, after.io),
    conflicts: single(before.conflicts, after.conflicts),
    tables: named(before.tables, after.tables),
    indexes: named(before.indexes, after.indexes),
    statements: after.statements === null ? null : named(before.statements ?? {}, after.statements),
  };
}

function combine(a: Counters, b: Counters, of: (a: number, b: number) => number): Counters {
  return Object.fromEntries(
    Object.entries(a).map(([name, value]) => [name, of(Number(value), Number(b[name] ?? 0))]),
  );
}
