import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockHolder, takeClusterLock } from '../../../../src/database/embedded/cluster-lock.ts';
import { hasProcessTable } from '../../../../src/database/embedded/process-table.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cartload-lock-'));
  file = join(directory, 'cluster.lock');
});

afterEach(() => rmSync(directory, { recursive: true }));

/** No process has a pid beyond the kernel's largest, 2^22. */
const DEAD = { pid: 2 ** 22 + 1, since: '2026-01-02T03:04:05Z', command: 'gone', token: 'dead' };

describe('takeClusterLock', () => {
  test('holds the lock until it is released, and leaves nothing behind', async () => {
    const lock = await takeClusterLock(file, 'npm run load');
    expect(await lockHolder(file)).toMatchObject({ pid: process.pid, command: 'npm run load' });
    await lock.release();
    await lock.release();
    expect(await lockHolder(file)).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('names the holder to whoever comes second', async () => {
    const lock = await takeClusterLock(file, 'npm run load');
    await expect(takeClusterLock(file, 'npm run bench')).rejects.toMatchObject({
      code: 'CLUSTER_BUSY',
      exitCode: 2,
      message: expect.stringMatching(/`npm run load` \(pid \d+, since \d\d:\d\d:\d\d\)$/),
    });
    await lock.release();
  });

  test.each([
    ['of a process that is gone', JSON.stringify(DEAD)],
    ['that nobody can read', '{"pid": 12'],
    ['that is empty', ''],
  ])('takes over a lock %s', async (_, text) => {
    writeFileSync(file, text);
    expect(await lockHolder(file)).toBeUndefined();
    const lock = await takeClusterLock(file, 'npm run load');
    expect(await lockHolder(file)).toMatchObject({ pid: process.pid });
    await lock.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  test.runIf(hasProcessTable)('takes over a lock whose pid another process has now', async () => {
    writeFileSync(file, JSON.stringify({ ...DEAD, pid: process.pid, processStart: 'boot:1' }));
    const lock = await takeClusterLock(file, 'npm run load');
    await lock.release();
  });

  test('takes over from a process that died while it was taking over', async () => {
    writeFileSync(file, JSON.stringify(DEAD));
    writeFileSync(`${file}.after-dead`, JSON.stringify({ ...DEAD, token: 'dead-too' }));
    const lock = await takeClusterLock(file, 'npm run load');
    await lock.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('lets one of many take over a dead lock', async () => {
    writeFileSync(file, JSON.stringify(DEAD));
    const attempts = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => takeClusterLock(file, `command ${n}`)),
    );
    const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === 'rejected')
        expect(attempt.reason).toHaveProperty('code', 'CLUSTER_BUSY');
    }
    await winners[0]?.value.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  test("does not remove a successor's lock", async () => {
    const lock = await takeClusterLock(file, 'npm run load');
    writeFileSync(file, JSON.stringify({ ...DEAD, pid: process.pid, token: 'successor' }));
    await lock.release();
    expect(await lockHolder(file)).toMatchObject({ token: 'successor' });
  });
});
