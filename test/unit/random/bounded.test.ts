import { describe, expect, test } from 'vitest';
import { bounded } from '../../../src/random/bounded.ts';

describe('bounded', () => {
  test('takes the range of words to the whole range below the bound', () => {
    for (const bound of [1, 2, 3, 10, 1000, 2 ** 21, 2 ** 21 + 1, 3_141_592_653, 2 ** 32]) {
      expect(bounded(0, bound)).toBe(0);
      expect(bounded(2 ** 32 - 1, bound)).toBe(bound - 1);
    }
  });

  test('is monotone, and gives each value its share of words', () => {
    const counts = new Uint32Array(7);
    let last = 0;
    for (let i = 0; i < 70_000; i++) {
      const value = bounded(Math.floor((i / 70_000) * 2 ** 32), 7);
      expect(value).toBeGreaterThanOrEqual(last);
      last = value;
      counts[value] = (counts[value] ?? 0) + 1;
    }
    for (const count of counts) {
      expect(Math.abs(count - 10_000)).toBeLessThanOrEqual(1);
    }
  });
});
