import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type ServerUser, spawnOptionsFor } from './server-user.ts';

/**
 * Facts about processes, read from /proc (slim images lack `ps`). Systems without it, such as
 * macOS, answer only whether a pid is taken: there a reused pid passes for its former holder and
 * orphaned backends cannot be found.
 */
export const hasProcessTable = existsSync('/proc/self/stat');

/** Whether the process is there and not merely a zombie waiting for its parent. */
export function isProcessAlive(pid: number): boolean {
  if (hasProcessTable) {
    const state = statFields(pid)?.[0];
    return state !== undefined && state !== 'Z' && state !== 'X';
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, as `boot:ticks`, to tell it from a later holder of its pid. */
export function processStart(pid: number): string | undefined {
  const ticks = statFields(pid)?.[19];
  if (ticks === undefined) return undefined;
  return `${readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}:${ticks}`;
}

/**
 * The living PostgreSQL processes that stand in a data directory: a postmaster and its children.
 * Neither a pid nor a title proves that; the executable and the current directory together do.
 * Also finds those whose directory was deleted under them.
 */
export function serverProcessesIn(directory: string, user: ServerUser | undefined): number[] {
  if (!hasProcessTable) return [];
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const links = readProcessLinks(pids, user);
  return pids.filter((pid) => {
    const { cwd, exe } = links.get(pid) ?? {};
    return (
      (cwd === directory || cwd === `${directory} (deleted)`) &&
      exe !== undefined &&
      basename(exe).includes('postgres') &&
      isProcessAlive(pid)
    );
  });
}

interface ProcessLinks {
  cwd?: string;
  exe?: string;
}

function readProcessLinks(
  pids: readonly number[],
  user: ServerUser | undefined,
): Map<number, ProcessLinks> {
  const links = new Map<number, ProcessLinks>();
  const refused: number[] = [];
  for (const pid of pids) {
    try {
      links.set(pid, {
        cwd: readlinkSync(`/proc/${pid}/cwd`),
        exe: readlinkSync(`/proc/${pid}/exe`),
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES' && ownerOf(pid) === user?.uid) {
        refused.push(pid);
      }
    }
  }
  // Root without CAP_SYS_PTRACE, as in most containers, may not read the links of another user's
  // processes. That user may.
  if (user !== undefined && refused.length > 0) {
    const paths = refused.flatMap((pid) => [`/proc/${pid}/cwd`, `/proc/${pid}/exe`]);
    const listing = spawnSync('ls', ['-l', ...paths], {
      ...spawnOptionsFor(user),
      encoding: 'utf8',
    });
    for (const line of (listing.stdout ?? '').split('\n')) {
      const match = /\/proc\/(\d+)\/(cwd|exe) -> (.*)$/.exec(line);
      if (match === null) continue;
      const [, pid, kind, target] = match;
      const known = links.get(Number(pid)) ?? {};
      links.set(Number(pid), { ...known, [kind as keyof ProcessLinks]: target });
    }
  }
  return links;
}

/** The fields of /proc/PID/stat after the command's name, which may itself hold spaces. */
function statFields(pid: number): string[] | undefined {
  const text = readOrUndefined(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function ownerOf(pid: number): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
