import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRunRecord } from '../../src/measurements/run-record-file.ts';
import { REPORT_FILES } from '../../src/reports/write-reports.ts';
import { runCli } from '../helpers/run-cli.ts';
import { type TestDatabase, testDatabase } from '../helpers/test-database.ts';

let cwd: string;
let database: TestDatabase;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'cartload-cli-'));
  database = await testDatabase();
});

afterAll(async () => {
  await database.drop();
  rmSync(cwd, { recursive: true, force: true });
});

const run = (...args: string[]) => runCli(args, { cwd });

describe('an external target, from empty to report', () => {
  test('load fills it, and says nothing is to do the second time', async () => {
    const first = await run('load', '--scale', '1k', '--target', database.url, '--json');
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ alreadyLoaded: false, rowsResumed: 0 });
    const second = await run('load', '--scale', '1k', '--target', database.url);
    expect(second.code).toBe(0);
    expect(second.stdout).toMatch(/^Already loaded/);
  });

  test('another dataset over it is refused', async () => {
    const result = await run('load', '--scale', '2k', '--target', database.url);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/holds the shop of 1000 orders/);
  });

  test('verify finds rows, checksums and books right', async () => {
    const result = await run('verify', '--target', database.url, '--json');
    expect(result.code).toBe(0);
    const { passed, tables } = JSON.parse(result.stdout);
    expect(passed).toBe(true);
    expect(tables).toHaveLength(20);
  });

  test('verify sees one changed value in one row', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`update shop.addresses set city = city || '!' where id = 77`);
    const result = await run('verify', '--target', database.url, '--json');
    await client.query(`update shop.addresses set city = rtrim(city, '!') where id = 77`);
    await client.end();
    expect(result.code).toBe(1);
    const { tables, invariants } = JSON.parse(result.stdout);
    const wrong = tables.filter(({ matches }: { matches: boolean }) => !matches);
    expect(wrong).toMatchObject([{ table: 'addresses', rows: 950, expectedRows: 950 }]);
    expect(invariants.every(({ violations }: { violations: number }) => violations === 0)).toBe(
      true,
    );
  });

  test('generate prints the very rows', async () => {
    const { stdout } = await run(
      'generate',
      '--table',
      'orders',
      '--rows',
      '7..8',
      '--scale',
      '1k',
    );
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      'select id::text, checkout_token, total_cents::text from shop.orders where id in (7, 8) order by id',
    );
    await client.end();
    const [header, ...lines] = stdout.trimEnd().split('\r\n');
    const columns = header?.split(',') ?? [];
    const printed = lines.map((line) => {
      const values = line.split(',');
      return Object.fromEntries(columns.map((column, i) => [column, values[i]]));
    });
    expect(printed).toMatchObject(rows);
  });

  test('bench runs on primary and replica, writes its files, and report makes them again', async () => {
    const result = await run(
      ...['bench', 'checkout', '--scale', '1k', '--duration', '2s', '--warmup', '500ms'],
      ...['--rate', '50', '--target', database.url, '--replica', database.replicaUrl],
      ...['--out', 'first'],
    );
    expect(result.stderr).not.toMatch(/error|fault/);
    expect(result.code).toBe(0);
    expect(result.stdout.split('\n').length).toBeLessThanOrEqual(40);
    expect(Math.max(...result.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(
      100,
    );
    expect(result.stdout).toMatch(/open first\/report\.html/);
    const files = [...REPORT_FILES, 'run.json'].sort();
    expect(readdirSync(join(cwd, 'first')).sort()).toEqual(files);
    const record = await readRunRecord(join(cwd, 'first'));
    expect(record.books.balanced).toBe(true);
    expect(record.target.nodes.map(({ role }) => role)).toEqual(['primary', 'replica']);
    const password = new URL(database.url).password;
    for (const file of files) {
      expect(readFileSync(join(cwd, 'first', file), 'utf8')).not.toContain(password);
    }

    rmSync(join(cwd, 'first', 'report.html'));
    const again = await run('report', 'first');
    expect(again.code).toBe(0);
    expect(again.stdout).toBe(result.stdout);
    expect(existsSync(join(cwd, 'first', 'report.html'))).toBe(true);
  });

  test('runs lists what has been run, and writes the page of all runs', async () => {
    const none = await run('runs');
    expect(none).toMatchObject({ code: 0, stdout: expect.stringMatching(/^0 runs\.\nopen runs/) });
    cpSync(join(cwd, 'first'), join(cwd, 'runs', 'first'), { recursive: true });
    mkdirSync(join(cwd, 'runs', 'torn'));
    writeFileSync(join(cwd, 'runs', 'torn', 'run.json'), '{"schemaVersion":1');
    const result = await run('runs', '--last', '5');
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/^1 run\.\n.*\n.* checkout .* pass .*\nnot readable: torn: /);
    expect(readFileSync(join(cwd, 'runs', 'index.html'), 'utf8')).toContain('first/report.html');
    const { runs, unreadable } = JSON.parse((await run('runs', '--json')).stdout);
    expect(runs).toMatchObject([{ folder: 'first', scenario: 'checkout', status: 'pass' }]);
    expect(unreadable).toHaveLength(1);
  });

  test('the folder of a run is not written over', async () => {
    const result = await run('bench', 'checkout', '--target', database.url, '--out', 'first');
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/first holds report\.html already/);
  });

  test('Ctrl-C ends a run with a partial, labelled result', async () => {
    let isSent = false;
    const result = await runCli(
      ['bench', 'catalog', '--scale', '1k', '--target', database.url, '--warmup', '0s', '--json'],
      {
        cwd,
        onStderr(said, child) {
          if (isSent || !said.includes('running catalog')) return;
          isSent = true;
          setTimeout(() => child.kill('SIGINT'), 1200);
        },
      },
    );
    expect(result.code).toBe(130);
    expect(JSON.parse(result.stdout)).toMatchObject({
      interrupted: true,
      verdict: { status: 'interrupted', exitCode: 130 },
      books: { balanced: true },
    });
  });

  test('a missed threshold is exit code 1', async () => {
    const result = await run(
      ...['bench', join(import.meta.dirname, 'hopeless.yaml'), '--target', database.url],
    );
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(/FAIL/);
  });
});

test('--replace throws another dataset away and loads the one asked for', async () => {
  const other = await testDatabase();
  expect((await run('load', '--scale', '1k', '--target', other.url)).code).toBe(0);
  const refused = await run('load', '--scale', '2k', '--target', other.url);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/--replace/);
  const replaced = await run(
    ...['load', '--scale', '2k', '--seed', '7', '--replace', '--workers', '2'],
    ...['--target', other.url, '--json'],
  );
  expect(replaced.code).toBe(0);
  expect(JSON.parse(replaced.stdout)).toMatchObject({ rowsResumed: 0, verified: { passed: true } });
  await other.drop();
});

test('any number of workers loads the same bytes, in every profile', async () => {
  const checksums = new Map<string, unknown>();
  for (const [profile, workers] of [
    ['default', '1'],
    ['default', '4'],
    ['grocery', '2'],
    ['marketplace', '2'],
  ] as const) {
    const other = await testDatabase();
    const args = ['--scale', '2k', '--profile', profile, '--workers', workers];
    const loaded = await run('load', ...args, '--target', other.url, '--json');
    const { verified } = JSON.parse(loaded.stdout);
    // Against the generator, which knows of no workers.
    expect(verified.passed, `${profile}, ${workers} workers`).toBe(true);
    const sums = verified.tables.map(({ checksum }: { checksum: string }) => checksum);
    expect(sums).toEqual(checksums.get(profile) ?? sums);
    checksums.set(profile, sums);
    await other.drop();
  }
});

test('a shop larger than the disk is refused before anything is written', async () => {
  const other = await testDatabase();
  const refused = await run('load', '--size', '2TB', '--target', other.url);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/needs about/);
  const client = new pg.Client({ connectionString: other.url });
  await client.connect();
  const { rows } = await client.query(`select to_regnamespace('cartload') as schema`);
  await client.end();
  expect(rows).toEqual([{ schema: null }]);
  await other.drop();
});

test('Ctrl-C ends a load between two chunks; the same command goes on from there', async () => {
  const other = await testDatabase();
  const args = ['load', '--scale', '30k', '--workers', '1', '--target', other.url];
  let isSent = false;
  const first = await runCli(args, {
    cwd,
    onStderr(said, child) {
      if (isSent || !said.includes('copying')) return;
      isSent = true;
      setTimeout(() => child.kill('SIGINT'), 400);
    },
  });
  expect(first.code).toBe(130);
  expect(first.stderr).toMatch(/Interrupted: [\d,]+ of [\d,]+ rows are loaded/);
  const second = await runCli([...args, '--json'], { cwd });
  expect(second.code).toBe(0);
  expect(JSON.parse(second.stdout).rowsResumed).toBeGreaterThan(0);
  expect((await runCli(['verify', '--target', other.url], { cwd })).code).toBe(0);
  await other.drop();
});
