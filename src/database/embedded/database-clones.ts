import { statfs } from 'node:fs/promises';
import { Client, escapeIdentifier } from 'pg';
import { systemClock } from '../../clock.ts';
import { CartloadError, messageOf } from '../../errors.ts';

export interface CloneOptions {
  /** Connected to database `postgres` of the primary. */
  readonly primary: Client;
  /** Connected to database `postgres` of each replica. */
  readonly replicas: readonly Client[];
  /** The database to copy; nobody may be connected to it. */
  readonly template: string;
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}

const POLL_MS = 10;
const STANDSTILL_LIMIT_MS = 60_000;
/** What must stay free beside the copies, for the write-ahead log and for temporary files. */
const RESERVE_BYTES = 256 * 1024 ** 2;

const IS_LOCAL_SQL = `coalesce(inet_server_addr() <<= '127.0.0.0/8' or inet_server_addr() = '::1', true)`;

/**
 * Copies a database file by file and resolves when every replica has the copy.
 *
 * @throws CartloadError `TARGET_FAILED` when the disk is too full, the template is in use or the
 * server refuses, `REPLICA_BEHIND` when a replica stands still; the signal's reason, after which
 * there is no copy.
 */
export async function cloneDatabase(options: CloneOptions): Promise<void> {
  const { primary, replicas, template, name, signal } = options;
  signal?.throwIfAborted();
  await checkFreeDisk(options);
  const create = `create database ${escapeIdentifier(name)} template ${escapeIdentifier(template)} strategy file_copy`;
  await runCancellable(primary, create, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new CartloadError(
      'TARGET_FAILED',
      `the database ${template} could not be copied to ${name}: ${messageOf(error)}`,
      {
        cause: error,
        ...((error as { code?: string }).code === '55006'
          ? { hint: `Close the connections to ${template}: a database in use cannot be copied.` }
          : {}),
      },
    );
  });
  try {
    const { rows } = await primary.query<{ lsn: string }>(
      'select pg_current_wal_flush_lsn()::text as lsn',
    );
    for (const replica of replicas) await waitUntilReplayed(replica, rows[0]?.lsn ?? '0/0', signal);
  } catch (error) {
    await dropDatabase(primary, name);
    throw error;
  }
}

/** Drops a database, if it exists, under whoever is connected to it. */
export async function dropDatabase(primary: Client, name: string): Promise<void> {
  await primary.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
}

/** The databases whose name begins with `prefix`, by name. */
export async function listDatabases(
  primary: Client,
  prefix: string,
): Promise<{ name: string; bytes: number }[]> {
  const { rows } = await primary.query<{ name: string; bytes: string }>(
    // By oid: a database that is dropped meanwhile has no size, and is no error.
    `select datname::text as name, coalesce(pg_database_size(oid), 0) as bytes
       from pg_database where starts_with(datname::text, $1) order by 1`,
    [prefix],
  );
  return rows.map(({ name, bytes }) => ({ name, bytes: Number(bytes) }));
}

/** Only where the data directory is on this machine and may be looked at: elsewhere nobody knows. */
async function checkFreeDisk({ primary, replicas, template }: CloneOptions): Promise<void> {
  const { rows } = await primary.query<{ directory: string; local: boolean; bytes: string }>(
    `select current_setting('data_directory', true) as directory, ${IS_LOCAL_SQL} as local,
            pg_database_size(oid) as bytes
       from pg_database where datname = $1`,
    [template],
  );
  const source = rows[0];
  if (source === undefined) {
    throw new CartloadError('TARGET_FAILED', `there is no database ${template} to copy`);
  }
  if (!source.local || source.directory === null) return;
  const disk = await statfs(source.directory).catch(() => undefined);
  if (disk === undefined) return;
  let copies = 1;
  for (const replica of replicas) {
    const answer = await replica.query<{ local: boolean }>(`select ${IS_LOCAL_SQL} as local`);
    if (answer.rows[0]?.local) copies += 1;
  }
  const neededBytes = Number(source.bytes) * copies + RESERVE_BYTES;
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes >= neededBytes) return;
  throw new CartloadError(
    'TARGET_FAILED',
    `copying the database ${template} needs ${megabytes(neededBytes)} of disk, but ${source.directory} has ${megabytes(freeBytes)} free`,
    { hint: 'Free some disk, or use a smaller --scale.' },
  );
}

async function waitUntilReplayed(
  replica: Client,
  lsn: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  let position: string | null | undefined;
  let lastProgressMs = systemClock.now();
  for (;;) {
    const { rows } = await replica.query<{ position: string | null; reached: boolean | null }>(
      `select pg_last_wal_replay_lsn()::text as position,
              pg_last_wal_replay_lsn() >= $1::pg_lsn as reached`,
      [lsn],
    );
    if (rows[0]?.reached) return;
    if (rows[0]?.position !== position) {
      position = rows[0]?.position;
      lastProgressMs = systemClock.now();
    }
    if (systemClock.now() - lastProgressMs > STANDSTILL_LIMIT_MS) {
      throw new CartloadError(
        'REPLICA_BEHIND',
        `the replica on ${replica.host}:${replica.port} has stood at ${position} for ${STANDSTILL_LIMIT_MS / 1000} s; the copy needs ${lsn}`,
        { hint: 'Look for a long query on the replica, or a paused replay.' },
      );
    }
    await systemClock.sleep(POLL_MS, signal);
  }
}

/** Runs a statement; the signal cancels it on the server, through a second connection. */
async function runCancellable(
  client: Client,
  sql: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid;
  let cancelling: Promise<void> = Promise.resolve();
  const onAbort = () => {
    // Should it fail, the statement runs to its end.
    cancelling = cancelBackend(client, pid).catch(() => {});
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await client.query(sql);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await cancelling;
  }
}

async function cancelBackend(client: Client, pid: number | undefined): Promise<void> {
  const { host, port, user, password, database, ssl } = client;
  const second = new Client({ host, port, user, password, database, ssl });
  await second.connect();
  try {
    await second.query('select pg_cancel_backend($1)', [pid]);
  } finally {
    await second.end();
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MB`;
}
