import { createHash } from 'node:crypto';
import { existsSync, lstatSync } from 'node:fs';
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CartloadError } from '../../errors.ts';
import type { NodeRole } from './server-settings.ts';
import { runAsServerUser, type ServerUser, serverUserFor } from './server-user.ts';

/** Where one node keeps what. */
export interface NodePaths {
  readonly role: NodeRole;
  readonly directory: string;
  readonly logFile: string;
}

/** Where a cluster keeps what. All paths are absolute and free of links. */
export interface ClusterLayout {
  /** Lock, state, password and logs; owned by whoever runs Cartload. */
  readonly stateDirectory: string;
  /** The nodes' data, and the binaries if they had to be copied; reachable by the server's user. */
  readonly dataDirectory: string;
  readonly primary: NodePaths;
  readonly replica: NodePaths;
}

/** What a file or folder is called until it is whole: `NAME.new-RANDOM`. Safe to remove. */
export const UNFINISHED = /\.new-[0-9a-f]+$/;

export const lockFileOf = (stateDirectory: string) => join(stateDirectory, 'cluster.lock');
export const stateFileOf = (stateDirectory: string) => join(stateDirectory, 'cluster.json');
export const passwordFileOf = (stateDirectory: string) => join(stateDirectory, 'password');

/**
 * The data directory for a state directory that the server's user cannot reach. Named after it, so
 * that a copied checkout, state file and all, is another cluster and never a second server on the
 * same data.
 */
function outsideDataDirectory(stateDirectory: string): string {
  const hash = createHash('sha256').update(stateDirectory).digest('hex').slice(0, 12);
  return `/var/tmp/cartload-${hash}`;
}

/** The data directories that a cluster may have: the outside one if it is there, and the usual one. */
export function dataDirectoriesOf(stateDirectory: string): string[] {
  const outside = outsideDataDirectory(stateDirectory);
  const stats = lstatSync(outside, { throwIfNoEntry: false });
  // The name can be guessed and /var/tmp is open to all: a stranger's folder is not looked into.
  const isOurs = stats?.isDirectory() && stats.uid === process.getuid?.();
  return isOurs ? [outside, stateDirectory] : [stateDirectory];
}

/** The layout of a cluster that exists; `undefined` when nothing has been made yet. */
export function existingLayout(stateDirectory: string): ClusterLayout | undefined {
  return dataDirectoriesOf(stateDirectory)
    .map((dataDirectory) => layoutIn(stateDirectory, dataDirectory))
    .find(({ primary }) => existsSync(primary.directory));
}

/** The user that the servers of a cluster run as, or would. */
export function serverUserOf(stateDirectory: string): ServerUser | undefined {
  return serverUserFor(dataDirectoriesOf(stateDirectory).map((data) => join(data, 'primary')));
}

/** Finds a cluster's layout, or chooses one that the server's user can reach and makes its folders. */
export async function prepareLayout(
  stateDirectory: string,
  user: ServerUser | undefined,
): Promise<ClusterLayout> {
  const existing = existingLayout(stateDirectory);
  if (existing !== undefined && (await canReach(user, existing.dataDirectory))) return existing;
  if (existing !== undefined) {
    throw new CartloadError(
      'CLUSTER_FAILED',
      `the server's user (${user?.name ?? 'you'}) cannot reach its data in ${existing.dataDirectory}`,
      {
        hint: 'Give it back the right to pass the folders above, or start anew: npm run db -- reset',
      },
    );
  }
  if (await canReach(user, stateDirectory)) return layoutIn(stateDirectory, stateDirectory);
  const outside = outsideDataDirectory(stateDirectory);
  await mkdir(outside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (!dataDirectoriesOf(stateDirectory).includes(outside)) {
    throw new CartloadError(
      'CLUSTER_FAILED',
      `${outside}, where the embedded cluster would keep its data, belongs to somebody else`,
      {
        hint: `Remove it, or let the server's user (${user?.name ?? 'you'}) reach ${stateDirectory}.`,
      },
    );
  }
  // Not by mkdir, whose mode the umask cuts.
  await chmod(outside, 0o755);
  return layoutIn(stateDirectory, outside);
}

/** Removes what killed commands left half-made. */
export async function removeUnfinished({ dataDirectory }: ClusterLayout): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    if (UNFINISHED.test(name)) await removeTree(join(dataDirectory, name));
  }
}

/** Removes a folder that an orphaned process may still be writing to for a moment. */
export async function removeTree(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

function layoutIn(stateDirectory: string, dataDirectory: string): ClusterLayout {
  const node = (role: NodeRole): NodePaths => ({
    role,
    directory: join(dataDirectory, role),
    logFile: join(stateDirectory, `${role}.log`),
  });
  return { stateDirectory, dataDirectory, primary: node('primary'), replica: node('replica') };
}

/** Asked of the system, not read off the mode bits: access lists and mounts have their say too. */
async function canReach(user: ServerUser | undefined, directory: string): Promise<boolean> {
  if (user === undefined) return true;
  return (await runAsServerUser(user, '/bin/sh', ['-c', 'cd "$0"', directory])).exitCode === 0;
}
