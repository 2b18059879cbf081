import { describe, expect, test } from 'vitest';
import { createOrderTimes } from '../../../src/generators/calendar.ts';
import { createCatalogue } from '../../../src/generators/catalogue.ts';
import { KIND_SPECS } from '../../../src/generators/data/product-kinds.ts';
import { createPriceBook } from '../../../src/generators/price-book.ts';
import { pricePoint } from '../../../src/generators/price-point.ts';
import { mix32 } from '../../../src/random/hash32.ts';
import { PROFILES } from '../../../src/schema/profiles.ts';
import { check } from './check.ts';
import { groupBy, num, recordShop } from './recorded-shop.ts';

const CASES = PROFILES.flatMap((profile) =>
  [0, 7, 42, 2 ** 32 - 1].map((seed) => ({ profile, seed })),
);

describe.each(CASES)('prices of $profile, seed $seed', ({ profile, seed }) => {
  const spec = { orders: 3000, seed, profile };
  const catalogue = createCatalogue(spec);
  const placedAt = createOrderTimes(seed, spec.orders);
  const prices = createPriceBook(spec, catalogue, placedAt);

  test('of an order are those of its time', () => {
    for (let i = 0; i < 20_000; i++) {
      const product = mix32(2 * i) % catalogue.products;
      const order = mix32(2 * i + 1) % spec.orders;
      check(prices.priceInOrder(catalogue.rankOf(product), order)).toBe(
        prices.priceAt(product, placedAt(order)),
      );
    }
  });

  test('change twice, each time, and are above cost', () => {
    const change = { product: 0, changedUs: 0, beforeCents: 0, afterCents: 0 };
    const seen = new Map<number, number>();
    for (let i = 0; i < prices.changes; i++) {
      prices.readChange(i, change);
      const { product, changedUs, beforeCents, afterCents } = change;
      check(beforeCents === afterCents).toBe(false);
      check(prices.priceAt(product, changedUs - 1)).toBe(beforeCents);
      check(prices.priceAt(product, changedUs)).toBe(afterCents);
      check(Math.min(beforeCents, afterCents)).toBeGreaterThan(prices.costOf(product));
      seen.set(product, (seen.get(product) ?? 0) + 1);
    }
    expect(seen.size).toBe(catalogue.products);
    expect([...seen.values()].every((count) => count === 2)).toBe(true);
  });
});

test('a price point is near what was asked for and ends as shops end', () => {
  for (let i = 0; i < 50_000; i++) {
    const cents = 30 + (mix32(i) % 200_000);
    const price = pricePoint(cents, mix32(i + 7));
    check(Math.abs(price - cents)).toBeLessThanOrEqual(cents < 10_000 ? 100 : 1000);
    check(['9', '5', '0'].includes(String(price).slice(-1))).toBe(true);
  }
});

test.each(PROFILES)('goods of %s are what they are', (profile) => {
  const { rows } = recordShop(1000, 5, profile);
  const leaves = new Map(rows.categories.map((row) => [num(row, 'id'), row]));
  const brands = groupBy(rows.products, 'brand_id');
  const departmentOf = (row: (typeof rows.products)[number]) =>
    String(leaves.get(num(row, 'category_id'))?.['path']).split('.')[0];
  for (const own of brands.values()) {
    expect(new Set(own.map(departmentOf)).size).toBe(1);
  }
  const slugs = new Set<unknown>();
  for (const row of rows.products) {
    const attributes = JSON.parse(String(row['attributes']));
    const keys = Object.keys(attributes);
    // The order in which PostgreSQL prints jsonb.
    expect(keys).toEqual(keys.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1)));
    slugs.add(row['slug']);
  }
  expect(slugs.size).toBe(rows.products.length);
});

test('titles and texts of kinds can be put together', () => {
  for (const kind of Object.values(KIND_SPECS)) {
    for (const opening of kind.openings) {
      expect(opening).toMatch(/^[ ,].*\.$/);
    }
    expect(kind.closings.length).toBeGreaterThan(1);
    for (const closing of kind.closings) {
      expect(closing).toMatch(/^[A-Z].*\.$/);
    }
  }
});
