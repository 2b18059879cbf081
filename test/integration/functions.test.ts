import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setLogic } from '../../src/bench/prepare/set-logic.ts';
import { checkInvariants } from '../../src/invariants/invariants.ts';
import { DATABASE_LOGIC, type Logic } from '../../src/schema/duties.ts';
import { type MigratedShop, migratedShop } from '../helpers/migrated-shop.ts';

let shop: MigratedShop;
let client: pg.Client;

const LOGICS: readonly (readonly [string, Logic])[] = [
  ['triggers', DATABASE_LOGIC],
  [
    'themselves',
    {
      ...DATABASE_LOGIC,
      totals: 'application',
      history: 'application',
      stock: 'application',
      spend: 'application',
    },
  ],
];

async function one(sql: string, on: pg.Client = client): Promise<Record<string, unknown>> {
  return (await on.query(sql)).rows[0];
}

async function broken(): Promise<string[]> {
  const checks = await checkInvariants(client);
  return checks.filter((check) => check.violations > 0).map((check) => check.name);
}

const placeOrder = (products: number[], quantities: number[], options = '') =>
  `select * from shop.place_order('${randomUUID()}', 1, array[${products}]::bigint[],
     array[${products}]::bigint[], array[${quantities}]${options})`;

describe.each(LOGICS)('with the duties done by %s', (_, logic) => {
  beforeAll(async () => {
    shop = await migratedShop();
    client = shop.client;
    await setLogic(client, logic, 'fresh');
    // The tiny shop's taxes are made up; what is placed from here on follows the rules.
  }, 60_000);
  afterAll(() => shop.close());
  beforeEach(() => client.query('begin'));
  afterEach(() => client.query('rollback'));

  test('place_order places what the shopper wants', async () => {
    const placed = await one(placeOrder([1, 2], [2, 3]));
    // 5000 of goods ship for nothing; 20 % tax in Great Britain.
    expect(placed).toMatchObject({ total_cents: '6000', rejection: null, attempts: 1 });
    const order = await one(
      `select status, subtotal_cents::int, cart_id from shop.orders where id > 100`,
    );
    expect(order).toMatchObject({ status: 'paid', subtotal_cents: 5000 });
    expect(await one(`select status from shop.carts where id = ${order['cart_id']}`)).toEqual({
      status: 'converted',
    });
    expect(await broken()).toEqual([]);
  });

  test.each([
    ['out_of_stock', placeOrder([1, 2], [1, 100])],
    ['coupon_refused', placeOrder([1], [1], ', 1')],
    ['card_declined', placeOrder([1], [1], ', null, true')],
  ])('place_order answers %s and leaves nothing behind', async (reason, call) => {
    const state = () =>
      one(`select (select count(*) from shop.orders) as orders, (select count(*) from shop.carts) as carts,
                  (select sum(on_hand) from shop.inventory) as pieces`);
    const before = await state();
    expect(await one(call)).toMatchObject({ order_id: null, total_cents: null, rejection: reason });
    expect(await state()).toEqual(before);
  });

  test('a coupon that is good takes off and is counted', async () => {
    const placed = await one(placeOrder([1], [2], `, 1, false, false, '2025-06-01'`));
    // 1990 of goods, 398 tax, 5.90 shipping or so: the rules are tested elsewhere.
    expect(placed['rejection']).toBeNull();
    expect(await one('select discount_cents::int from shop.orders where id > 100')).toEqual({
      discount_cents: 10,
    });
    expect(await broken()).toEqual([]);
  });

  test('the same token places no second order', async () => {
    const call = placeOrder([1], [1]);
    await one(call);
    await client.query('savepoint before');
    await expect(client.query(call)).rejects.toMatchObject({ code: '23505' });
    await client.query('rollback to before');
  });

  test.each([
    ['pending', 1],
    ['paid', 2],
    ['processing', 3],
  ])('cancel_order gives back what a %s order took', async (_status, id) => {
    // The tiny shop takes the stock of order n from warehouse 1: n pieces.
    const stock = () =>
      one('select on_hand from shop.inventory where product_id = 1 and warehouse_id = 1');
    const before = Number((await stock())['on_hand']);
    expect(await one(`select shop.cancel_order(${id}) as refused`)).toEqual({ refused: null });
    expect(Number((await stock())['on_hand'])).toBe(before + id);
    expect(await one(`select status from shop.orders where id = ${id}`)).toEqual({
      status: 'cancelled',
    });
    expect(await broken()).toEqual([]);
    expect(await one(`select shop.cancel_order(${id}) as refused`)).toEqual({
      refused: 'wrong_status',
    });
  });

  test.each([4, 5, 6, 7, 999])('cancel_order refuses order %i', async (id) => {
    expect(await one(`select shop.cancel_order(${id}) as refused`)).toEqual({
      refused: 'wrong_status',
    });
    expect(await broken()).toEqual([]);
  });

  test('refund_order gives back a part, then the rest with its stock', async () => {
    expect(await one('select shop.refund_order(5, 1000) as refused')).toEqual({ refused: null });
    expect(await one('select status from shop.orders where id = 5')).toEqual({
      status: 'delivered',
    });
    expect(await broken()).toEqual([]);
    expect(await one('select shop.refund_order(5, 999999) as refused')).toEqual({
      refused: 'wrong_amount',
    });
    expect(await one('select shop.refund_order(5, 0) as refused')).toEqual({
      refused: 'wrong_amount',
    });
    expect(await one('select shop.refund_order(5) as refused')).toEqual({ refused: null });
    expect(await one('select status from shop.orders where id = 5')).toEqual({
      status: 'refunded',
    });
    expect(await broken()).toEqual([]);
    expect(await one('select shop.refund_order(5) as refused')).toEqual({
      refused: 'wrong_status',
    });
  });

  test('ship_order ships the oldest that waits, those in work first, then none', async () => {
    expect(await one('select shop.ship_order() as id')).toEqual({ id: '3' });
    expect(await one('select shop.ship_order() as id')).toEqual({ id: '2' });
    expect(await one('select shop.ship_order() as id')).toEqual({ id: null });
    expect(await broken()).toEqual([]);
  });

  test('receive_stock books a delivery', async () => {
    await client.query('select shop.receive_stock(array[1, 2], array[2, 2], array[7, 5])');
    expect(
      await one(
        'select array_agg(on_hand order by product_id) as on_hand from shop.inventory where warehouse_id = 2',
      ),
    ).toEqual({ on_hand: [107, 104] });
    expect(await broken()).toEqual([]);
  });

  test('what only the others call is not for everybody', async () => {
    const { rows } = await client.query(
      `select p.proname as name from pg_proc p
       where p.pronamespace = 'shop'::regnamespace and has_function_privilege('public', p.oid, 'execute')
         and p.prorettype <> 'trigger'::regtype order by 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual([
      'complete_name',
      'discount_cents',
      'keeps',
      'search_similar',
      'shipping_cents',
      'tax_cents',
      'tier_of',
      'today',
    ]);
  });
});

describe('many at once', () => {
  const CLIENTS = 32;
  const ORDERS = 20;
  let sessions: pg.Client[];

  beforeAll(async () => {
    shop = await migratedShop();
    client = shop.client;
    sessions = await Promise.all(Array.from({ length: CLIENTS }, () => shop.connect()));
  }, 60_000);
  afterAll(() => shop.close());

  /** Orders of one piece each of both products, until each client has had `ORDERS` answers. */
  async function buy(clients: readonly pg.Client[], options: string) {
    const answers: Record<string, unknown>[] = [];
    const failures: unknown[] = [];
    await Promise.all(
      clients.map(async (session, s) => {
        for (let i = 0; i < ORDERS; i++) {
          const call = placeOrder((s + i) % 2 === 0 ? [1, 2] : [2, 1], [1, 1], options);
          await one(call, session).then(
            (answer) => answers.push(answer),
            (error: unknown) => failures.push((error as { code?: string }).code),
          );
        }
      }),
    );
    const placed = answers.filter(({ rejection }) => rejection === null).length;
    return { answers, failures, placed };
  }

  test('8 clients that lock in opposite orders: deadlocks are tried again inside', async () => {
    const few = sessions.slice(0, 8);
    for (const session of few) await session.query(`set deadlock_timeout = '5ms'`);
    await client.query(
      `insert into shop.inventory_movements (product_id, warehouse_id, kind, quantity)
       values (1, 1, 'receipt', 200), (2, 2, 'receipt', 200)`,
    );
    const { answers, failures, placed } = await buy(few, ', null, false, true, now(), 50');
    expect(failures).toEqual([]);
    expect(placed).toBe(8 * ORDERS);
    expect(answers.some(({ attempts }) => Number(attempts) > 1)).toBe(true);
    expect(await broken()).toEqual([]);
  });

  test('32 clients on the same products: nothing oversold, nothing lost', async () => {
    const { left } = await one(
      'select min(on_hand - reserved) as left from shop.inventory where product_id = warehouse_id',
    );
    const { answers, failures, placed } = await buy(sessions, '');
    expect(failures).toEqual([]);
    expect(answers).toHaveLength(CLIENTS * ORDERS);
    expect(placed).toBe(Number(left));
    expect(answers.filter(({ rejection }) => rejection === 'out_of_stock')).toHaveLength(
      CLIENTS * ORDERS - placed,
    );
    expect(
      await one(
        'select min(on_hand - reserved) as left from shop.inventory where product_id = warehouse_id',
      ),
    ).toEqual({ left: 0 });
    expect(await broken()).toEqual([]);
  });

  test('an order is cancelled once, and refunded once, whoever asks', async () => {
    const [first, second] = [sessions[0] as pg.Client, sessions[1] as pg.Client];
    for (const call of ['shop.cancel_order(2)', 'shop.refund_order(5)']) {
      const answers = await Promise.all(
        [first, second].map((session) => one(`select ${call} as refused`, session)),
      );
      expect(answers.map(({ refused }) => refused).toSorted()).toEqual([null, 'wrong_status']);
    }
    expect(await broken()).toEqual([]);
  });

  test('each waiting order is shipped once, by whoever comes', async () => {
    const { rows: waiting } = await client.query(
      `select id from shop.orders where status in ('paid', 'processing')`,
    );
    const shipped = (
      await Promise.all(
        sessions.map(async (session) => {
          const ids: unknown[] = [];
          for (;;) {
            const { id } = await one('select shop.ship_order() as id', session);
            if (id === null) return ids;
            ids.push(id);
          }
        }),
      )
    ).flat();
    expect(shipped.toSorted()).toEqual(waiting.map(({ id }) => id).toSorted());
    expect(await broken()).toEqual([]);
  });
});
