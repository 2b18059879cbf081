import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { COUNTRIES } from '../../src/generators/data/places.ts';
import { discountCents, shippingCents, TIER_CENTS, taxCents } from '../../src/generators/money.ts';
import { checkInvariants } from '../../src/invariants/invariants.ts';
import { CUSTOMER_TIERS } from '../../src/schema/tables.ts';
import { type MigratedShop, migratedShop } from '../helpers/migrated-shop.ts';

let shop: MigratedShop;
let client: pg.Client;

beforeAll(async () => {
  shop = await migratedShop();
  client = shop.client;
}, 60_000);
afterAll(() => shop.close());
beforeEach(() => client.query('begin'));
afterEach(() => client.query('rollback'));

async function rows(sql: string, on = client): Promise<Record<string, unknown>[]> {
  return (await on.query(sql)).rows;
}

async function broken(): Promise<string[]> {
  const checks = await checkInvariants(client);
  return checks.filter((check) => check.violations > 0).map((check) => check.name);
}

/** An order of customer 1 in Great Britain, with nothing in it yet. */
const NEW_ORDER = `
  insert into shop.orders (id, checkout_token, customer_id, shipping_address_id, billing_address_id,
    coupon_id, status, currency, subtotal_cents, total_cents)
  values (100, gen_random_uuid(), 1, 1, 1, 1, 'pending', 'EUR', 0, 0);
  update shop.coupons set times_used = times_used + 1 where id = 1;`;
const line = (number: number, quantity: number, order = 100) => `
  insert into shop.order_items (order_id, line_number, product_id, warehouse_id, quantity,
    unit_price_cents, line_total_cents)
  values (${order}, ${number}, 1, 1, ${quantity}, 1000, ${1000 * quantity});`;

describe('the rules of the server are those of the generators', () => {
  test.each(COUNTRIES.map((country) => [country.code, country] as const))(
    'shipping and tax in %s',
    async (code, country) => {
      const found = await rows(
        `select goods, shop.shipping_cents('${code}', goods) as shipping, shop.tax_cents('${code}', goods) as tax
         from generate_series(0, 12000, 7) goods`,
      );
      for (const { goods, shipping, tax } of found) {
        expect([Number(shipping), Number(tax)]).toEqual([
          shippingCents(country, Number(goods)),
          taxCents(country, Number(goods)),
        ]);
      }
    },
  );

  test('without a coupon nothing is taken off', async () => {
    expect(await rows('select shop.discount_cents(null, null, 100) as discount')).toEqual([
      { discount: null },
    ]);
  });

  test('what coupons take off', async () => {
    const found = await rows(
      `select kind, value, subtotal, shop.discount_cents(kind, value, subtotal) as discount
       from unnest(array['percent', 'fixed']) kind, unnest(array[1, 333, 1500, 10000]) value,
            generate_series(0, 9000, 501) subtotal`,
    );
    for (const { kind, value, subtotal, discount } of found) {
      const expected = discountCents(kind as 'percent', Number(value), Number(subtotal));
      expect(Number(discount)).toBe(expected);
    }
  });

  test('tiers', async () => {
    for (const [i, cents] of TIER_CENTS.entries()) {
      expect(
        await rows(`select shop.tier_of(${cents - 1}) as under, shop.tier_of(${cents}) as at`),
      ).toEqual([{ under: CUSTOMER_TIERS[i], at: CUSTOMER_TIERS[i + 1] }]);
    }
  });

  test('a country that the shop does not ship to has no rate', async () => {
    expect(
      await rows(
        `select shop.tax_cents('XX', 100) as tax, shop.shipping_cents('XX', 100) as shipping`,
      ),
    ).toEqual([{ tax: null, shipping: null }]);
  });
});

describe('totals', () => {
  const money = () =>
    rows(
      `select subtotal_cents::int as subtotal, discount_cents::int as discount,
              shipping_cents::int as shipping, tax_cents::int as tax, total_cents::int as total
       from shop.orders where id = 100`,
    );

  test('follow the lines as they come, change and go', async () => {
    await client.query(NEW_ORDER + line(1, 1) + line(2, 2));
    // Fixed coupon of 10 cents; Great Britain: 20 % tax, 4.99 shipping under 50 euros.
    const gb = COUNTRIES.find((country) => country.code === 'GB');
    if (gb === undefined) throw new Error('no GB');
    const expected = (subtotal: number) => {
      const discount = Math.min(10, subtotal);
      const goods = subtotal - discount;
      const [shipping, tax] = [shippingCents(gb, goods), taxCents(gb, goods)];
      return [{ subtotal, discount, shipping, tax, total: goods + shipping + tax }];
    };
    expect(await money()).toEqual(expected(3000));
    await client.query(
      'update shop.order_items set quantity = 5, line_total_cents = 5000 where order_id = 100 and line_number = 2',
    );
    expect(await money()).toEqual(expected(6000));
    await client.query('delete from shop.order_items where order_id = 100 and line_number = 1');
    expect(await money()).toEqual(expected(5000));
  });

  test('of many orders in one statement', async () => {
    await client.query(
      `insert into shop.orders (id, checkout_token, customer_id, shipping_address_id,
         billing_address_id, status, currency, subtotal_cents, total_cents)
       select n, gen_random_uuid(), 1, 1, 1, 'pending', 'EUR', 0, 0 from generate_series(201, 230) n;
       insert into shop.order_items (order_id, line_number, product_id, warehouse_id, quantity,
         unit_price_cents, line_total_cents)
       select n, l, 1, 1, l, 1000, 1000 * l from generate_series(201, 230) n, generate_series(1, 3) l`,
    );
    expect(
      await rows('select distinct subtotal_cents::int as subtotal from shop.orders where id > 200'),
    ).toEqual([{ subtotal: 6000 }]);
  });
});

test('history writes down each status once, and no other change', async () => {
  await client.query(NEW_ORDER);
  await client.query(`update shop.orders set status = 'paid' where id = 100`);
  await client.query(`update shop.orders set status = 'paid', updated_at = now() where id = 100`);
  expect(
    await rows(
      'select from_status, to_status from shop.order_status_history where order_id = 100 order by id',
    ),
  ).toEqual([
    { from_status: null, to_status: 'pending' },
    { from_status: 'pending', to_status: 'paid' },
  ]);
});

describe('stock', () => {
  const sell = (quantity: number, product = 1) => `
    insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity, order_id)
    values (${product}, ${product}, 'sale', ${-quantity}, 1)`;
  const onHand = () =>
    rows('select on_hand from shop.inventory where product_id = 1 and warehouse_id = 1');

  test('follows its movements, sets of them too', async () => {
    await client.query(
      `insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity)
       values (1, 1, 'receipt', 10), (1, 1, 'adjustment', -3), (2, 2, 'receipt', 1)`,
    );
    expect(await onHand()).toEqual([{ on_hand: 92 }]);
  });

  test('what is not there, or promised, cannot be taken', async () => {
    // 85 on hand, 5 of them promised.
    await client.query('savepoint before');
    await expect(client.query(sell(81))).rejects.toMatchObject({ code: 'SH001' });
    await client.query('rollback to before');
    await client.query(sell(80));
    expect(await onHand()).toEqual([{ on_hand: 5 }]);
  });

  test('alerts are raised once when it falls low, told, and resolved when it is back', async () => {
    const listener = await shop.connect();
    const heard: string[] = [];
    listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await listener.query('listen low_stock');
    const open = () =>
      rows(
        'select on_hand from shop.low_stock_alerts where resolved_at is null and product_id = 1',
      );
    await client.query(sell(75));
    await client.query(sell(1));
    expect(await open()).toEqual([{ on_hand: 10 }]);
    await client.query(
      `insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity) values (1, 1, 'receipt', 100)`,
    );
    expect(await open()).toEqual([]);
    expect(await broken()).not.toContain('low-stock-alerts');
    // A rolled-back alert is not told.
    await client.query('rollback; begin');
    await listener.query('select 1');
    expect(heard).toEqual([]);
    await client.query(`update shop.inventory set reorder_point = 99 where product_id = 2; commit`);
    await expect
      .poll(async () => (await listener.query('select 1')) && heard.map((text) => JSON.parse(text)))
      .toEqual([{ product_id: 2, warehouse_id: 2, on_hand: 99 }]);
    await client.query(`update shop.inventory set reorder_point = 10 where product_id = 2; begin`);
  });

  test('two sets that overlap, in any order, do not deadlock', async () => {
    await client.query('rollback');
    const others = [await shop.connect(), await shop.connect()];
    const both = (first: number, second: number) =>
      `insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity)
       values (${first}, ${first}, 'receipt', 1), (${second}, ${second}, 'receipt', 1)`;
    const work = async (session: pg.Client, sql: string) => {
      for (let i = 0; i < 50; i++) await session.query(sql);
    };
    await Promise.all([
      work(others[0] as pg.Client, both(1, 2)),
      work(others[1] as pg.Client, both(2, 1)),
    ]);
    expect(await broken()).toEqual([]);
    await client.query('begin');
  });
});

describe('spend', () => {
  const customer = () =>
    rows(`select lifetime_spend_cents::int as spend, tier from shop.customers where id = 1`);

  test('follows captures and refunds, and the tier follows it', async () => {
    await client.query(NEW_ORDER + line(1, 30));
    await client.query(
      `insert into shop.payments (id, order_id, method, status, amount_cents)
       select 100, 100, 'paypal', 'authorized', total_cents from shop.orders where id = 100`,
    );
    expect(await customer()).toEqual([{ spend: 9130, tier: 'bronze' }]);
    await client.query(
      `update shop.payments set status = 'captured', captured_at = now() where id = 100`,
    );
    await client.query(`update shop.orders set status = 'paid' where id = 100`);
    const [after] = await customer();
    expect(after?.['tier']).toBe('silver');
    expect(await broken()).toEqual(['sale-movements']);
    await client.query(
      `insert into shop.refunds (order_id, payment_id, amount_cents, reason)
       select 100, 100, amount_cents, 'returned' from shop.payments where id = 100`,
    );
    expect(await customer()).toEqual([{ spend: 9130, tier: 'bronze' }]);
  });

  test('sales of the day count the order, and what was given back', async () => {
    await client.query(NEW_ORDER + line(1, 3));
    await client.query(
      `insert into shop.payments (id, order_id, method, status, amount_cents, captured_at)
       select 100, 100, 'paypal', 'captured', total_cents, now() from shop.orders where id = 100`,
    );
    await client.query(
      `insert into shop.refunds (order_id, payment_id, amount_cents, reason) values (100, 100, 7, 'late')`,
    );
    expect(
      await rows(
        `select sum(orders)::int as orders, sum(captured_cents)::int as captured, sum(refunded_cents)::int as refunded
         from shop.daily_sales where day = (now() at time zone 'UTC')::date`,
      ),
    ).toEqual(
      await rows(
        `select 1 as orders, total_cents::int as captured, 7 as refunded from shop.orders where id = 100`,
      ),
    );
  });
});

test('ratings follow reviews as they come, change and go', async () => {
  const ratings = () =>
    rows('select id::int, rating_sum, rating_count from shop.products order by id');
  await client.query(
    `insert into shop.reviews (product_id, customer_id, order_item_id, rating, title, body)
     values (2, 2, 15, 5, 'x', 'x'), (2, 2, 17, 1, 'x', 'x')`,
  );
  expect(await ratings()).toMatchObject([{ rating_sum: 7 }, { rating_sum: 6, rating_count: 2 }]);
  await client.query('update shop.reviews set rating = 2, product_id = 1 where order_item_id = 17');
  expect(await ratings()).toMatchObject([
    { rating_sum: 9, rating_count: 3 },
    { rating_sum: 5, rating_count: 1 },
  ]);
  await client.query('delete from shop.reviews where product_id = 2');
  expect(await ratings()).toMatchObject([{ rating_count: 3 }, { rating_sum: 0, rating_count: 0 }]);
});

describe('the audit', () => {
  const entries = () =>
    rows(
      `select table_name, row_id::int, action, actor, changed from shop.audit_log
       where occurred_at = now() order by id`,
    );

  test('tells the difference of a change, by whom, and nothing of what did not change', async () => {
    await client.query(`select set_config('shop.actor', 'grace', true)`);
    await client.query(
      'update shop.products set price_cents = price_cents + 99 where id in (1, 2)',
    );
    await client.query('update shop.products set price_cents = price_cents where id = 1');
    const price = { price_cents: [1000, 1099] };
    expect(await entries()).toEqual([
      { table_name: 'products', row_id: 1, action: 'update', actor: 'grace', changed: price },
      { table_name: 'products', row_id: 2, action: 'update', actor: 'grace', changed: price },
    ]);
  });

  test('tells no secret and nothing that is kept up from other rows', async () => {
    await client.query(
      `update shop.customers set password_hash = 'y', lifetime_spend_cents = 1, tier = 'gold' where id = 1`,
    );
    expect(await entries()).toEqual([]);
    await client.query(
      `insert into shop.customers (id, email, password_hash, first_name, last_name, locale)
       values (50, 'eve@example.com', 'secret', 'Eve', 'N', 'en-GB')`,
    );
    await client.query('delete from shop.customers where id = 50');
    const told = await entries();
    expect(told.map(({ action }) => action)).toEqual(['insert', 'delete']);
    expect(JSON.stringify(told)).not.toMatch(/secret|password/);
    expect(told[0]).toMatchObject({ changed: { email: [null, 'eve@example.com'] } });
    expect(told[1]).toMatchObject({ changed: { email: ['eve@example.com', null] } });
  });

  test('an actor who has not said his name is the session', async () => {
    await client.query(`update shop.orders set status = 'cancelled' where id = 1`);
    const [session] = await rows('select session_user as user');
    expect(await entries()).toMatchObject([
      {
        table_name: 'orders',
        actor: session?.['user'],
        changed: { status: ['pending', 'cancelled'] },
      },
    ]);
  });
});

describe('two sessions at once', () => {
  let sessions: [pg.Client, pg.Client];

  beforeAll(async () => {
    sessions = [await shop.connect(), await shop.connect()];
  });

  /** Each does its statement many times, so that the two meet; none may fail. */
  async function meet(sql: (session: number, turn: number) => string): Promise<void> {
    await client.query('rollback');
    await Promise.all(
      sessions.map(async (session, s) => {
        for (let turn = 0; turn < 40; turn++) await session.query(sql(s, turn));
      }),
    );
    expect(await broken()).toEqual([]);
    await client.query('begin');
  }
  /** Ids of a pair of rows, in opposite orders. */
  const pair = (s: number) => (s === 0 ? [1, 2] : [2, 1]);

  test('spend, tiers and sales of the day: refunds to the same customers', async () => {
    // Order 5 is of customer 2, order 2 of customer 1; each is worth more than what goes back.
    await meet((s) => {
      const [first, second] = s === 0 ? [2, 5] : [5, 2];
      return `insert into shop.refunds (order_id, payment_id, amount_cents, reason)
              values (${first}, ${first}, 1, 'x'), (${second}, ${second}, 1, 'x')`;
    });
  });

  test('ratings: reviews of the same products', async () => {
    await meet((s, turn) =>
      turn % 2 === 0
        ? `insert into shop.reviews (product_id, customer_id, order_item_id, rating, title, body)
           select product_id, 2, id, 5, 'x', 'x' from shop.order_items
           where id in (${s === 0 ? '1, 15' : '2, 16'}) order by id ${s === 0 ? 'asc' : 'desc'}`
        : `delete from shop.reviews where order_item_id in (${s === 0 ? '1, 15' : '2, 16'})`,
    );
  });

  test('totals: lines of the same orders', async () => {
    await client.query('rollback');
    await client.query(
      `insert into shop.orders (id, checkout_token, customer_id, shipping_address_id,
         billing_address_id, status, currency, subtotal_cents, total_cents)
       select n, gen_random_uuid(), 1, 1, 1, 'pending', 'EUR', 0, 0 from generate_series(301, 302) n`,
    );
    await Promise.all(
      sessions.map(async (session, s) => {
        for (let turn = 0; turn < 40; turn++) {
          const number = 2 * turn + s + 1;
          const [first, second] = pair(s).map((n) => 300 + n);
          await session.query(
            line(number, 1, first).replace(';', `, (${second}, ${number}, 1, 1, 1, 1000, 1000)`),
          );
        }
      }),
    );
    const { rows: totals } = await client.query(
      'select subtotal_cents::int as subtotal from shop.orders where id in (301, 302)',
    );
    expect(totals).toEqual([{ subtotal: 80_000 }, { subtotal: 80_000 }]);
    await client.query('delete from shop.order_items where order_id in (301, 302)');
    await client.query('delete from shop.order_status_history where order_id in (301, 302)');
    await client.query('delete from shop.orders where id in (301, 302)');
    await client.query('begin');
  });

  test('alerts: one position is low for both', async () => {
    await meet(
      (_session, turn) =>
        `update shop.inventory set reorder_point = ${turn % 2 === 0 ? 1000 : 10}
         where product_id = 1 and warehouse_id = 1`,
    );
  });
});
