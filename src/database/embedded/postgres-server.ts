import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { CartloadError } from '../../errors.ts';
import type { NodePaths } from './cluster-layout.ts';
import { withNodeClient } from './node-client.ts';
import { hasProcessTable, isProcessAlive, serverProcessesIn } from './process-table.ts';
import { type ServerUser, spawnOptionsFor } from './server-user.ts';

/** A server process that answers for a data directory. */
export interface RunningServer {
  /** Of the postmaster. */
  readonly pid: number;
  readonly port: number;
}

export const POLL_MS = 20;
/** A server that has said nothing for so long is not starting, it is stuck. */
const SILENCE_LIMIT_MS = 60_000;
const FAST_SHUTDOWN_LIMIT_MS = 30_000;
const FORCED_SHUTDOWN_LIMIT_MS = 10_000;
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * The server that runs on a data directory, found by its pid file and believed only if that
 * process is a PostgreSQL standing in this directory.
 */
export async function findRunningServer(
  directory: string,
  user: ServerUser | undefined,
): Promise<RunningServer | undefined> {
  const text = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '');
  // The lines are pid, data directory, start time, port, ...
  const [pid = 0, , , port = 0] = text.split('\n').map(Number);
  if (!(pid > 0) || !(port > 0)) return undefined;
  const isOurs = hasProcessTable
    ? serverProcessesIn(directory, user).includes(pid)
    : isProcessAlive(pid);
  return isOurs ? { pid, port } : undefined;
}

/**
 * Starts a server that is known not to run, without waiting until it is ready. Clears away what a
 * killed predecessor has left: orphaned backends, which hold the shared memory and may still
 * commit, and the pid file, which may name a zombie.
 */
export async function launchServer(
  postgres: string,
  node: NodePaths,
  port: number,
  user: ServerUser | undefined,
): Promise<RunningServer> {
  await killOrphans(node.directory, user);
  if (hasProcessTable) await rm(join(node.directory, 'postmaster.pid'), { force: true });
  await rotateLog(node.logFile);
  const log = openSync(node.logFile, 'a', 0o600);
  try {
    const child = spawn(postgres, ['-D', node.directory], {
      ...spawnOptionsFor(user),
      // From its first moment on it stands where `serverProcessesIn` looks for it.
      cwd: node.directory,
      // In its own session: the terminal's Ctrl-C is for the harness, which still has work to do.
      detached: true,
      stdio: ['ignore', log, log],
    });
    await once(child, 'spawn');
    child.unref();
    return { pid: child.pid ?? 0, port };
  } finally {
    closeSync(log);
  }
}

/**
 * Waits until a server accepts connections, or has ended.
 *
 * @throws CartloadError `CLUSTER_FAILED` when it lives but does not answer; the signal's reason.
 */
export async function waitUntilReady(
  server: RunningServer,
  node: NodePaths,
  password: string,
  signal?: AbortSignal,
): Promise<'ready' | 'ended'> {
  let lastAnswerMs = systemClock.now();
  while (isProcessAlive(server.pid)) {
    const answer = await askServer(server.port, password);
    if (answer === 'ready') return 'ready';
    if (answer === 'starting') lastAnswerMs = systemClock.now();
    if (systemClock.now() - lastAnswerMs > SILENCE_LIMIT_MS) {
      throw new CartloadError(
        'CLUSTER_FAILED',
        `the embedded ${node.role} (pid ${server.pid}) has not answered on port ${server.port} for ${SILENCE_LIMIT_MS / 1000} s`,
        { hint: await logHint(node) },
      );
    }
    await systemClock.sleep(POLL_MS, signal);
  }
  return 'ended';
}

/** One attempt to connect: `starting` is an answer of a server, `silent` is none, or a stranger's. */
export async function askServer(
  port: number,
  password: string,
): Promise<'ready' | 'starting' | 'silent'> {
  try {
    await withNodeClient(port, password, (client) => client.query('select 1'));
    return 'ready';
  } catch (error) {
    // 57P03 cannot_connect_now: recovering from a crash, not yet consistent, or shutting down.
    return (error as { code?: string }).code === '57P03' ? 'starting' : 'silent';
  }
}

/** Stops what runs on a data directory, with a last checkpoint if it can, and waits until it is gone. */
export async function stopServer(directory: string, user: ServerUser | undefined): Promise<void> {
  const server = await findRunningServer(directory, user);
  if (server !== undefined) await endServer(server);
  await killOrphans(directory, user);
}

/** Ends one server process: a fast shutdown, or one without a checkpoint if that takes too long. */
export async function endServer({ pid }: RunningServer): Promise<void> {
  signalProcess(pid, 'SIGINT');
  if (await waitUntilGone([pid], FAST_SHUTDOWN_LIMIT_MS)) return;
  signalProcess(pid, 'SIGQUIT');
  await waitUntilGone([pid], FORCED_SHUTDOWN_LIMIT_MS);
}

/** Makes a running server read its configuration again. */
export function reloadServer({ pid }: RunningServer): void {
  signalProcess(pid, 'SIGHUP');
}

/** For the hint of an error: where a node's log is and how it ends. */
export async function logHint(node: NodePaths): Promise<string> {
  return `Its log, ${node.logFile}, ends with:\n${await logTail(node)}`;
}

/** The last 12 lines of a node's log. */
export async function logTail({ logFile }: NodePaths): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-12).join('\n');
}

/** Kills the processes that stand in a data directory whose server is gone or beyond asking. */
async function killOrphans(directory: string, user: ServerUser | undefined): Promise<void> {
  // More than once: a postmaster caught half-way may have started another child meanwhile.
  for (let round = 0; round < 5; round += 1) {
    const pids = serverProcessesIn(directory, user);
    if (pids.length === 0) return;
    for (const pid of pids) signalProcess(pid, 'SIGKILL');
    await waitUntilGone(pids, FORCED_SHUTDOWN_LIMIT_MS);
  }
  throw new CartloadError(
    'CLUSTER_FAILED',
    `server processes in ${directory} do not end: pid ${serverProcessesIn(directory, user).join(', ')}`,
  );
}

async function waitUntilGone(pids: readonly number[], limitMs: number): Promise<boolean> {
  const endMs = systemClock.now() + limitMs;
  while (pids.some(isProcessAlive)) {
    if (systemClock.now() > endMs) return false;
    await systemClock.sleep(POLL_MS);
  }
  return true;
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone already, which is what every signal but a reload asks for.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Puts a log that has grown large aside. */
async function rotateLog(file: string): Promise<void> {
  const stats = await stat(file).catch(() => undefined);
  if (stats !== undefined && stats.size > LOG_LIMIT_BYTES) await rename(file, `${file}.1`);
}
