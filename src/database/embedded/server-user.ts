import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { CartloadError } from '../../errors.ts';

/** Whom the server runs as when that is not whoever runs Cartload: PostgreSQL refuses root. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The user to run servers as; `undefined` for an ordinary user, who runs them as themselves. Root
 * runs them as the owner of the existing data, else as `postgres`, else as `nobody`.
 *
 * @throws CartloadError `CLUSTER_FAILED` when root has nobody to run them as.
 */
export function serverUserFor(dataDirectories: readonly string[]): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const directory of dataDirectories) {
    const stats = lstatSync(directory, { throwIfNoEntry: false });
    // Owned by root: left half-made by a killed command, never a server's data.
    if (stats !== undefined && stats.uid !== 0) {
      return { name: `uid ${stats.uid}`, uid: stats.uid, gid: stats.gid };
    }
  }
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const fields = users.find(([name]) => name === wanted);
    if (fields !== undefined) {
      // macOS writes nobody as -2.
      return { name: wanted, uid: Number(fields[2]) >>> 0, gid: Number(fields[3]) >>> 0 };
    }
  }
  throw new CartloadError(
    'CLUSTER_FAILED',
    'PostgreSQL does not run as root, and /etc/passwd has neither a user postgres nor a user nobody.',
    { hint: 'Run Cartload as an ordinary user, or add one: useradd --system postgres.' },
  );
}

/** What every program of the server is spawned with: who it is, where it stands, what it sees. */
export function spawnOptionsFor(user: ServerUser | undefined) {
  return {
    // The server's user may not be able to stand in the current directory.
    cwd: '/',
    // An unknown LANG makes initdb fail, a known one translates the messages.
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  };
}

/**
 * Runs a program as the server's user and collects what it prints.
 *
 * @throws the error of the spawn (`code` `EACCES`, `ENOENT`) or the signal's reason.
 */
export function runAsServerUser(
  user: ServerUser | undefined,
  file: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<ProgramResult> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...spawnOptionsFor(user),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A Ctrl-C of the terminal must not reach it behind our back: the signal below ends it.
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const onAbort = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', onAbort, { once: true });
    child.once('error', (error) => {
      signal?.removeEventListener('abort', onAbort);
      reject(error);
    });
    child.once('close', (exitCode) => {
      signal?.removeEventListener('abort', onAbort);
      if (signal?.aborted) reject(signal.reason);
      else resolve({ exitCode, stdout, stderr });
    });
  });
}

/** Writes a file that only the server's user can read; readers see the old or the new, whole. */
export async function writeServerFile(
  file: string,
  text: string,
  user: ServerUser | undefined,
): Promise<void> {
  const temporary = `${file}.new-${randomBytes(6).toString('hex')}`;
  // Root writes into another user's directory here: `wx` follows no link put there.
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    if (user !== undefined) await handle.chown(user.uid, user.gid);
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}
