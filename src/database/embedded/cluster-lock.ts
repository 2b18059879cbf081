import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CartloadError } from '../../errors.ts';
import { isProcessAlive, processStart } from './process-table.ts';

/** Who holds a cluster, as written in its lock file. */
export interface LockHolder {
  readonly pid: number;
  /** Tells the process from a later holder of its pid; absent on systems without /proc. */
  readonly processStart?: string;
  /** ISO 8601. */
  readonly since: string;
  /** What the user typed. */
  readonly command: string;
  /** Tells one taking of the lock from the next. */
  readonly token: string;
}

export interface ClusterLock {
  /** Gives the lock back. Idempotent. */
  release(): Promise<void>;
}

/**
 * Takes the lock of a cluster, from its holder too if no living process matches it.
 *
 * @throws CartloadError `CLUSTER_BUSY` naming the living holder.
 */
export async function takeClusterLock(file: string, command: string): Promise<ClusterLock> {
  const start = processStart(process.pid);
  const self: LockHolder = {
    pid: process.pid,
    ...(start === undefined ? {} : { processStart: start }),
    since: new Date().toISOString(),
    command,
    token: randomBytes(8).toString('hex'),
  };
  const holder = await takeFile(file, self);
  if (holder !== undefined) throw busy(file, holder);
  return {
    release: async () => {
      if ((await readHolder(file))?.token === self.token) await rm(file, { force: true });
    },
  };
}

/** The living holder of a lock; `undefined` when it is free or its holder is gone. */
export async function lockHolder(file: string): Promise<LockHolder | undefined> {
  const holder = await readHolder(file);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

/**
 * Makes `file` ours, or returns its living holder.
 *
 * A dead holder's file may only be replaced by whoever holds the takeover file named after that
 * holder's token: without it, of two processes that saw the same dead holder, the second would
 * remove the lock of the first. The takeover file follows the same rules, should its owner die too.
 */
async function takeFile(file: string, self: LockHolder): Promise<LockHolder | undefined> {
  const draft = `${file}.${self.token}`;
  for (;;) {
    await mkdir(dirname(file), { recursive: true });
    try {
      await writeFile(draft, `${JSON.stringify(self)}\n`);
      // A link appears with its content and fails if the name is taken: one atomic step.
      await link(draft, file);
      return undefined;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Whoever is resetting the cluster has just removed the draft, or the folder.
      if (code === 'ENOENT') continue;
      if (code !== 'EEXIST') throw error;
    } finally {
      await rm(draft, { force: true });
    }
    const holder = await readHolder(file);
    if (holder === undefined) continue;
    if (isAlive(holder)) return holder;
    const takeover = `${file}.after-${holder.token}`;
    const rival = await takeFile(takeover, self);
    if (rival !== undefined) return rival;
    try {
      if ((await readHolder(file))?.token === holder.token) {
        await writeFile(draft, `${JSON.stringify(self)}\n`);
        await rename(draft, file);
        return undefined;
      }
    } finally {
      await rm(takeover, { force: true });
    }
  }
}

function isAlive(holder: LockHolder): boolean {
  if (holder.pid <= 0 || !isProcessAlive(holder.pid)) return false;
  return holder.processStart === undefined || holder.processStart === processStart(holder.pid);
}

async function readHolder(file: string): Promise<LockHolder | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const holder = JSON.parse(text) as LockHolder;
    if (Number.isInteger(holder.pid) && typeof holder.token === 'string') return holder;
  } catch {
    // Ours are never half-written: a full disk or a stranger made it, and nobody holds it.
  }
  return { pid: -1, since: '', command: '', token: 'unreadable' };
}

function busy(file: string, holder: LockHolder): CartloadError {
  const since = new Date(holder.since);
  const time = since.toTimeString().slice(0, 8);
  return new CartloadError(
    'CLUSTER_BUSY',
    `the embedded cluster is in use by \`${holder.command}\` (pid ${holder.pid}, since ${time})`,
    {
      hint: `Wait for it to end, or stop it: kill -INT ${holder.pid}. The cluster: ${dirname(file)}`,
    },
  );
}
