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

  test('a COMMIT that is answered with ROLLBACK is no commit', async () => {
    await session.begin('isolation level read committed');
    await expect(session.execute(divide, { a: 1, b: 0 })).rejects.toThrow(/division/);
    await expect(session.commit()).rejects.toBeInstanceOf(CommitRefusedError);
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
