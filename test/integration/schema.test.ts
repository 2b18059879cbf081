import { readFile } from 'node:fs/promises';
import knex from 'knex';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrateUp } from '../../src/database/migrations.ts';
import { AS_OF, HISTORY_START } from '../../src/schema/calendar.ts';
import * as tables from '../../src/schema/tables.ts';
import { type TestDatabase, testDatabase } from '../helpers/test-database.ts';
import { fillTinyShop } from '../helpers/tiny-shop.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  const db = knex({ client: 'pg', connection: database.url });
  await migrateUp(db);
  await db.destroy();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client.end();
  await database.drop();
});

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
}

/** What `tables.ts` declares, read from its text: interfaces leave nothing at run time. */
async function declaredTables(): Promise<Map<string, Column[]>> {
  const source = await readFile(new URL('../../src/schema/tables.ts', import.meta.url), 'utf8');
  const interfaces = new Map(
    [...source.matchAll(/^export interface (\w+) \{\n([\s\S]*?)\n\}/gm)].map((match) => [
      match[1],
      [...(match[2] ?? '').matchAll(/^ {2}(\w+): (.+);$/gm)],
    ]),
  );
  return new Map(
    (interfaces.get('ShopTables') ?? []).map(([, table, row]) => [
      table ?? '',
      (interfaces.get(row) ?? []).map(([, name, type]) => ({
        name: name ?? '',
        type: (type ?? '').replace(' | null', ''),
        isNullable: (type ?? '').endsWith(' | null'),
      })),
    ]),
  );
}

const SERVER_TYPES: Readonly<Record<string, string>> = {
  int2: 'number',
  int4: 'number',
  int8: 'number',
  text: 'string',
  uuid: 'string',
  tsvector: 'string',
  timestamptz: 'Date',
  date: 'Date',
  bool: 'boolean',
  jsonb: 'unknown',
  bytea: 'Buffer',
};

async function query<R extends object>(text: string): Promise<R[]> {
  return (await client.query<R>(text)).rows;
}

describe('tables.ts and the migrated database agree', () => {
  test('on tables, columns, their order, types and nullability', async () => {
    const rows = await query<{ table: string; name: string; type: string; nullable: boolean }>(
      `select c.relname as table, a.attname as name, t.typname as type, not a.attnotnull as nullable
       from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       join pg_type t on t.oid = a.atttypid
       where c.relnamespace = 'shop'::regnamespace and c.relkind in ('r', 'p')
         and not c.relispartition
       order by c.relname, a.attnum`,
    );
    const found: Record<string, Column[]> = {};
    for (const row of rows) {
      found[row.table] ??= [];
      found[row.table]?.push({
        name: row.name,
        type: SERVER_TYPES[row.type] ?? row.type,
        isNullable: row.nullable,
      });
    }
    // A list of words is text with a check; the words are compared below.
    const lists = /^(\w+Status|\w+Tier|\w+Kind|\w+Method|\w+Action)$/;
    const declared = Object.fromEntries(
      [...(await declaredTables())].map(([table, columns]) => [
        table,
        columns.map((each) => (lists.test(each.type) ? { ...each, type: 'string' } : each)),
      ]),
    );
    expect(Object.keys(declared)).toHaveLength(22);
    expect(found).toEqual(declared);
  });

  test.each([
    ['products', 'status', tables.PRODUCT_STATUSES],
    ['customers', 'tier', tables.CUSTOMER_TIERS],
    ['coupons', 'kind', tables.COUPON_KINDS],
    ['carts', 'status', tables.CART_STATUSES],
    ['orders', 'status', tables.ORDER_STATUSES],
    ['order_status_history', 'from_status', tables.ORDER_STATUSES],
    ['order_status_history', 'to_status', tables.ORDER_STATUSES],
    ['payments', 'method', tables.PAYMENT_METHODS],
    ['payments', 'status', tables.PAYMENT_STATUSES],
    ['shipments', 'status', tables.SHIPMENT_STATUSES],
    ['inventory_movements', 'kind', tables.MOVEMENT_KINDS],
    ['audit_log', 'action', tables.AUDIT_ACTIONS],
  ])('on the words of %s.%s', async (table, column, words) => {
    const [check] = await query<{ definition: string }>(
      `select pg_get_constraintdef(oid) as definition from pg_constraint
       where conrelid = 'shop.${table}'::regclass and conname = '${table}_${column}_check'`,
    );
    const listed = [...(check?.definition ?? '').matchAll(/'(\w+)'/g)].map((match) => match[1]);
    expect(listed).toEqual([...words]);
  });
});

describe('conventions', () => {
  test('every table and every index has a stated reason', async () => {
    expect(
      await query(
        `select c.oid::regclass::text as silent from pg_class c
         where c.relnamespace = any (array['shop', 'cartload']::regnamespace[])
           and c.relname !~ '^migrations' and c.relkind in ('r', 'p') and not c.relispartition
           and obj_description(c.oid, 'pg_class') is null
         union all
         select c.oid::regclass::text from pg_class c
         where c.relnamespace = 'shop'::regnamespace and c.relkind in ('i', 'I')
           and not c.relispartition and obj_description(c.oid, 'pg_class') is null`,
      ),
    ).toEqual([]);
  });

  test('every reference has a foreign key', async () => {
    expect(
      await query(
        `select a.attrelid::regclass || '.' || a.attname as loose
         from pg_attribute a join pg_class c on c.oid = a.attrelid
         where c.relnamespace = 'shop'::regnamespace and c.relkind in ('r', 'p')
           and a.attname ~ '_id$' and a.attnum > 0
           and not exists (
             select 1 from pg_constraint k
             where k.conrelid = a.attrelid and k.contype = 'f' and a.attnum = any (k.conkey)
           )
           and not (a.attrelid::regclass::text ~ '^shop.audit_log' and a.attname = 'row_id')`,
      ),
    ).toEqual([]);
  });

  test('keys, statuses and indexed text compare by bytes', async () => {
    expect(
      await query(
        `select distinct i.indexrelid::regclass::text as index
         from pg_index i
         join pg_class c on c.oid = i.indrelid and c.relnamespace = 'shop'::regnamespace
         cross join unnest(i.indcollation) as used (collation_oid)
         where used.collation_oid not in (0, 'pg_catalog."C"'::regcollation)`,
      ),
    ).toEqual([]);
    expect(
      await query(
        `select attrelid::regclass || '.' || attname as column
         from pg_attribute a join pg_class c on c.oid = a.attrelid
         where c.relnamespace = 'shop'::regnamespace and c.relkind in ('r', 'p')
           and attname in ('status', 'tier', 'kind', 'method', 'action', 'from_status', 'to_status',
                           'sku', 'slug', 'code', 'email', 'path')
           and attcollation <> 'pg_catalog."C"'::regcollation`,
      ),
    ).toEqual([]);
  });

  test('money is bigint', async () => {
    expect(
      await query(
        `select attrelid::regclass || '.' || attname as column
         from pg_attribute a join pg_class c on c.oid = a.attrelid
         where c.relnamespace = 'shop'::regnamespace and c.relkind in ('r', 'p')
           and attname ~ '_cents$' and atttypid <> 'int8'::regtype`,
      ),
    ).toEqual([]);
  });
});

describe('the server keeps out', () => {
  beforeAll(() => fillTinyShop(client));

  test.each([
    ['overselling', 'update shop.inventory set on_hand = -1', /inventory_on_hand_check/],
    [
      'more reserved than on hand',
      'update shop.inventory set reserved = on_hand + 1',
      /inventory_reserved_check_on_hand/,
    ],
    ['a wrong total', 'update shop.orders set total_cents = 0', /orders_total_check/],
    [
      'a discount above the subtotal',
      `update shop.orders set discount_cents = subtotal_cents + 1,
              total_cents = shipping_cents + tax_cents - 1`,
      /orders_discount_check/,
    ],
    ['a wrong line total', 'update shop.order_items set quantity = 99', /line_total_check/],
    ['no pieces', 'update shop.cart_items set quantity = 0', /cart_items_quantity_check/],
    ['six stars', 'update shop.reviews set rating = 6', /reviews_rating_check/],
    ['an unknown status', `update shop.orders set status = 'lost'`, /orders_status_check/],
    [
      'one address twice, however typed',
      `insert into shop.customers (email, password_hash, first_name, last_name, locale)
       values ('ADA@EXAMPLE.COM', 'x', 'A', 'A', 'en-GB')`,
      /customers_email_lower_key/,
    ],
    [
      'an order twice',
      'update shop.orders set checkout_token = (select max(checkout_token::text)::uuid from shop.orders)',
      /orders_checkout_token_key/,
    ],
    [
      'a second default address',
      `insert into shop.addresses (customer_id, is_default, recipient, line1, city, region, postcode, country_code)
       values (1, true, 'a', 'b', 'c', 'd', 'e', 'GB')`,
      /addresses_default_key/,
    ],
    [
      'a line from a warehouse that does not stock the product',
      'update shop.order_items set warehouse_id = 1 where product_id = 2',
      /order_items_product_id_warehouse_id_fkey/,
    ],
    [
      'a positive sale',
      `update shop.inventory_movements set quantity = 1 where kind = 'sale'`,
      /inventory_movements_sign_check/,
    ],
    [
      'a movement of an unknown order',
      'update shop.inventory_movements set order_id = 99 where order_id = 1',
      /inventory_movements_order_id_fkey/,
    ],
    [
      'a used coupon beyond its limit',
      'update shop.coupons set max_uses = 1',
      /coupons_uses_check/,
    ],
  ])('%s', async (_, change, message) => {
    await expect(client.query(change)).rejects.toThrow(message);
  });

  test('the product search knows names above descriptions, by their stems', async () => {
    expect(
      await query(
        `select name from shop.products where search @@ websearch_to_tsquery('english', 'lamps shines')`,
      ),
    ).toEqual([{ name: 'Brass desk lamp' }]);
    expect(await query('select search::text from shop.products where id = 1')).toEqual([
      { search: `'brass':1A 'desk':2A 'lamp':3A 'shine':4B` },
    ]);
  });

  test('movements of the history lie in the partition of their month', async () => {
    expect(
      await query(
        `select distinct tableoid::regclass::text as partition from shop.inventory_movements order by 1`,
      ),
    ).toEqual([
      { partition: 'shop.inventory_movements_2024_01' },
      { partition: 'shop.inventory_movements_2025_01' },
    ]);
  });
});

test('the partitions of the migrations are the months of the history', async () => {
  const rows = await query<{ lower: Date; upper: Date }>(
    `select min(bound[1]::timestamptz) as lower, max(bound[2]::timestamptz) as upper
     from pg_inherits join pg_class c on c.oid = inhrelid
     cross join regexp_match(pg_get_expr(relpartbound, c.oid), $$FROM \\('(.+)'\\) TO \\('(.+)'\\)$$) bound
     where inhparent = 'shop.audit_log'::regclass`,
  );
  expect(rows).toEqual([{ lower: HISTORY_START, upper: AS_OF }]);
});
