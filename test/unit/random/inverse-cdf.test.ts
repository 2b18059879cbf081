import { describe, expect, test } from 'vitest';
import { POPULARITY, PRICE_FACTOR } from '../../../src/generators/data/distributions.ts';
import { quantile } from '../../../src/random/inverse-cdf.ts';

describe('quantile', () => {
  test('reads the knots and what lies between them', () => {
    const body = Uint32Array.from({ length: 1025 }, (_, i) => i * 10);
    const tail = Uint32Array.from({ length: 1025 }, (_, i) => 10_230 + i);
    expect(quantile({ body, tail }, 0)).toBe(0);
    expect(quantile({ body, tail }, 2 ** 22)).toBe(10);
    expect(quantile({ body, tail }, 1.5 * 2 ** 22)).toBe(15);
    expect(quantile({ body, tail }, 1023 * 2 ** 22)).toBe(10_230);
    expect(quantile({ body, tail }, 1023.5 * 2 ** 22)).toBe(10_742);
    expect(quantile({ body, tail }, 2 ** 32 - 1)).toBe(11_253);
  });

  test.each([
    ['popularity', POPULARITY],
    ['price', PRICE_FACTOR],
  ])('rises from end to end (%s)', (_, table) => {
    expect(table.body.length).toBe(1025);
    expect(table.tail.length).toBe(1025);
    expect(table.tail[0]).toBe(table.body[1023]);
    expect(table.tail[1024]).toBe(table.body[1024]);
    let last = 0;
    for (let i = 0; i <= 100_000; i++) {
      const value = quantile(table, Math.min(2 ** 32 - 1, Math.floor((i / 100_000) * 2 ** 32)));
      expect(value).toBeGreaterThanOrEqual(last);
      last = value;
    }
  });
});
