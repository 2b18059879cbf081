import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { APP_TRANSACTIONS, TRANSACTION_NAMES } from '../../src/workloads/transaction.ts';
import { runCli } from '../helpers/run-cli.ts';
import { mutations } from '../helpers/scenario-mutations.ts';
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

/** One sentence, a hint, the exit code, no stack, no password, and nothing left behind. */
async function refused(
  args: readonly string[],
  code: number,
  message: RegExp,
  env: Record<string, string> = {},
) {
  const before = readdirSync(cwd);
  const result = await runCli(args, { cwd, env });
  expect(result.stderr).toMatch(message);
  expect(result.stderr).toMatch(/^hint: /m);
  expect(result.stderr).not.toMatch(/^\s+at /m);
  expect(result.stdout).toBe('');
  expect(result.code).toBe(code);
  expect(readdirSync(cwd)).toEqual(before);
  return result;
}

async function expectRefusal(...parameters: Parameters<typeof refused>): Promise<void> {
  await refused(...parameters);
}

async function tablesOf(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select schemaname || '.' || tablename as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
    );
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

describe('the command line', () => {
  test('no command', () => expectRefusal([], 2, /^error: Name a command/));
  test('an unknown command', () => expectRefusal(['bnech'], 2, /^error: .*bench/s));
  test('an unknown option', () => expectRefusal(['load', '--scael', '1k'], 2, /scael/));
  test('an option given twice', () =>
    expectRefusal(['load', '--seed=1', '--seed=2'], 2, /--seed was given more than once/));
  test('fewer runs than one', () => expectRefusal(['runs', '--last', '0'], 2, /^error: .*last.*0/));
  test('an option without its value', () =>
    expectRefusal(['load', '--scale'], 2, /^error: .*scale/));

  test.each([
    ['0', /^error: --scale .*"0"/],
    ['1x', /^error: --scale .*"1x"/],
    ['1500', /^error: --scale .*"1500"/],
    ['-1k', /^error: --scale .*"-1k"/],
  ])('the scale %s', (scale, message) => expectRefusal(['load', `--scale=${scale}`], 2, message));

  test.each(['abc', '-1', '1.5', '4294967296'])('the seed %s', (seed) =>
    expectRefusal(['load', `--seed=${seed}`], 2, /^error: .*seed/),
  );

  test('a scale and a size', () =>
    expectRefusal(['load', '--scale=1k', '--size=1GB'], 2, /--scale and --size/));

  test.each(['50', 'GB', '-5GB', '1MB'])('the size %s', (size) =>
    expectRefusal(['load', `--size=${size}`], 2, /^error: --size/),
  );

  test('an unknown profile', () =>
    expectRefusal(['load', '--profile=bazaar'], 2, /--profile is not known/));

  test('a bad unit', () =>
    expectRefusal(['bench', 'checkout', '--duration', '5x'], 2, /^error: --duration .*"5x"/));

  test('an option that does not fit the executor', () =>
    expectRefusal(['bench', 'checkout', '--vus', '5'], 2, /^error: --vus/));

  test('options that npm swallowed', () =>
    expectRefusal(['bench', 'scenarios/checkout'], 2, /npm kept "--duration" for itself/, {
      npm_lifecycle_event: 'bench',
      npm_config_duration: '5s',
    }));

  test('rows out of range, an unknown table', async () => {
    await expectRefusal(['generate', '--table', 'order'], 2, /no table "order"/);
    await expectRefusal(['generate', '--table', 'orders', '--rows', '0..3'], 2, /--rows/);
    await expectRefusal(['generate', '--table', 'orders', '--rows', '20001'], 2, /--rows/);
  });

  test('with --json the error is a document, too', async () => {
    const result = await runCli(['load', '--scale=0', '--json'], { cwd });
    expect(result.code).toBe(2);
    expect(JSON.parse(result.stdout)).toMatchObject({
      error: { code: 'BAD_OPTION', exitCode: 2 },
    });
  });
});

describe('scenarios', () => {
  test('unknown', () =>
    expectRefusal(['bench', 'scenarios/checkuot'], 2, /no scenario "scenarios\/checkuot"/));

  test('malformed YAML, with its place', async () => {
    writeFileSync(join(cwd, 'broken.yaml'), 'name: x\nload: { executor: [\n');
    await expectRefusal(['bench', 'broken.yaml'], 2, /broken\.yaml:\d+:\d+/);
  });

  test('every problem at once', async () => {
    writeFileSync(
      join(cwd, 'wrong.yaml'),
      [
        'name: wrong',
        'load: { executor: constant-arrival-rate, rate: 200, duration: 30 }',
        'mix: { chekout: 1 }',
        'thresold: []',
      ].join('\n'),
    );
    const { stderr } = await refused(['bench', 'wrong.yaml'], 2, /wrong\.yaml has 4 problems/);
    expect(stderr).toMatch(/wrong\.yaml:2:\d+: load\.rate:/);
    expect(stderr).toMatch(/wrong\.yaml:2:\d+: load\.duration:/);
    expect(stderr).toMatch(/wrong\.yaml:3:\d+: mix.*checkout/);
    expect(stderr).toMatch(/wrong\.yaml:4:1: .*thresholds/);
  });

  test('problems of transaction files beside its own', async () => {
    mkdirSync(join(cwd, 'mine/sql'), { recursive: true });
    writeFileSync(
      join(cwd, 'mine/own.yaml'),
      [
        'name: own',
        'load: { executor: constant-vus, vus: 1, duration: 1s }',
        'transactions: { broken: sql/broken.sql, gone: sql/gone.sql, latin: sql/latin.sql, dir: sql }',
        'mix: { broken: 1 }',
      ].join('\n'),
    );
    writeFileSync(
      join(cwd, 'mine/sql/broken.sql'),
      '-- access: write\n-- name: x\nbegin;\nselect 1;',
    );
    writeFileSync(join(cwd, 'mine/sql/latin.sql'), Buffer.from('-- \xe9', 'latin1'));
    const { stderr } = await refused(['bench', 'mine/own.yaml'], 2, /own\.yaml has 5 problems/);
    expect(stderr).toContain(
      'mine/own.yaml:3:47: transactions.gone: cannot be read: there is no file',
    );
    expect(stderr).toContain('transactions.latin: cannot be read: it is not UTF-8');
    expect(stderr).toContain('transactions.dir: cannot be read: EISDIR');
    expect(stderr).toContain('mine/sql/broken.sql:3:1: begin is transaction control');
    expect(stderr).toContain('mine/sql/broken.sql:4:1: x has more than one statement');
  });
});

describe('run records', () => {
  test('not there', () => expectRefusal(['report', 'runs/none'], 2, /runs\/none/));
  test('of another kind', async () => {
    writeFileSync(join(cwd, 'run.json'), '{"schemaVersion": 99}');
    await expectRefusal(['report', 'run.json'], 2, /99/);
  });
});

describe('targets', () => {
  test('unreachable', () =>
    expectRefusal(
      ['load', '--target', 'postgres://me:secret@127.0.0.1:9/cartload_bench'],
      5,
      /127\.0\.0\.1:9\/cartload_bench cannot be reached/,
    ));

  test('malformed, without the password in the answer', async () => {
    const { stderr } = await refused(
      ['load', '--target', 'mysql://me:secret@h/x'],
      2,
      /not a PostgreSQL URL/,
    );
    expect(stderr).not.toContain('secret');
  });

  test('a replica without its primary', () =>
    expectRefusal(
      ['bench', 'checkout', '--replica', database.replicaUrl],
      2,
      /replica was given without its primary/,
    ));

  test('wrong password', async () => {
    const url = new URL(database.url);
    url.password = 'wrongpassword';
    const { stderr } = await refused(['load', '--target', url.href], 5, /refused the login/);
    expect(stderr).not.toContain('wrongpassword');
  });

  test('a database that does not exist', () => {
    const url = new URL(database.url);
    url.pathname = '/nowhere';
    return expectRefusal(['load', '--target', url.href], 5, /nowhere/);
  });

  test('a replica as primary', () =>
    expectRefusal(['load', '--target', database.replicaUrl], 2, /is a read replica/));

  test('a database without a shop', () =>
    expectRefusal(['bench', 'checkout', '--target', database.url], 2, /holds no shop/));

  test('a production-looking name', () => {
    const url = new URL(database.url);
    url.hostname = 'localhost';
    url.pathname = '/shop_production';
    return expectRefusal(['load', '--target', url.href], 2, /shop_production.*production/);
  });

  test('a folder that cannot be written', async () => {
    writeFileSync(join(cwd, 'file'), '');
    await expectRefusal(
      ['bench', 'checkout', '--out', 'file/run'],
      2,
      /file\/run cannot be written/,
    );
  });

  test('a database with other people’s tables stays as it was', async () => {
    const other = await testDatabase();
    const client = new pg.Client({ connectionString: other.url });
    await client.connect();
    await client.query('create table invoices (id int)');
    await client.end();
    for (const command of [['load'], ['bench', 'checkout'], ['db', 'migrate']]) {
      await expectRefusal(
        [...command, '--target', other.url],
        2,
        /holds other tables: public\.invoices/,
      );
    }
    expect(await tablesOf(other.url)).toEqual(['public.invoices']);
    await other.drop();
  });
});

test('scenario files broken in many ways: problems with their places, exit code 2, never a crash', async () => {
  const shipped = readFileSync(new URL('../../scenarios/checkout.yaml', import.meta.url), 'utf8');
  const vocabulary = { transactions: TRANSACTION_NAMES, appTransactions: APP_TRANSACTIONS };
  const broken = mutations([shipped])
    .filter((text) => !parseScenario(text, 'broken.yaml', vocabulary).ok)
    .filter((_, index) => index % 45 === 3);
  expect(broken.length).toBeGreaterThan(4);
  for (const [index, text] of broken.entries()) {
    const file = join(cwd, `broken-${index}.yaml`);
    writeFileSync(file, text);
    const { stdout, stderr, code } = await runCli(['bench', file], { cwd });
    rmSync(file);
    expect(code, text).toBe(2);
    expect(stdout).toBe('');
    expect(stderr, text).toMatch(/broken-\d+\.yaml:\d+:\d+: /);
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});
