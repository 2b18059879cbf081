import { randomBytes } from 'node:crypto';
import { chmod, lchown, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { systemClock } from '../../clock.ts';
import { CartloadError, messageOf } from '../../errors.ts';
import { type ClusterLayout, removeTree } from './cluster-layout.ts';
import { copyTree } from './copy-tree.ts';
import { CONFIGURATION_FILE } from './node-configuration.ts';
import { POLL_MS } from './postgres-server.ts';
import { REPLICA_SLOT } from './server-settings.ts';
import { type ServerUser, writeServerFile } from './server-user.ts';

/** Folders that a server fills anew, or whose content means something to its own server only. */
const EMPTIED = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_wal',
]);

/** The files that pg_basebackup leaves out, and the primary's own configuration. */
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map(\.old)?|current_logfiles(\.tmp)?|postgresql\.auto\.conf\.tmp|pg_internal\.init(\.\d+)?|.*\.new-[0-9a-f]+)$/;

const SLOT_RELEASE_LIMIT_MS = 10_000;

/**
 * Makes the replica's data directory from the running primary, as pg_basebackup would: a new slot,
 * then a file copy between pg_backup_start and pg_backup_stop. The copy has a temporary name until
 * it is whole. The old replica must be stopped.
 *
 * @param primary Connected to the primary as superuser; it must stay connected all along.
 */
export async function cloneReplica(
  primary: Client,
  layout: ClusterLayout,
  user: ServerUser | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const directory = layout.replica.directory;
  const unfinished = `${directory}.new-${randomBytes(6).toString('hex')}`;
  await removeTree(directory);
  await recreateSlot(primary, signal);
  await mkdir(unfinished);
  try {
    await chmod(unfinished, 0o700);
    await primary.query(`select pg_backup_start('cartload replica', fast => true)`);
    await copyTree(layout.primary.directory, unfinished, {
      skip: (path, isDirectory) => {
        if (isDirectory) return EMPTIED.has(path);
        const name = path.slice(path.lastIndexOf('/') + 1);
        return path === CONFIGURATION_FILE || path.includes('/pgsql_tmp') || LEFT_OUT.test(name);
      },
      mayVanish: true,
      // A tablespace: the copy would share it with the primary.
      links: 'refuse',
      owner: user,
      directoryMode: 0o700,
      fileMode: () => 0o600,
      signal,
    });
    const stopped = await primary.query<{ labelfile: string }>(
      'select labelfile from pg_backup_stop(wait_for_archive => false)',
    );
    const label = stopped.rows[0]?.labelfile ?? '';
    await writeServerFile(join(unfinished, 'backup_label'), label, user);
    await writeServerFile(join(unfinished, 'standby.signal'), '', user);
    // Last, so that nobody else could reach in before.
    if (user !== undefined) await lchown(unfinished, user.uid, user.gid);
    await rename(unfinished, directory);
  } catch (error) {
    await removeTree(unfinished);
    if (signal?.aborted) throw error;
    throw new CartloadError(
      'CLUSTER_FAILED',
      `the replica could not be cloned from the primary: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/** Drops the replica's slot, if any, and makes it anew, so that it keeps the log from now on. */
async function recreateSlot(primary: Client, signal?: AbortSignal): Promise<void> {
  const endMs = systemClock.now() + SLOT_RELEASE_LIMIT_MS;
  for (;;) {
    // The sender to a replica that was killed may not have noticed yet.
    await primary.query(
      'select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = $1 and active_pid is not null',
      [REPLICA_SLOT],
    );
    try {
      await primary.query(
        'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1',
        [REPLICA_SLOT],
      );
      break;
    } catch (error) {
      // 55006 object_in_use
      if ((error as { code?: string }).code !== '55006' || systemClock.now() > endMs) throw error;
      await systemClock.sleep(POLL_MS, signal);
    }
  }
  await primary.query('select pg_create_physical_replication_slot($1, true)', [REPLICA_SLOT]);
}
