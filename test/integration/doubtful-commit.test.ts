import { afterAll, beforeAll, expect, test } from 'vitest';
import { attempt } from '../../src/bench/clients/attempt.ts';
import { checkBooks } from '../../src/bench/verdict/books.ts';
import { withConnection } from '../../src/database/connect.ts';
import { PgSession } from '../../src/database/pg-session.ts';
import { AcknowledgedSet } from '../../src/measurements/acknowledged-set.ts';
import { DATABASE_LOGIC } from '../../src/schema/duties.ts';
import { RecentOrders } from '../../src/workloads/recent-orders.ts';
import { createTransactions } from '../../src/workloads/registry.ts';
import { createShoppers } from '../../src/workloads/shopper.ts';
import { cuttingProxy } from '../helpers/cutting-proxy.ts';
import { type LoadedShop, loadedShop } from '../helpers/loaded-shop.ts';

let loaded: LoadedShop;

beforeAll(async () => {
  loaded = await loadedShop();
});

afterAll(() => loaded.database.drop());

/** Checks out through a connection that is cut at COMMIT, and settles the doubt. */
async function checkOut(when: 'before' | 'after' | 'answered', runTag: string) {
  const transaction = createTransactions({
    strategy: 'statements',
    lockOrder: 'sorted',
    payment: 'paypal',
    logic: DATABASE_LOGIC,
  }).get('checkout');
  if (transaction === undefined) throw new Error('no checkout');
  const shopperOf = createShoppers({
    shop: loaded.shop,
    seed: 1,
    runTag,
    popularity: 'log-normal',
    hot: null,
    newOrders: 0,
    recentOrders: new RecentOrders(),
  });
  const proxy = await cuttingProxy(loaded.primary, when);
  try {
    // The first that no business rule rejects.
    for (let arrival = 0; ; arrival++) {
      let isLost = false;
      const session = await PgSession.open(proxy.address, {
        purpose: 'test',
        prepares: 'named',
        onLost: () => {
          isLost = true;
        },
        isPipelined: false,
      });
      const input = transaction.input(shopperOf(arrival));
      const end = await attempt(session, 'primary', transaction, input, {
        isolation: 'read committed',
        identifies: false,
      });
      await session.close();
      if (end.kind === 'rejected') continue;
      if (end.kind !== 'failed' || end.order === null) throw new Error(`ended as ${end.kind}`);
      expect(end.cause.outcome).toBe('in_doubt');
      expect(isLost).toBe(true);
      const inDoubt = new Map([[arrival, end.order.totalCents]]);
      const acknowledged = new AcknowledgedSet();
      return await withConnection(loaded.primary, { purpose: 'test' }, (client) =>
        checkBooks({ client, runTag, acknowledged, inDoubt }),
      );
    }
  } finally {
    await proxy.close();
  }
}

test('a commit whose answer is lost is found by its token', async () => {
  const books = await checkOut('after', '0123456789abcd');
  expect(books.inDoubt).toEqual({ total: 1, committed: 1, lost: 0 });
  expect(books.unexpected).toBe(0);
  expect(books.balanced).toBe(true);
});

test('a pooler that has lost its server at COMMIT leaves a doubt, too', async () => {
  const books = await checkOut('answered', 'aaaaaaaaaaaaaa');
  expect(books.inDoubt).toEqual({ total: 1, committed: 1, lost: 0 });
  expect(books.balanced).toBe(true);
});

test('a commit that never arrived is found missing, and that is in order', async () => {
  const books = await checkOut('before', 'ba9876543210fe');
  expect(books.inDoubt).toEqual({ total: 1, committed: 0, lost: 1 });
  expect(books.missing).toBe(0);
  expect(books.balanced).toBe(true);
});
