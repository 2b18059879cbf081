import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  hasProcessTable,
  isProcessAlive,
  processStart,
  serverProcessesIn,
} from '../../../../src/database/embedded/process-table.ts';

let directory: string;
let children: ChildProcess[];

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'cartload-process-')));
  children = [];
});

afterEach(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  rmSync(directory, { recursive: true, force: true });
});

async function start(file: string, args: string[], cwd: string): Promise<number> {
  const child = spawn(file, args, { cwd, stdio: 'ignore' });
  children.push(child);
  await once(child, 'spawn');
  return child.pid ?? 0;
}

test('a process that ended is not alive, this one is', () => {
  expect(isProcessAlive(process.pid)).toBe(true);
  expect(isProcessAlive(spawnSync(process.execPath, ['-e', '']).pid)).toBe(false);
});

describe.runIf(hasProcessTable)('with /proc', () => {
  test('a zombie is not alive, although its pid is taken', async () => {
    // The shell becomes a sleep, which does not wait for the child it inherits, before the child ends.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(parent);
    const [output] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(output.toString());
    while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(() => process.kill(pid, 0)).not.toThrow();
    expect(isProcessAlive(pid)).toBe(false);
  });

  test('the start tells processes apart and stays the same', async () => {
    expect(processStart(process.pid)).toBe(processStart(process.pid));
    expect(processStart(process.pid)).not.toBe(processStart(process.ppid));
    expect(processStart(2 ** 22 + 1)).toBeUndefined();
  });

  test('a server process is a PostgreSQL that stands in the directory', async () => {
    const inside = join(directory, 'data');
    const program = join(directory, 'postgres');
    spawnSync('mkdir', [inside]);
    copyFileSync('/bin/sleep', program);
    const server = await start(program, ['60'], inside);
    await start(program, ['60'], directory);
    // A shell that a user has left standing there.
    await start('/bin/sleep', ['60'], inside);
    expect(serverProcessesIn(inside, undefined)).toEqual([server]);

    rmSync(inside, { recursive: true });
    expect(serverProcessesIn(inside, undefined)).toEqual([server]);
  });
});
