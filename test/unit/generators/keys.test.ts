import { describe, expect, test } from 'vitest';
import type { GeneratedTable } from '../../../src/schema/tables.ts';
import { check } from './check.ts';
import { num, recordShop } from './recorded-shop.ts';
import { SHOP_TABLES } from './shop-tables.ts';

const UNIQUE: [table: GeneratedTable, ...columns: string[]][] = [
  ['brands', 'slug'],
  ['brands', 'name'],
  ['categories', 'slug'],
  ['categories', 'path'],
  ['products', 'sku'],
  ['products', 'slug'],
  ['warehouses', 'code'],
  ['inventory', 'product_id', 'warehouse_id'],
  ['coupons', 'code'],
  ['cart_items', 'cart_id', 'product_id'],
  ['orders', 'checkout_token'],
  ['order_items', 'order_id', 'line_number'],
  ['shipments', 'tracking_number'],
  ['reviews', 'order_item_id'],
];

const REFERENCES = {
  brand_id: 'brands',
  category_id: 'categories',
  parent_id: 'categories',
  product_id: 'products',
  warehouse_id: 'warehouses',
  customer_id: 'customers',
  shipping_address_id: 'addresses',
  billing_address_id: 'addresses',
  coupon_id: 'coupons',
  cart_id: 'carts',
  order_id: 'orders',
  payment_id: 'payments',
  order_item_id: 'order_items',
} as const;

describe.each([
  [2000, 42],
  [3000, 2 ** 31],
])('keys of %i orders, seed %i', (orders, seed) => {
  const { rows, shop } = recordShop(orders, seed);

  test('ids are the row numbers', () => {
    for (const table of SHOP_TABLES.filter((name) => name !== 'inventory')) {
      for (const [i, row] of rows[table].entries()) {
        check(row['id']).toBe(i + 1);
      }
    }
  });

  test.each(UNIQUE)('%s: %s %s', (table, ...columns) => {
    const keys = rows[table].map((row) => columns.map((column) => row[column]).join('|'));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('e-mail addresses are unique in lower case and plain ASCII', () => {
    const emails = rows.customers.map((row) => String(row['email']).toLowerCase());
    expect(new Set(emails).size).toBe(emails.length);
    expect(emails.filter((email) => !/^[a-z]+\.[a-z]+\d+@[a-z.]+$/.test(email))).toEqual([]);
    expect(rows.customers.some((row) => /[A-Z]/.test(String(row['email'])))).toBe(true);
  });

  test('references exist', () => {
    for (const generator of shop.generators) {
      for (const { name } of generator.columns) {
        const parent = REFERENCES[name as keyof typeof REFERENCES];
        if (parent === undefined) {
          continue;
        }
        for (const row of rows[generator.table]) {
          if (row[name] !== null) {
            check(num(row, name)).toBeGreaterThanOrEqual(1);
            check(num(row, name)).toBeLessThanOrEqual(shop.counts[parent]);
          }
        }
      }
    }
  });

  test('lines and movements are at warehouses that stock their product', () => {
    const positions = new Set(
      rows.inventory.map((row) => `${row['product_id']}|${row['warehouse_id']}`),
    );
    for (const row of [
      ...rows.order_items,
      ...rows.inventory_movements,
      ...rows.low_stock_alerts,
    ]) {
      check(positions.has(`${row['product_id']}|${row['warehouse_id']}`)).toBe(true);
    }
  });

  test('a category path is that of its parent and its own id; products hang on leaves', () => {
    const paths = new Map(rows.categories.map((row) => [row['id'], row['path']]));
    const parents = new Set(rows.categories.map((row) => row['parent_id']));
    for (const row of rows.categories) {
      const start = row['parent_id'] === null ? '' : `${paths.get(row['parent_id'] ?? 0)}.`;
      expect(row['path']).toBe(`${start}${row['id']}`);
      expect(row['depth']).toBe(String(row['path']).split('.').length - 1);
    }
    for (const row of rows.products) {
      check(parents.has(row['category_id'] ?? null)).toBe(false);
    }
  });
});
