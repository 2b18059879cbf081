import { describe, expect, test } from 'vitest';
import { CartloadError } from '../../../src/errors.ts';
import { createShop } from '../../../src/generators/shop.ts';
import { mix32 } from '../../../src/random/hash32.ts';
import { PROFILES } from '../../../src/schema/profiles.ts';
import { check } from './check.ts';
import { num, recordShop } from './recorded-shop.ts';
import { SHOP_TABLES } from './shop-tables.ts';

const WORDS = [0, 1, 2 ** 31, 2 ** 32 - 1, ...Array.from({ length: 3000 }, (_, i) => mix32(i + 1))];

describe('createShop', () => {
  test.each([
    [0, 42],
    [-1000, 42],
    [1500, 42],
    [1000.5, 42],
    [Number.NaN, 42],
    [6_000_000_000, 42],
    [1000, -1],
    [1000, 1.5],
    [1000, 2 ** 32],
  ])('refuses %d orders with seed %d', (orders, seed) => {
    expect(() => createShop({ orders, seed, profile: 'default' })).toThrow(CartloadError);
  });

  test('fills parents before children', () => {
    const shop = createShop({ orders: 1000, seed: 1, profile: 'default' });
    expect(shop.generators.map((generator) => generator.table)).toEqual(SHOP_TABLES);
  });

  test('names every column but those of the server', () => {
    const shop = createShop({ orders: 1000, seed: 1, profile: 'default' });
    const columnsOf = (table: (typeof SHOP_TABLES)[number]) =>
      shop.generatorOf(table).columns.map((column) => column.name);
    expect(columnsOf('products')).not.toContain('search');
    expect(columnsOf('customers')).not.toContain('email_lower');
    expect(columnsOf('order_items')).toEqual([
      'id',
      'order_id',
      'line_number',
      'product_id',
      'warehouse_id',
      'quantity',
      'unit_price_cents',
      'line_total_cents',
    ]);
  });

  test('knows the counts of any scale without making rows', () => {
    const shop = createShop({ orders: 1_000_000_000, seed: 1, profile: 'default' });
    expect(shop.counts.order_items).toBe(2_400_000_000);
    expect(shop.counts.products).toBe(500_000);
    const rows = Object.values(shop.counts).reduce((sum, count) => sum + count, 0);
    expect(rows / 1e9).toBeGreaterThan(14);
    expect(rows / 1e9).toBeLessThan(16);
  });
});

describe('identity', () => {
  test('is the same for the same spec and differs with each part of it', () => {
    const of = (orders: number, seed: number) =>
      createShop({ orders, seed, profile: 'default' }).identity;
    expect(of(1000, 42)).toEqual(of(1000, 42));
    expect(new Set([of(1000, 42).id, of(2000, 42).id, of(1000, 43).id]).size).toBe(3);
    const ids = PROFILES.map(
      (profile) => createShop({ orders: 1000, seed: 42, profile }).identity.id,
    );
    expect(new Set(ids).size).toBe(PROFILES.length);
    expect(of(20_000, 42)).toEqual(GOLDEN_IDENTITY);
  });
});

describe('lookups of the workload', () => {
  const { shop, rows } = recordShop(3000, 42);
  const status = new Map(rows.products.map((row) => [num(row, 'id'), row['status']]));

  test('productAt gives active products, by popularity', () => {
    const seen = new Map<number, number>();
    for (const word of WORDS) {
      const id = shop.productAt(word);
      check(status.get(id)).toBe('active');
      seen.set(id, (seen.get(id) ?? 0) + 1);
    }
    const lines = new Map<number, number>();
    for (const row of rows.order_items) {
      lines.set(num(row, 'product_id'), (lines.get(num(row, 'product_id')) ?? 0) + 1);
    }
    const best = [...seen].toSorted((a, b) => b[1] - a[1]).slice(0, 5);
    for (const [id] of best) {
      expect(lines.get(id)).toBeGreaterThan(5 * (rows.order_items.length / rows.products.length));
    }
  });

  test('warehouses are those of the stock', () => {
    for (const row of rows.products) {
      const id = num(row, 'id');
      const stocked = rows.inventory.slice((id - 1) * 3, id * 3).map((row) => row['warehouse_id']);
      expect(shop.warehousesOf(id)).toEqual(stocked);
      expect(shop.warehouseOf(id, 2)).toBe(stocked[2]);
    }
  });

  test('customers, buyers, addresses and carts are those of the tables', () => {
    const buyers = new Set(rows.orders.map((row) => row['customer_id']));
    const seenCarts = new Set<number>();
    for (const word of WORDS) {
      check(shop.customerAt(word)).toBeLessThanOrEqual(shop.counts.customers);
      check(buyers.has(shop.buyerAt(word))).toBe(true);
      const customer = shop.customerAt(word);
      const address = rows.addresses[shop.addressOf(customer) - 1];
      check(address?.['customer_id']).toBe(customer);
      check(address?.['is_default']).toBe(true);
    }
    for (const word of WORDS) {
      const order = rows.orders[shop.newOrderAt(word) - 1];
      check(
        ['processing', 'paid', 'pending', 'cancelled'].includes(String(order?.['status'])),
      ).toBe(true);
    }
    for (let share = 0; share < 1; share += 0.001) {
      const cart = shop.openCartAt(Math.floor(share * 2 ** 32));
      check(rows.carts[cart - 1]?.['status']).toBe('open');
      seenCarts.add(cart);
    }
    expect(seenCarts.size).toBe(rows.carts.filter((row) => row['status'] === 'open').length);
  });

  test('categories are leaves with products', () => {
    const used = new Set(rows.products.map((row) => row['category_id']));
    for (const word of WORDS) {
      check(used.has(shop.categoryAt(word))).toBe(true);
    }
  });

  test('search terms are words of product names', () => {
    const names = rows.products.map((row) => String(row['name']));
    const terms = new Set(WORDS.map((word) => shop.searchTermAt(word)));
    expect(terms.size).toBeGreaterThan(20);
    for (const term of terms) {
      check(names.some((name) => name.includes(term))).toBe(true);
    }
  });

  test('active coupons are good at the end of the history', () => {
    for (const word of WORDS.slice(0, 200)) {
      const coupon = rows.coupons[shop.activeCouponAt(word) - 1];
      check(num(coupon, 'ends_at')).toBeGreaterThan(Date.UTC(2026, 0, 2) * 1000);
      check(num(coupon, 'starts_at')).toBeLessThan(Date.UTC(2026, 0, 1) * 1000);
      check(num(coupon, 'max_uses') - num(coupon, 'times_used')).toBeGreaterThanOrEqual(1_000_000);
    }
  });
});

const GOLDEN_IDENTITY = {
  id: '134e97a33fa7d4e4',
  generatorVersion: 4,
  poolHash: '96557c25e722d27a',
  seed: 42,
  orders: 20_000,
  profile: 'default',
  asOf: '2026-01-01T00:00:00.000Z',
};
