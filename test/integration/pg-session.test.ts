import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import { CommitRefusedError, PgSession } from '../../src/database/pg-session.ts';
import { parseServerUrl } from '../../src/database/server-address.ts';
import { sqlStatement } from '../../src/schema/statement.ts';
import { type TestDatabase, testDatabase } from '../helpers/test-database.ts';

let database: TestDatabase;
let session: PgSession;
let lost: number;

beforeAll(async () => {
  database = await testDatabase();
});

beforeEach(async () => {
  lost = 0;
  const client = await connect(parseServerUrl(database.url), { purpose: 'test' });
  session = new PgSession(client, () => {
    lost += 1;
  });
});

afterEach(() => session.close());
afterAll(() => database.drop());

const add = sqlStatement<{ a: number; b: number }, { sum: number }>(
  'test.add',
  'select :a::bigint + :b::bigint as sum',
);
const divide = sqlStatement<{ a: number; b: number }, { quotient: number }>(
  'test.divide',
  'select :a::int / :b::int as quotient',
);
const selfDestruct = sqlStatement<object, never>(
  'test.self_destruct',
  'select pg_terminate_backend(pg_backend_pid())',
);

describe('PgSession', () => {
  test('prepares a statement once and binds by name', async () => {
    expect(await session.execute(add, { b: 2, a: 2 ** 40 })).toEqual([{ sum: 2 ** 40 + 2 }]);
    expect(await session.execute(add, { a: 5, b: 6 })).toEqual([{ sum: 11 }]);
    const prepared = sqlStatement<object, { name: string }>(
      'test.prepared',
      `select name from pg_prepared_statements where name = 'test.add'`,
    );
    expect(await session.execute(prepared, {})).toHaveLength(1);
  });

  test('prepares without executing, in one go', async () => {
    await session.prepare([add, divide]);
    const prepared = sqlStatement<object, { name: string; runs: number }>(
      'test.all_prepared',
      `select name, (generic_plans + custom_plans)::int as runs from pg_prepared_statements
       where name <> 'test.all_prepared' order by name`,
    );
    expect(await session.execute(prepared, {})).toEqual([
      { name: 'test.add', runs: 0 },
      { name: 'test.divide', runs: 0 },
    ]);
    expect(await session.execute(add, { a: 5, b: 6 })).toEqual([{ sum: 11 }]);
  });

  test('a statement that cannot be prepared is refused, and the session goes on', async () => {
    const wrong = sqlStatement<object, never>('test.wrong', 'select * from nowhere');
    await expect(session.prepare([add, wrong])).rejects.toMatchObject({ code: '42P01' });
    expect(await session.execute(divide, { a: 6, b: 3 })).toEqual([{ quotient: 2 }]);
  });

  test('tells the observer of each execution', async () => {
    const seen: unknown[] = [];
    session.observer = (name, latencyUs, rows, failed) =>
      seen.push([name, latencyUs > 0, rows, failed]);
    await session.execute(add, { a: 1, b: 1 });
    await expect(session.execute(divide, { a: 1, b: 0 })).rejects.toMatchObject({ code: '22012' });
    expect(seen).toEqual([
      ['test.add', true, 1, false],
      ['test.divide', true, 0, true],
    ]);
  });

  test('tells the observer of begin, commit and rollback, and of rows changed', async () => {
    const create = sqlStatement<object, never>('test.create', 'create temp table pair (n int)');
    const insert = sqlStatement<object, never>('test.insert', 'insert into pair values (1), (2)');
    const seen: unknown[] = [];
    session.observer = (name, _, rows, failed) => seen.push([name, rows, failed]);
    await session.begin('isolation level read committed');
    await session.execute(create, {});
    await session.execute(insert, {});
    await session.commit();
    await session.begin('isolation level read committed');
    await session.rollback();
    expect(seen).toEqual([
      ['begin', 0, false],
      ['test.create', 0, false],
      ['test.insert', 2, false],
      ['commit', 0, false],
      ['begin', 0, false],
      ['rollback', 0, false],
    ]);
  });

  test('a COMMIT that is answered with ROLLBACK is no commit', async () => {
    const failed: string[] = [];
    session.observer = (name, _, __, isFailed) => {
      if (isFailed) failed.push(name);
    };
    await session.begin('isolation level read committed');
    await expect(session.execute(divide, { a: 1, b: 0 })).rejects.toThrow(/division/);
    await expect(session.commit()).rejects.toBeInstanceOf(CommitRefusedError);
    expect(failed).toEqual(['test.divide', 'commit']);
    expect(await session.execute(add, { a: 1, b: 1 })).toEqual([{ sum: 2 }]);
  });

  test('tells once when the connection is lost, and fails from then on', async () => {
    await expect(session.execute(selfDestruct, {})).rejects.toThrow();
    await expect(session.execute(add, { a: 1, b: 1 })).rejects.toThrow();
    expect(session.isLost).toBe(true);
    expect(lost).toBe(1);
  });

  test('destroy fails what is under way', async () => {
    const sleep = sqlStatement<object, never>('test.sleep', 'select pg_sleep(60)');
    // The server goes on with what a client that is gone has asked for.
    const limit = sqlStatement<object, never>('test.limit', `set statement_timeout = '300ms'`);
    await session.execute(limit, {});
    const sleeping = session.execute(sleep, {});
    session.destroy();
    await expect(sleeping).rejects.toThrow();
    expect(lost).toBe(1);
  });
});
