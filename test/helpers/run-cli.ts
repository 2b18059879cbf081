import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const HOST = fileURLToPath(new URL('cli-host.mjs', import.meta.url));
const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  /** The program of another build than the project's. */
  readonly main?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with everything said so far, whenever something is said. */
  readonly onStderr?: (said: string, child: ChildProcess) => void;
}

let host: ChildProcess | null = null;
let isHostBusy = false;

/**
 * Runs the built program as a user would, with nothing of npm or Cartload in its environment: in a process of its
 * own where the test has to do with that (it watches, kills or equips it), else in one that has it loaded already.
 */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const { main, env = {}, onStderr } = options;
  const isPlain = main === undefined && Object.keys(env).length === 0 && onStderr === undefined;
  // What streams to stdout needs one of its own.
  if (!isPlain || isHostBusy || args[0] === 'generate') return spawnCli(args, options);
  if (host === null || !host.connected) {
    host = fork(HOST, { env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    host.unref();
  }
  isHostBusy = true;
  // While it is waited for, the test must not end.
  host.channel?.ref();
  try {
    const answer = Promise.race([
      once(host, 'message'),
      once(host, 'exit').then(([code]) => {
        throw new Error(`the host of the program ended with ${code}`);
      }),
    ]);
    host.send({ args, cwd: options.cwd });
    const [result] = await answer;
    return result as CliResult;
  } finally {
    isHostBusy = false;
    host.channel?.unref();
  }
}

function cleanEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|INIT_CWD|CARTLOAD_|PG|VITEST|NODE_OPTIONS)/.test(name),
    ),
  );
}

function spawnCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const child = spawn(process.execPath, [options.main ?? MAIN, ...args], {
    cwd: options.cwd,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.onStderr?.(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
