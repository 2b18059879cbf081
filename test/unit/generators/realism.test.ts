import { describe, expect, test } from 'vitest';
import { timeAt } from '../../../src/generators/calendar.ts';
import { createCatalogue } from '../../../src/generators/catalogue.ts';
import { COUNTRIES } from '../../../src/generators/data/places.ts';
import { profileShape } from '../../../src/generators/profiles.ts';
import { PROFILES } from '../../../src/schema/profiles.ts';

const total = (counts: readonly number[]) => counts.reduce((sum, n) => sum + n, 0);
const weighted = (counts: readonly number[]) => counts.reduce((sum, n, i) => sum + n * (i + 1), 0);

test.each([
  ['default', 2400, 620, 800, 1633],
  ['grocery', 10_100, 60, 80, 4900],
  ['marketplace', 1130, 966, 1200, 840],
] as const)('%s: counts add up to a block', (profile, lines, buyers, customers, cartItems) => {
  const shape = profileShape(profile);
  expect([total(shape.linesPerOrder), weighted(shape.linesPerOrder)]).toEqual([1000, lines]);
  expect([total(shape.ordersPerBuyer), weighted(shape.ordersPerBuyer)]).toEqual([buyers, 1000]);
  expect(total(shape.addressCounts)).toBe(customers);
  expect(shape.customers).toBe(customers);
  expect([total(shape.linesPerCart), weighted(shape.linesPerCart)]).toEqual([700, cartItems]);
  expect(total(shape.quantities)).toBe(1024);
});

test('the shares of countries are of 1000', () => {
  expect(total(COUNTRIES.map((country) => country.share))).toBe(1000);
});

test('buyers come back as in the shops that the profiles are like', () => {
  const once = PROFILES.map((profile) => {
    const { ordersPerBuyer, buyers } = profileShape(profile);
    return (ordersPerBuyer[0] ?? 0) / buyers;
  });
  expect(once[0]).toBe(0.7);
  expect(once[1]).toBe(0);
  expect(once[2]).toBeCloseTo(0.97, 2);
  const { ordersPerBuyer } = profileShape('default');
  expect(ordersPerBuyer.findLastIndex((count) => count > 0) + 1).toBeGreaterThanOrEqual(10);
});

test.each([2_000_000, 5_000_000, 50_000_000])('popularity is log-normal (%i orders)', (orders) => {
  const weights = createCatalogue({ orders, seed: 1, profile: 'default' }).popularity;
  const sum = weights.reduce((a, b) => a + b, 0);
  const topShare = (share: number) =>
    weights.subarray(0, weights.length * share).reduce((a, b) => a + b, 0) / sum;
  // OTTO: the top 1 % of items have about 27 to 30 % of events, the top 20 % about 80 %.
  expect(topShare(0.01)).toBeGreaterThan(0.24);
  expect(topShare(0.01)).toBeLessThan(0.31);
  expect(topShare(0.2)).toBeGreaterThan(0.78);
  expect(topShare(0.2)).toBeLessThan(0.83);
  expect((weights[0] ?? 0) / sum).toBeLessThan(0.01);
});

describe('the calendar', () => {
  const samples = 731_000;
  const times = Float64Array.from({ length: samples }, (_, i) => timeAt(i / samples));

  test('is monotone', () => {
    for (let i = 1; i < samples; i++) {
      if ((times[i] ?? 0) < (times[i - 1] ?? 0)) {
        expect.fail(`position ${i} is earlier than the one before`);
      }
    }
  });

  test('grows, peaks in November and follows weekdays and hours', () => {
    const months = new Uint32Array(24);
    const weekdays = new Uint32Array(7);
    const hours = new Uint32Array(24);
    for (const us of times) {
      const date = new Date(us / 1000);
      const month = (date.getUTCFullYear() - 2024) * 12 + date.getUTCMonth();
      months[month] = (months[month] ?? 0) + 1;
      weekdays[date.getUTCDay()] = (weekdays[date.getUTCDay()] ?? 0) + 1;
      hours[date.getUTCHours()] = (hours[date.getUTCHours()] ?? 0) + 1;
    }
    const ratio = (a: number, b: number) => (months[a] ?? 0) / (months[b] ?? 1);
    for (const october of [9, 21]) {
      expect(ratio(october + 1, october)).toBeCloseTo(1.63, 1);
      expect(ratio(october + 2, october + 1)).toBeCloseTo(0.75, 1);
    }
    // A factor of 2.5 in two years is one of 1.58 in a year.
    expect(ratio(21, 9)).toBeCloseTo(1.58, 1);
    expect(weekdays[1]).toBeGreaterThan(weekdays[6] ?? 0);
    expect(hours[20]).toBeGreaterThan(6 * (hours[4] ?? 0));
  });
});
