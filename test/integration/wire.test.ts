import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sessionTypes } from '../../src/database/connect.ts';
import { LostAtCommitError, PgSession } from '../../src/database/pg-session.ts';
import { parseServerUrl, type ServerAddress } from '../../src/database/server-address.ts';
import { call, sqlStatement } from '../../src/schema/statement.ts';
import { type TestDatabase, testDatabase } from '../helpers/test-database.ts';
import { tlsProxy } from '../helpers/tls-proxy.ts';

let database: TestDatabase;
let admin: pg.Client;
let proxy: Awaited<ReturnType<typeof tlsProxy>>;
let plain: ServerAddress;

beforeAll(async () => {
  database = await testDatabase();
  plain = parseServerUrl(database.url);
  proxy = await tlsProxy(plain);
  admin = new pg.Client({ connectionString: database.url, types: sessionTypes });
  await admin.connect();
  await admin.query('create table thing (id int primary key, payload text)');
});

afterAll(async () => {
  await admin.end();
  await proxy.close();
  await database.drop();
});

const one = sqlStatement<object, { one: number }>('wire.one', 'select 1 as one');
const sleep = sqlStatement<{ s: number }, never>('wire.sleep', 'select pg_sleep(:s::float8)');
const insert = sqlStatement<{ id: number; payload: string | null }, { id: number }>(
  'wire.insert',
  'insert into thing (id, payload) values (:id, :payload) returning id',
);

/** Its rejection is looked at later. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

describe.each([
  { transport: 'a plain socket', isTls: false, prepares: 'named' as const },
  { transport: 'TLS', isTls: true, prepares: 'named' as const },
  { transport: 'a plain socket, nothing prepared', isTls: false, prepares: 'never' as const },
])('a session over $transport', ({ isTls, prepares }) => {
  let session: PgSession;
  let losses: number;

  beforeEach(async () => {
    losses = 0;
    session = await PgSession.open(isTls ? proxy.address : plain, {
      purpose: 'wire test',
      onLost: () => {
        losses += 1;
      },
      isPipelined: true,
      prepares,
    });
  });
  afterEach(async () => {
    await session.close();
    // A server notices a cut connection only when it has something to say.
    await terminate();
    await admin.query('truncate thing');
  });

  const backend = () => session.backendPid;
  const terminate = () => admin.query('select pg_terminate_backend($1)', [backend()]);
  const until = async (isSo: () => boolean) => {
    for (let tries = 0; tries < 500 && !isSo(); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(isSo()).toBe(true);
  };
  /** Waits until it sleeps: parsing a statement counts as active, too. */
  const busy = async () => {
    for (;;) {
      const { rows } = await admin.query(
        `select 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'`,
        [backend()],
      );
      if (rows.length > 0) return;
    }
  };

  test('values of every type come as from pg', async () => {
    const text = `select 1::int2 as a, (-2147483648)::int4 as b, 9007199254740991::int8 as c,
      (-9223372036854775807)::int8 as d, 1.50::numeric(10,2) as e, 0.1::float8 as f, 'NaN'::float4 as g,
      true as h, false as i, null::int as j, 'é😀'::text as k, 'v'::varchar(5) as l, 'c'::char(3) as m,
      '2025-02-03T04:05:06.789Z'::timestamptz as n, '2025-02-03 04:05:06'::timestamp as o,
      '2025-02-03'::date as p, '{"a":[1,null]}'::jsonb as q, array['x','y "z"',null] as r,
      array[1,2]::int[] as s, '\\x00ff10'::bytea as t, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid as u,
      ''::text as v, interval '1 day 2 hours' as w, '10.0.0.1'::inet as x, 0::int8 as y, row(1,'a') as z`;
    const all = sqlStatement<object, Record<string, unknown>>('wire.types', text);
    const expected = await admin.query(text);
    expect(await session.execute(all, {})).toEqual(expected.rows);
  });

  test.each<[string, unknown]>([
    ['int8', 0],
    ['int8', -7],
    ['int8', Number.MAX_SAFE_INTEGER],
    ['int8', 1_000_000_000],
    ['float8', 0.5],
    ['float8', 1e300],
    ['text', ''],
    ['text', 'plain'],
    ['text', 'é😀'.repeat(30)],
    ['text', '2'.repeat(100_000)],
    ['bool', true],
    ['jsonb', { a: [1, 'x'] }],
    ['text[]', ['a', 'b "c" \\ d', null, 'é']],
    ['int8[]', [1, -2, 3]],
    ['timestamptz', new Date('2025-02-03T04:05:06.789Z')],
    ['bytea', Buffer.from([0, 255, 16, 92])],
    ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['int8', null],
  ])('%s: %s arrives as pg sends it', async (type, value) => {
    const echo = sqlStatement<{ value: unknown; other: number }, { value: unknown }>(
      `wire.echo_${type}`,
      `select :value::${type} as value, :other::int as other`,
    );
    const expected = await admin.query(`select $1::${type} as value, $2::int as other`, [
      value,
      42,
    ]);
    expect(await session.execute(echo, { value, other: 42 })).toEqual(expected.rows);
  });

  test('large rows, and many of them', async () => {
    const large = sqlStatement<{ n: number; length: number }, { n: number; text: string }>(
      'wire.large',
      `select n, repeat('x', :length::int) as text from generate_series(1, :n::int) n`,
    );
    const [row] = await session.execute(large, { n: 1, length: 3_000_000 });
    expect(row?.text).toHaveLength(3_000_000);
    const rows = await session.execute(large, { n: 20_000, length: 30 });
    expect(rows).toHaveLength(20_000);
    expect(rows.at(-1)?.n).toBe(20_000);
  });

  test('an error in a transaction: it is failed until the rollback, then all is well', async () => {
    await session.begin('isolation level read committed');
    await session.execute(insert, { id: 1, payload: null });
    await expect(session.execute(insert, { id: 1, payload: 'x' })).rejects.toMatchObject({
      code: '23505',
      constraint: 'thing_pkey',
      table: 'thing',
      severity: 'ERROR',
    });
    await expect(session.execute(one, {})).rejects.toMatchObject({ code: '25P02' });
    await session.rollback();
    expect(await session.execute(one, {})).toEqual([{ one: 1 }]);
  });

  test('an error in the middle of a pipeline: nothing of it stays', async () => {
    await session.begin('');
    await expect(
      session.executeAll([
        call(insert, { id: 1, payload: 'a' }),
        call(insert, { id: 1, payload: 'b' }),
        call(insert, { id: 2, payload: 'c' }),
      ]),
    ).rejects.toMatchObject({ code: '23505' });
    await session.rollback();
    expect((await admin.query('select count(*)::int as n from thing')).rows).toEqual([{ n: 0 }]);
  });

  test('notices, settings and notifications come in between and disturb nothing', async () => {
    await session.command('listen wire');
    await session.command(`do $$ begin raise notice 'hello'; raise warning 'more'; end $$`);
    await session.command(`set application_name = 'renamed'`);
    await admin.query(`notify wire, 'payload'`);
    const noisy = sqlStatement<object, { set_config: string }>(
      'wire.noisy',
      `select set_config('timezone', 'Asia/Tokyo', false)`,
    );
    expect(await session.execute(noisy, {})).toEqual([{ set_config: 'Asia/Tokyo' }]);
    expect(await session.execute(one, {})).toEqual([{ one: 1 }]);
    expect(losses).toBe(0);
  });

  test('a cancelled query fails alone', async () => {
    const sleeping = heard(session.execute(sleep, { s: 30 }));
    await busy();
    await admin.query('select pg_cancel_backend($1)', [backend()]);
    await expect(sleeping).rejects.toMatchObject({ code: '57014' });
    expect(await session.execute(one, {})).toEqual([{ one: 1 }]);
  });

  test("the server's own timeout fails alone", async () => {
    await session.command('set statement_timeout = 50');
    await expect(session.execute(sleep, { s: 30 })).rejects.toMatchObject({ code: '57014' });
    await session.command('set statement_timeout = 0');
    expect(await session.execute(one, {})).toEqual([{ one: 1 }]);
  });

  test('terminated while it works: the server says why', async () => {
    const sleeping = heard(session.execute(sleep, { s: 30 }));
    await busy();
    await terminate();
    await expect(sleeping).rejects.toMatchObject({ code: '57P01' });
    expect(session.isLost).toBe(true);
    expect(losses).toBe(1);
    await expect(session.execute(one, {})).rejects.toThrow();
  });

  test('terminated while it is idle: it is told at once', async () => {
    await session.execute(one, {});
    await terminate();
    await until(() => losses === 1);
    expect(session.isLost).toBe(true);
  });

  test('lost at COMMIT: nobody can tell', async () => {
    await admin.query(`create or replace function slow() returns trigger language plpgsql as $$
      begin perform pg_sleep(30); return null; end $$`);
    await admin.query(`create constraint trigger slow after insert on thing deferrable initially deferred
      for each row execute function slow()`);
    try {
      await session.begin('');
      await session.execute(insert, { id: 1, payload: null });
      const committing = heard(session.commit());
      await busy();
      await terminate();
      await expect(committing).rejects.toBeInstanceOf(LostAtCommitError);
    } finally {
      await admin.query('drop trigger slow on thing');
    }
  });

  test('an answer that is overdue cuts the connection', async () => {
    const sleeping = session.execute(sleep, { s: 30 });
    session.cutIfOverdue(60_000);
    expect(session.isLost).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 30));
    session.cutIfOverdue(10);
    await expect(sleeping).rejects.toThrow(/No answer/);
    expect(losses).toBe(1);
  });

  test('a statement that the server refuses is told by its error, and is not prepared', async () => {
    const broken = sqlStatement<object, never>('wire.broken', 'select * from nowhere');
    await expect(session.prepare([one, broken])).rejects.toMatchObject({ code: '42P01' });
    await expect(session.execute(broken, {})).rejects.toMatchObject({ code: '42P01' });
    expect(await session.execute(one, {})).toEqual([{ one: 1 }]);
  });

  test('COPY is refused', async () => {
    await expect(session.command('copy thing from stdin')).rejects.toMatchObject({ code: '57014' });
    expect(await session.execute(one, {})).toEqual([{ one: 1 }]);
  });
});

test('a value that cannot be written fails alone: the next request goes whole', async () => {
  const session = await PgSession.open(plain, {
    purpose: 'wire test',
    onLost() {},
    isPipelined: false,
    prepares: 'named',
  });
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const echo = sqlStatement<{ n: number; value: unknown }, { n: number }>(
    'wire.circular',
    'select :n::int as n, :value::jsonb as value',
  );
  await expect(session.execute(echo, { n: 1, value: circular })).rejects.toThrow(/circular/i);
  expect(await session.execute(echo, { n: 2, value: {} })).toEqual([{ n: 2, value: {} }]);
  await session.close();
});
