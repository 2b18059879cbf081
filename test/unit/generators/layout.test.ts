import { describe, expect, test } from 'vitest';
import { createOrderTimes } from '../../../src/generators/calendar.ts';
import { childPlace, createChildLayout } from '../../../src/generators/child-layout.ts';
import { createCustomerBook } from '../../../src/generators/customer-book.ts';
import { createOrderArchetypes } from '../../../src/generators/order-archetypes.ts';
import { createSlotMap } from '../../../src/generators/slot-map.ts';
import { createZones } from '../../../src/generators/zones.ts';
import { mix32 } from '../../../src/random/hash32.ts';
import { PROFILES } from '../../../src/schema/profiles.ts';
import { check } from './check.ts';

const SCALES = [1000, 2000, 33_000, 34_000, 70_000];

describe.each(SCALES)('zones of %i orders', (orders) => {
  const zones = createZones(9, orders);

  test('the last three per cent, rounded up to blocks, are open', () => {
    expect(zones.openBlocks).toBe(Math.ceil((orders * 0.03) / 1000));
    expect(zones.settledBlocks + zones.openBlocks).toBe(orders / 1000);
  });

  test('orders and places are a bijection', () => {
    const place = { block: -1, archetype: -1 };
    const seen = new Set<number>();
    for (let order = 0; order < orders; order++) {
      zones.locate(order, place);
      check(zones.orderOf(place.block, place.archetype)).toBe(order);
      check(place.archetype >= 1000).toBe(place.block >= zones.settledBlocks);
      seen.add(place.block * 1000 + (place.archetype % 1000));
    }
    expect(seen.size).toBe(orders);
  });

  test('child rows and their places are a bijection', () => {
    const archetypes = createOrderArchetypes('default');
    for (const counts of [archetypes.lines, archetypes.declined, archetypes.reviews]) {
      const layout = createChildLayout(zones, counts);
      const place = childPlace();
      for (let row = 0; row < layout.rowCount; row++) {
        layout.locate(row, place);
        check(place.index).toBeLessThan(layout.countOf(place.archetype));
        check(layout.rowOf(place.block, place.archetype, place.index)).toBe(row);
      }
    }
  });
});

const CUSTOMER_CASES = PROFILES.flatMap((profile) =>
  [0, 1, 42, 2 ** 32 - 1].map((seed) => ({ profile, seed })),
);

describe.each(CUSTOMER_CASES)('customers of $profile, seed $seed', ({ profile, seed }) => {
  const spec = { orders: 7000, seed, profile };
  const book = createCustomerBook(spec, createOrderTimes(seed, spec.orders));

  test('find their orders, and orders their customers', () => {
    let total = 0;
    for (let customer = 0; customer < book.customers; customer++) {
      const count = book.orderCountOf(customer);
      total += count;
      for (let i = 0; i < count; i++) {
        check(book.customerOf(book.orderOf(customer, i))).toBe(customer);
      }
    }
    expect(total).toBe(spec.orders);
  });

  test('are numbered roughly in the order in which they signed up', () => {
    const whole = { ...spec, orders: 100_000 };
    const many = createCustomerBook(whole, createOrderTimes(seed, whole.orders));
    let before = 0;
    let pairs = 0;
    for (let i = 0; i < 2000; i++) {
      const [a, b] = [mix32(2 * i) % many.customers, mix32(2 * i + 1) % many.customers];
      if (a !== b) {
        before += many.createdAt(Math.min(a, b)) < many.createdAt(Math.max(a, b)) ? 1 : 0;
        pairs += 1;
      }
    }
    expect(before / pairs).toBeGreaterThan(profile === 'grocery' ? 0.7 : 0.85);
  });

  test('find their addresses, and addresses their customers', () => {
    let total = 0;
    for (let customer = 0; customer < book.customers; customer++) {
      const count = book.addressCountOf(customer);
      total += count;
      for (let i = 0; i < count; i++) {
        check(book.ownerOfAddress(book.addressOf(customer, i))).toBe(customer);
      }
    }
    expect(total).toBe(book.addresses);
  });

  test('who buys is listed once', () => {
    const buyers = new Set<number>();
    for (let i = 0; i < book.buyers; i++) {
      buyers.add(book.buyerAt(i));
      check(book.orderCountOf(book.buyerAt(i))).toBeGreaterThanOrEqual(1);
    }
    expect(buyers.size).toBe(book.buyers);
  });
});

describe('createSlotMap', () => {
  test.each([
    [[1], 1],
    [[1, 1, 1], 2],
    [[5, 1, 1], 7],
    [[3, 2, 1], 10_000],
    [[1e6, 3, 2, 1, 1e-3], 1000],
    [[30, 20, 14, 10, 8, 6, 5, 4, 2, 1], 2 ** 20],
    [Array.from({ length: 997 }, (_, i) => 1e9 * 0.99 ** i), 123_457],
    [Array.from({ length: 20_000 }, (_, i) => 20_000 - i), 300_000],
    [Array.from({ length: 500 }, () => 1), 499],
  ])('deals out all slots in runs, in proportion to the weights (%#)', (weights, total) => {
    const map = createSlotMap(weights, total);
    const sum = weights.reduce((a, b) => a + b, 0);
    expect(map.firstOf(0)).toBe(0);
    expect(map.firstOf(weights.length)).toBe(total);
    for (let slot = 0; slot < total; slot++) {
      const owner = map.ownerOf(slot);
      check(map.firstOf(owner)).toBeLessThanOrEqual(slot);
      check(map.firstOf(owner + 1)).toBeGreaterThan(slot);
    }
    let before = 0;
    for (const [i, weight] of weights.entries()) {
      const border = (before / sum) * total;
      check(Math.abs(map.firstOf(i) - border)).toBeLessThanOrEqual(1 + total / 4096);
      before += weight;
    }
  });
});
