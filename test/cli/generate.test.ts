import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../helpers/run-cli.ts';

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'cartload-generate-'));
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const generate = (...args: string[]) => runCli(['generate', '--scale', '1k', ...args], { cwd });

test('the same row stands alone and in its range, in every format', async () => {
  const csv = await generate('--table', 'products', '--rows', '3..5');
  expect(csv.stdout.split('\r\n')).toHaveLength(5);
  const one = await generate('--table', 'products', '--rows', '4');
  expect(one.stdout.split('\r\n')[1]).toBe(csv.stdout.split('\r\n')[2]);
  const json = await generate('--table', 'products', '--rows', '4', '--format', 'json');
  expect(JSON.parse(json.stdout)).toMatchObject({ id: 4 });
  expect(json.stdout.trimEnd().split('\n')).toHaveLength(1);
});

test('all tables go to a folder, one whole file each', async () => {
  const result = await generate('--out', 'rows', '--format', 'binary', '--json');
  expect(result.code).toBe(0);
  const files = readdirSync(join(cwd, 'rows'));
  expect(files).toHaveLength(20);
  expect(files.every((file) => file.endsWith('.copy'))).toBe(true);
  const orders = readFileSync(join(cwd, 'rows', 'orders.copy'));
  expect(orders.subarray(0, 11).toString('latin1')).toBe('PGCOPY\n\xff\r\n\0');
  expect(orders.readInt16BE(orders.length - 2)).toBe(-1);
  expect(JSON.parse(result.stdout).files).toHaveLength(20);
});

test('the null sink says how fast', async () => {
  const result = await generate('--null', '--json');
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: expect.any(Number) });
  expect(JSON.parse(result.stdout).rowsPerSecond).toBeGreaterThan(0);
});

test('all tables do not go to one stdout', async () => {
  const result = await generate();
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(/--out/);
});
