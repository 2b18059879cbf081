import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CommitRefusedError,
  PgSession,
  type StatementObserver,
} from '../../src/database/pg-session.ts';
import { parseServerUrl } from '../../src/database/server-address.ts';
import { call, sqlStatement } from '../../src/schema/statement.ts';
import { type TestDatabase, testDatabase } from '../helpers/test-database.ts';

let database: TestDatabase;
let session: PgSession;
let lost: number;

beforeAll(async () => {
  database = await testDatabase();
});

beforeEach(async () => {
  lost = 0;
  session = await PgSession.open(parseServerUrl(database.url), {
    purpose: 'test',
    prepares: 'named',
    onLost: () => {
      lost += 1;
    },
    isPipelined: false,
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

function observe(of: PgSession, ended: StatementObserver['ended']): void {
  of.observer = { started() {}, ended };
}

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
    observe(session, (name, startedAt, endedAt, rows, code) =>
      seen.push([name, endedAt > startedAt, rows, code]),
    );
    await session.execute(add, { a: 1, b: 1 });
    await expect(session.execute(divide, { a: 1, b: 0 })).rejects.toMatchObject({ code: '22012' });
    expect(seen).toEqual([
      ['test.add', true, 1, null],
      ['test.divide', true, 0, '22012'],
    ]);
  });

  test('tells the observer of begin, commit and rollback, and of rows changed', async () => {
    const create = sqlStatement<object, never>('test.create', 'create temp table pair (n int)');
    const insert = sqlStatement<object, never>('test.insert', 'insert into pair values (1), (2)');
    const seen: unknown[] = [];
    observe(session, (name, _startedAt, _endedAt, rows, code) => seen.push([name, rows, code]));
    await session.begin('isolation level read committed');
    await session.execute(create, {});
    await session.execute(insert, {});
    await session.commit();
    await session.begin('isolation level read committed');
    await session.rollback();
    expect(seen).toEqual([
      ['begin', 0, null],
      ['test.create', 0, null],
      ['test.insert', 2, null],
      ['commit', 0, null],
      ['begin', 0, null],
      ['rollback', 0, null],
    ]);
  });

  test('a COMMIT that is answered with ROLLBACK is no commit', async () => {
    const failed: string[] = [];
    observe(session, (name, _startedAt, _endedAt, _rows, code) => {
      if (code !== null) failed.push(name);
    });
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

describe.each([
  ['one after another', false],
  ['in one round trip', true],
])('statements that are executed together, %s', (_, isPipelined) => {
  const texts = sqlStatement<{ n: number }, { n: number; text: string | null; at: Date }>(
    'test.texts',
    `select n, nullif(repeat('é', n), '') as text, '2025-01-01T00:00:00Z'::timestamptz as at
     from generate_series(0, :n::int) n`,
  );
  const quietly = sqlStatement<{ ids: readonly number[] }, never>(
    'test.quietly',
    'delete from pg_temp.pair where n = any (:ids::int[])',
  );
  let together: PgSession;

  beforeEach(async () => {
    together = await PgSession.open(parseServerUrl(database.url), {
      purpose: 'test',
      prepares: 'named',
      onLost: () => {
        lost += 1;
      },
      isPipelined,
    });
    await together.command('create temp table pair as select 1 as n union all select 2');
    await together.prepare([add, divide, texts, quietly, selfDestruct]);
  });
  afterEach(() => together.close());

  test('each have their rows, and the observer is told of each', async () => {
    const seen: unknown[] = [];
    observe(together, (name, startedAt, endedAt, rows, code) =>
      seen.push([name, endedAt >= startedAt, rows, code]),
    );
    const [sums, deleted, words, none] = await together.executeAll([
      call(add, { a: 1, b: 2 }),
      call(quietly, { ids: [2, 3] }),
      call(texts, { n: 1 }),
      call(texts, { n: -1 }),
    ]);
    expect(sums).toEqual([{ sum: 3 }]);
    expect(deleted).toEqual([]);
    const at = new Date('2025-01-01T00:00:00Z');
    expect(words).toEqual([
      { n: 0, text: null, at },
      { n: 1, text: 'é', at },
    ]);
    expect(none).toEqual([]);
    expect(seen).toEqual([
      ['test.add', true, 1, null],
      ['test.quietly', true, 1, null],
      ['test.texts', true, 2, null],
      ['test.texts', true, 0, null],
    ]);
    expect(await together.executeAll([])).toEqual([]);
  });

  test('end with the first that fails; nothing behind it is executed, and COMMIT is refused', async () => {
    const seen: unknown[] = [];
    observe(together, (name, _startedAt, _endedAt, _rows, code) => seen.push([name, code]));
    await together.begin('isolation level read committed');
    await expect(
      together.executeAll([
        call(add, { a: 1, b: 2 }),
        call(divide, { a: 1, b: 0 }),
        call(quietly, { ids: [1, 2] }),
      ]),
    ).rejects.toMatchObject({ code: '22012' });
    await expect(together.commit()).rejects.toBeInstanceOf(CommitRefusedError);
    expect(seen).toEqual([
      ['begin', null],
      ['test.add', null],
      ['test.divide', '22012'],
      ['commit', 'ROLLBACK'],
    ]);
    const left = sqlStatement<object, { n: number }>('test.left', 'select n from pg_temp.pair');
    expect(await together.execute(left, {})).toHaveLength(2);
  });

  test('fail together when the connection is lost', async () => {
    await expect(
      together.executeAll([call(selfDestruct, {}), call(add, { a: 1, b: 1 })]),
    ).rejects.toThrow();
    await expect(together.executeAll([call(add, { a: 1, b: 1 })])).rejects.toThrow();
    expect(together.isLost).toBe(true);
    expect(lost).toBe(1);
  });
});
