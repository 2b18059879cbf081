import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CopyTreeOptions, copyTree } from '../../../../src/database/embedded/copy-tree.ts';

let source: string;
let target: string;

beforeEach(() => {
  source = mkdtempSync(join(tmpdir(), 'cartload-copy-source-'));
  target = mkdtempSync(join(tmpdir(), 'cartload-copy-target-'));
  mkdirSync(join(source, 'base', '1'), { recursive: true });
  mkdirSync(join(source, 'pg_wal'));
  writeFileSync(join(source, 'base', '1', '1259'), Buffer.alloc(3_000_000, 7));
  writeFileSync(join(source, 'empty'), '');
  writeFileSync(join(source, 'pg_wal', '000000010000000000000001'), 'log');
});

afterEach(() => {
  rmSync(source, { recursive: true });
  rmSync(target, { recursive: true });
});

const OPTIONS: CopyTreeOptions = { links: 'keep', directoryMode: 0o700, fileMode: () => 0o600 };

describe('copyTree', () => {
  test('copies files of any size with the modes asked for', async () => {
    await copyTree(source, target, OPTIONS);
    const copy = join(target, 'base', '1', '1259');
    expect(readFileSync(copy).equals(readFileSync(join(source, 'base', '1', '1259')))).toBe(true);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(statSync(join(target, 'base')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(target, 'empty'), 'utf8')).toBe('');
  });

  test('makes a left out folder, but not what is in it', async () => {
    await copyTree(source, target, { ...OPTIONS, skip: (path) => path === 'pg_wal' });
    expect(statSync(join(target, 'pg_wal')).isDirectory()).toBe(true);
    expect(() => statSync(join(target, 'pg_wal', '000000010000000000000001'))).toThrow('ENOENT');
  });

  test('leaves out what vanishes before its turn, where that is expected', async () => {
    const vanish = (path: string) => {
      if (path === 'empty') rmSync(join(source, 'base', '1', '1259'));
      return false;
    };
    await copyTree(source, target, { ...OPTIONS, mayVanish: true, skip: vanish });
    expect(() => statSync(join(target, 'base', '1', '1259'))).toThrow('ENOENT');

    writeFileSync(join(source, 'base', '1', '1259'), 'again');
    rmSync(target, { recursive: true });
    mkdirSync(target);
    await expect(copyTree(source, target, { ...OPTIONS, skip: vanish })).rejects.toThrow('ENOENT');
  });

  test('keeps links as they are written, or refuses them', async () => {
    symlinkSync('empty', join(source, 'link'));
    await expect(copyTree(source, target, { ...OPTIONS, links: 'refuse' })).rejects.toThrow(
      'link is a link',
    );
    rmSync(target, { recursive: true });
    mkdirSync(target);
    await copyTree(source, target, OPTIONS);
    expect(readlinkSync(join(target, 'link'))).toBe('empty');
  });

  test('ends when it is told to', async () => {
    const reason = new Error('Ctrl-C');
    await expect(
      copyTree(source, target, { ...OPTIONS, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });
});
