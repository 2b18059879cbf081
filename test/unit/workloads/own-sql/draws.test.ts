import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createShop } from '../../../../src/generators/shop.ts';
import { DRAWS, readDraw } from '../../../../src/workloads/own-sql/draws.ts';
import { RecentOrders } from '../../../../src/workloads/recent-orders.ts';
import { createShoppers } from '../../../../src/workloads/shopper.ts';

const shop = createShop({ orders: 1000, seed: 42, profile: 'default' });

function shoppers(runTag = '0123456789abcd') {
  return createShoppers({
    shop,
    seed: 42,
    runTag,
    recentOrders: new RecentOrders(),
    popularity: 'log-normal',
    hot: null,
    newOrders: 0.2,
  });
}

function drawn(text: string, arrivals = 2000, runTag?: string): readonly (number | string)[] {
  const read = readDraw(text);
  if (!read.ok) throw new Error(read.message);
  const shopperOf = shoppers(runTag);
  return Array.from({ length: arrivals }, (_, arrival) => read.draw(shopperOf(arrival)));
}

describe('draws', () => {
  test.each(DRAWS.map(({ form }) => form))('%s is the same for the same arrival', (form) => {
    expect(drawn(form, 50)).toEqual(drawn(form, 50));
  });

  test.each([
    ['product', shop.counts.products],
    ['warehouse', shop.counts.warehouses],
    ['customer', shop.counts.customers],
    ['buyer', shop.counts.customers],
    ['order', shop.counts.orders],
    ['new_order', shop.counts.orders],
    ['order_line', shop.counts.order_items],
    ['cart', shop.counts.carts],
    ['category', shop.counts.categories],
    ['coupon', shop.counts.coupons],
  ])('%s is the id of a row', (form, rows) => {
    for (const id of drawn(form)) {
      expect(Number.isInteger(id)).toBe(true);
      expect(id).toBeGreaterThanOrEqual(1);
      expect(id).toBeLessThanOrEqual(rows);
    }
  });

  test('ranges hold both ends of an integer, and no other text than those given', () => {
    expect(new Set(drawn('integer -1..2'))).toEqual(new Set([-1, 0, 1, 2]));
    expect(new Set(drawn('integer 7..7'))).toEqual(new Set([7]));
    expect(new Set(drawn("text 'a' |'it''s'|  '|'"))).toEqual(new Set(['a', "it's", '|']));
    for (const value of drawn('number -0.5..1.5')) {
      expect(value).toBeGreaterThanOrEqual(-0.5);
      expect(value).toBeLessThan(1.5);
    }
  });

  test('a UUID is one, and no other arrival or run has it', () => {
    const all = [...drawn('uuid'), ...drawn('uuid', 2000, 'fedcba98765432')];
    expect(new Set(all).size).toBe(4000);
    for (const uuid of all) {
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    const [first, second] = [0, 0].map(() => shoppers()(1).uuid());
    expect(first).toBe(second);
    const shopper = shoppers()(1);
    expect(shopper.uuid()).not.toBe(shopper.uuid());
  });

  test.each([
    ['prodct', 'is not a known draw (got "prodct") - did you mean product?'],
    ['', 'is not a known draw (got "") - known are'],
    ['product 5', 'is not well formed (got "product 5") - write it as product'],
    ['integer', 'write it as integer 1..100'],
    ['integer 5..1', 'write it as integer 1..100'],
    ['integer 1..9007199254740993', 'write it as integer 1..100'],
    ['integer 0..4294967296', 'write it as integer 1..100'],
    ['integer 1.5..2', 'write it as integer 1..100'],
    ['number 1..', 'write it as number 0..1'],
    [`number 0..${'9'.repeat(400)}`, 'write it as number 0..1'],
    ["text 'a' 'b'", "write it as text 'card' | 'paypal'"],
    ["text 'a", "write it as text 'card' | 'paypal'"],
  ])('%j is refused', (text, message) => {
    const read = readDraw(text);
    expect(read.ok ? '' : read.message).toContain(message);
  });
});

test('docs/own-sql.md has every draw as it is', () => {
  const docs = readFileSync(new URL('../../../../docs/own-sql.md', import.meta.url), 'utf8');
  const table = docs.slice(docs.indexOf('| draw |')).split('\n\n')[0]?.split('\n').slice(2);
  expect(table).toEqual(
    DRAWS.map(({ form, description }) => `| \`${form.replaceAll('|', '\\|')}\` | ${description} |`),
  );
});
