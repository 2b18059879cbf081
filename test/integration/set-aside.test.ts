import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKnex } from '../../src/database/knex-client.ts';
import { migrateUp } from '../../src/database/migrations.ts';
import { schemaFingerprint } from '../../src/database/schema-fingerprint.ts';
import { parseServerUrl } from '../../src/database/server-address.ts';
import { restore } from '../../src/loading/restore.ts';
import { setAside } from '../../src/loading/set-aside.ts';
import { type TestDatabase, testDatabase } from '../helpers/test-database.ts';

let database: TestDatabase;
let clients: pg.Client[];

beforeEach(async () => {
  database = await testDatabase();
  const knex = createKnex(parseServerUrl(database.url));
  await migrateUp(knex);
  await knex.destroy();
  clients = [0, 1, 2].map(() => new pg.Client({ connectionString: database.url }));
  for (const client of clients) await client.connect();
});

afterEach(async () => {
  for (const client of clients) await client.end();
  await database.drop();
});

const main = () => clients[0]!;
const counts = async () =>
  (
    await main().query(
      `select (select count(*)::int from pg_index i join pg_class c on c.oid = i.indrelid
               where c.relnamespace = 'shop'::regnamespace and c.relkind <> 'm') as indexes,
              (select count(*)::int from pg_constraint c
               where c.connamespace = 'shop'::regnamespace and c.contype in ('p', 'u', 'f')) as keys,
              (select count(*)::int from cartload.set_aside) as aside`,
    )
  ).rows[0];

const comments = async () =>
  (
    await main().query(
      `select c.relname as name, obj_description(c.oid, 'pg_class') as note
       from pg_class c where c.relnamespace = 'shop'::regnamespace and c.relkind in ('i', 'I')
         and obj_description(c.oid, 'pg_class') is not null order by 1`,
    )
  ).rows;

const bringBack = (signal = new AbortController().signal) =>
  restore({ clients, signal, onStep() {}, onDone() {} });

describe('setAside and restore', () => {
  test('leave the schema as it was, comments included', async () => {
    const before = { fingerprint: await schemaFingerprint(main()), comments: await comments() };
    await setAside(main());
    expect(await counts()).toMatchObject({ indexes: 0, keys: 0 });
    const steps = await bringBack();
    expect(steps.map(({ step }) => step)).toEqual([
      'building indexes',
      'attaching keys',
      'adding foreign keys',
      'validating foreign keys',
      'enabling triggers',
    ]);
    expect(await schemaFingerprint(main())).toBe(before.fingerprint);
    expect(await comments()).toEqual(before.comments);
    expect(await counts()).toMatchObject({ aside: 0 });
  });

  test('what is aside already stays written down; a half-done restore goes on', async () => {
    const fingerprint = await schemaFingerprint(main());
    await setAside(main());
    const { aside } = await counts();
    await setAside(main());
    expect((await counts()).aside).toBe(aside);

    const abort = new AbortController();
    let done = 0;
    await expect(
      restore({
        clients,
        signal: abort.signal,
        onStep() {},
        onDone() {
          if (++done === 40) abort.abort(new Error('enough'));
        },
      }),
    ).rejects.toThrow('enough');
    expect((await counts()).aside).toBeGreaterThan(0);
    // As a load would that finds a chunk missing after all.
    await setAside(main());
    expect(await counts()).toEqual({ indexes: 0, keys: 0, aside });
    await bringBack();
    expect(await schemaFingerprint(main())).toBe(fingerprint);
  });

  test('user triggers are disabled meanwhile, and enabled as they were', async () => {
    await main().query(
      `create function shop.noop() returns trigger language plpgsql as 'begin return new; end';
       create trigger watch after insert on shop.brands for each row execute function shop.noop();
       create trigger sleeping after insert on shop.brands for each row execute function shop.noop();
       alter table shop.brands disable trigger sleeping`,
    );
    const states = async () =>
      (
        await main().query(
          `select tgname, tgenabled from pg_trigger
           where tgrelid = 'shop.brands'::regclass and not tgisinternal order by 1`,
        )
      ).rows;
    await setAside(main());
    expect(await states()).toEqual([
      { tgname: 'sleeping', tgenabled: 'D' },
      { tgname: 'watch', tgenabled: 'D' },
    ]);
    await bringBack();
    expect(await states()).toEqual([
      { tgname: 'sleeping', tgenabled: 'D' },
      { tgname: 'watch', tgenabled: 'O' },
    ]);
  });

  test('a failure stops the step, says why, and leaves the rest written down', async () => {
    await setAside(main());
    await main().query(
      `insert into shop.brands (id, name, slug, created_at)
       values (1, 'a', 'same', now()), (2, 'b', 'same', now())`,
    );
    await expect(bringBack()).rejects.toThrow(/could not create unique index/);
    expect((await counts()).aside).toBeGreaterThan(0);
  });
});
