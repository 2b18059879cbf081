import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { dataDirectoriesOf, serverUserOf } from '../../src/database/embedded/cluster-layout.ts';
import { serverProcessesIn } from '../../src/database/embedded/process-table.ts';

/** A fresh state directory that the server's user can reach (0755) or cannot (0700, as root). */
export async function embeddedDirectory(mode: 0o755 | 0o700 = 0o755) {
  const directory = mkdtempSync(join(tmpdir(), 'cartload-embedded-'));
  await chmod(directory, mode);
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** The pids of all server processes of the cluster in a state directory. */
export function clusterProcesses(directory: string): number[] {
  const user = serverUserOf(directory);
  return dataDirectoriesOf(directory).flatMap((data) =>
    ['primary', 'replica'].flatMap((node) => serverProcessesIn(join(data, node), user)),
  );
}

/** Runs one statement on its own connection. */
export async function query<Row extends QueryResultRow>(
  connectionString: string,
  sql: string,
): Promise<Row[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until the replica has replayed what the primary has written so far. */
export async function caughtUp(primaryUrl: string, replicaUrl: string): Promise<void> {
  const [written] = await query<{ lsn: string }>(
    primaryUrl,
    'select pg_current_wal_flush_lsn()::text as lsn',
  );
  for (;;) {
    const [replayed] = await query<{ reached: boolean }>(
      replicaUrl,
      `select pg_last_wal_replay_lsn() >= '${written?.lsn}' as reached`,
    );
    if (replayed?.reached) return;
  }
}
