import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ConnectionPool, type PoolOptions } from '../../src/bench/clients/connection-pool.ts';
import { systemClock } from '../../src/clock.ts';
import { applicationName } from '../../src/database/connect.ts';
import { parseServerUrl } from '../../src/database/server-address.ts';
import { sqlStatement } from '../../src/schema/statement.ts';
import { type TestDatabase, testDatabase } from '../helpers/test-database.ts';

const PURPOSE = 'pool test';
const answer = sqlStatement<object, { n: number }>('test.answer', 'select 42 as n');
const pid = sqlStatement<object, { pid: number }>('test.pid', 'select pg_backend_pid() as pid');
const prepared = sqlStatement<object, { names: string }>(
  'test.prepared',
  `select string_agg(name, ' ' order by name) as names from pg_prepared_statements`,
);

let database: TestDatabase;
let admin: pg.Client;
let options: PoolOptions;

beforeAll(async () => {
  database = await testDatabase();
});

beforeEach(async () => {
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  options = {
    purpose: PURPOSE,
    node: 'primary',
    role: 'primary',
    address: parseServerUrl(database.url),
    size: 3,
    statementTimeoutMs: 0,
    isPipelined: false,
    prepares: 'named',
    actsAs: null,
    startupSettings: {},
    lockTimeoutMs: 0,
    statements: [answer, pid, prepared],
    clock: systemClock,
    firstSlot: 0,
    trace: { connect() {} },
  };
  return () => admin.end();
});

afterAll(() => database.drop());

describe('ConnectionPool', () => {
  test('has every statement prepared on every connection before it lends one', async () => {
    const pool = await ConnectionPool.open(options);
    for (let lent = 0; lent < options.size; lent++) {
      const session = await pool.acquire();
      expect(await session?.execute(prepared, {})).toEqual([
        { names: 'test.answer test.pid test.prepared' },
      ]);
    }
    await pool.close();
  });

  test('lends the longest idle first', async () => {
    const pool = await ConnectionPool.open(options);
    const seen: unknown[] = [];
    for (let lent = 0; lent < 6; lent++) {
      const session = await pool.acquire();
      if (session === null) throw new Error('the pool is open');
      seen.push((await session.execute(pid, {}))[0]?.pid);
      pool.release(session);
    }
    expect(new Set(seen).size).toBe(3);
    expect(seen.slice(3)).toEqual(seen.slice(0, 3));
    await pool.close();
  });

  test('a limit of connections is told of, and none is left open', async () => {
    const role = `limited_${process.pid}`;
    await admin.query(`create role ${role} login connection limit 2 password 'secret'`);
    try {
      const address = { ...options.address, user: role, password: 'secret' };
      await expect(ConnectionPool.open({ ...options, address, size: 6 })).rejects.toMatchObject({
        code: 'TARGET_UNREACHABLE',
        message: expect.stringContaining('too many connections for role'),
        hint: expect.stringContaining('load.connections'),
      });
      const name = applicationName(PURPOSE);
      await expect
        .poll(async () => {
          const open =
            'select count(*)::int as open from pg_stat_activity where application_name = $1';
          return (await admin.query(open, [name])).rows;
        })
        .toEqual([{ open: 0 }]);
    } finally {
      await admin.query(`drop role ${role}`);
    }
  });
});
