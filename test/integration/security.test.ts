import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureRoles, SHOP_ROLES } from '../../src/database/roles.ts';
import { CARD_TOKENS } from '../../src/generators/data/card-tokens.ts';
import { type LoadedShop, loadedShop } from '../helpers/loaded-shop.ts';

let loaded: LoadedShop;
let client: pg.Client;

beforeAll(async () => {
  loaded = await loadedShop();
  client = new pg.Client({
    connectionString: loaded.database.url,
    options: '-c shop.card_key=cartload-development-key',
  });
  await client.connect();
  await ensureRoles(client);
}, 60_000);
afterAll(async () => {
  // Roles belong to the server: they go with the cluster of the test run.
  await client.end();
  await loaded.database.drop();
});
beforeEach(() => client.query('begin'));
afterEach(() => client.query('rollback'));

async function one(sql: string): Promise<Record<string, unknown>> {
  return (await client.query(sql)).rows[0];
}

test('making the roles again changes nothing', async () => {
  await client.query('rollback');
  expect(await ensureRoles(client)).toEqual([]);
  const { rows } = await client.query(
    'select rolname from pg_roles where rolname = any ($1) and not rolcanlogin and not rolsuper',
    [SHOP_ROLES],
  );
  expect(rows).toHaveLength(SHOP_ROLES.length);
  await client.query('begin');
});

const PLACE_ORDER = `select rejection from shop.place_order(gen_random_uuid(), 1, array[1]::bigint[],
  array(select min(warehouse_id) from shop.inventory where product_id = 1), array[1])`;

/** What each role may and may not. */
const RIGHTS: Readonly<Record<string, { may: readonly string[]; mayNot: readonly string[] }>> = {
  shop_readonly: {
    may: ['select * from shop.orders limit 1', 'select email from shop.customers limit 1'],
    mayNot: [
      'select password_hash from shop.customers',
      'select card_token from shop.payments',
      'select * from shop.audit_log',
      `update shop.products set price_cents = 1`,
      PLACE_ORDER,
      'create table shop.mine ()',
    ],
  },
  shop_analyst: {
    may: [
      'select * from shop.order_items limit 1',
      'select tier from shop.customers limit 1',
      `select shop.refresh_analytics('sales_performance')`,
    ],
    mayNot: [
      'select email from shop.customers',
      'select line1 from shop.addresses',
      'select card_last4 from shop.payments',
      'delete from shop.orders',
    ],
  },
  shop_app: {
    may: [
      PLACE_ORDER,
      'select shop.cancel_order(1)',
      `insert into shop.carts (customer_id) values (1)`,
      `update shop.orders set status = 'paid' where id = -1`,
      `select shop.verify_login('nobody@example.com', 'x')`,
    ],
    mayNot: [
      'update shop.inventory set on_hand = 1',
      'update shop.orders set total_cents = 0',
      'update shop.customers set lifetime_spend_cents = 0',
      'update shop.products set rating_sum = 5, rating_count = 1',
      'delete from shop.orders',
      'select password_hash from shop.customers',
      'select * from shop.audit_log',
      `insert into shop.audit_log (table_name, row_id, action, actor, changed) values ('x', 1, 'insert', 'x', '{}')`,
      'select shop.receive_stock(array[1], array[1], array[1])',
      `select shop.decrypt_card('\\x00')`,
      'select shop.add_spend(array[1], array[1])',
      'alter table shop.orders disable trigger all',
      `select shop.refresh_analytics('sales_performance')`,
    ],
  },
  shop_admin: {
    may: [
      'update shop.products set price_cents = price_cents + 1 where id = 1',
      'select shop.receive_stock(array[1], array(select min(warehouse_id) from shop.inventory where product_id = 1), array[1])',
      'select count(*) from shop.audit_log',
    ],
    mayNot: [
      'update shop.audit_log set actor = $$nobody$$',
      'delete from shop.audit_log',
      'delete from shop.audit_log_2024_01',
      'drop table shop.reviews',
      'alter table shop.orders disable trigger all',
    ],
  },
};

describe.each(Object.entries(RIGHTS))('%s', (role, { may, mayNot }) => {
  beforeEach(() => client.query(`set local role ${role}`));

  test.each(may)('may %s', async (sql) => {
    await client.query(sql);
  });

  test.each(mayNot)('may not %s', async (sql) => {
    await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  test('has no right on bookkeeping', async () => {
    await expect(client.query('select * from cartload.dataset')).rejects.toMatchObject({
      code: '42501',
    });
  });
});

test('what the application does is written down by triggers, in the name of the actor', async () => {
  await client.query(`select set_config('shop.actor', 'shop floor', true)`);
  await client.query('set local role shop_app');
  await client.query(PLACE_ORDER);
  await client.query('reset role');
  expect(
    await one(
      `select actor, changed from shop.audit_log where occurred_at = now() and table_name = 'orders'`,
    ),
  ).toEqual({ actor: 'shop floor', changed: { status: ['pending', 'paid'] } });
});

describe('row-level security', () => {
  beforeEach(async () => {
    await client.query('alter table shop.orders enable row level security');
    await client.query('set local role shop_app');
  });
  const whose =
    'select count(distinct customer_id)::int as customers, count(*)::int as orders from shop.orders';

  test('shows nobody anything who has not said who he is', async () => {
    expect(await one(whose)).toEqual({ customers: 0, orders: 0 });
  });

  test('shows a shopper his own, and lets him write no others', async () => {
    const customerId = loaded.shop.buyerAt(7);
    await client.query(`select set_config('shop.customer_id', '${customerId}', true)`);
    expect(await one(whose)).toMatchObject({ customers: 1 });
    const insert = (customer: number) =>
      client.query(
        `insert into shop.orders (checkout_token, customer_id, shipping_address_id, billing_address_id,
           status, currency, subtotal_cents, total_cents)
         values (gen_random_uuid(), ${customer}, 1, 1, 'pending', 'EUR', 0, 0)`,
      );
    await insert(customerId);
    await expect(insert(customerId === 1 ? 2 : 1)).rejects.toMatchObject({ code: '42501' });
  });
});

test('docs/schema.md says what the database says', async () => {
  const { renderSchema } = (await import(
    new URL('../../scripts/schema-doc.mjs', import.meta.url).href
  )) as { renderSchema(client: pg.Client): Promise<string> };
  const { rows } = await client.query('show server_version_num');
  // Older servers print some definitions in another way.
  if (Number(rows[0].server_version_num) < 180000) return;
  const docs = await readFile(new URL('../../docs/schema.md', import.meta.url), 'utf8');
  expect(await renderSchema(client)).toBe(docs);
});

describe('secrets', () => {
  test('passwords of generated customers verify, others do not', async () => {
    for (const id of [1, 2, 400, 800]) {
      const { email, password } = loaded.shop.loginOf(id);
      const verify = (given: string, secret: string) =>
        client.query('select shop.verify_login($1, $2)::int as id', [given, secret]);
      expect((await verify(email.toUpperCase(), password)).rows).toEqual([{ id }]);
      expect((await verify(email, `${password}!`)).rows).toEqual([{ id: null }]);
    }
  });

  test('generated card tokens are read with the key, and new ones are', async () => {
    const token = Buffer.from(CARD_TOKENS[0] ?? '', 'base64');
    const read = await client.query('select shop.decrypt_card($1) as token', [token]);
    expect(read.rows[0].token).toMatch(/^tok_[0-9a-f]{16}$/);
    expect(await one(`select shop.decrypt_card(shop.encrypt_card('tok_1')) as token`)).toEqual({
      token: 'tok_1',
    });
    await client.query(`set local shop.card_key = 'another'`);
    await expect(client.query('select shop.decrypt_card($1)', [token])).rejects.toMatchObject({
      code: '39000',
    });
  });
});
