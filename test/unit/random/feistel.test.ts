import { describe, expect, test } from 'vitest';
import { createPermutation, permute, unpermute } from '../../../src/random/feistel.ts';

describe('createPermutation', () => {
  test.each([0, -1, 1.5, 2 ** 52 + 2, Number.NaN])('refuses a size of %d', (size) => {
    expect(() => createPermutation(size, 1)).toThrow(/permutation of/);
  });
});

describe('permute', () => {
  test('gives the same order forever', () => {
    const small = createPermutation(10, 42);
    expect(Array.from({ length: 10 }, (_, i) => permute(small, i))).toEqual(GOLDEN_SMALL);
    const large = createPermutation(2 ** 52, 42);
    expect([0, 1, 2 ** 40, 2 ** 52 - 1].map((i) => permute(large, i))).toEqual(GOLDEN_LARGE);
  });

  test.each([1, 2, 3, 5, 10, 97, 100, 1000, 2400, 65_537])(
    'is a bijection of %i values for many keys, and unpermute its inverse',
    (size) => {
      for (let key = 0; key < 20; key++) {
        const permutation = createPermutation(size, key * 7919);
        const seen = new Uint8Array(size);
        for (let i = 0; i < size; i++) {
          const to = permute(permutation, i);
          seen[to] = 1;
          if (unpermute(permutation, to) !== i) {
            expect.fail(
              `${i} -> ${to} -> ${unpermute(permutation, to)} (size ${size}, key ${key})`,
            );
          }
        }
        expect(seen.every((flag) => flag === 1)).toBe(true);
      }
    },
  );

  test.each([2 ** 32 + 15, 1e12 + 39, 2 ** 52 - 1, 2 ** 52])(
    'inverts in a domain of %d',
    (size) => {
      const permutation = createPermutation(size, 3);
      for (let i = 0; i < 2000; i++) {
        const value = Math.floor((i / 2000) * size);
        const to = permute(permutation, value);
        expect(to >= 0 && to < size && Number.isSafeInteger(to)).toBe(true);
        expect(unpermute(permutation, to)).toBe(value);
      }
    },
  );

  test.each(['neighbours', 'columns'])('sends pairs of %s anywhere', (name) => {
    const size = 2_400_000;
    let worst = 0;
    for (let key = 0; key < 20; key++) {
      const permutation = createPermutation(size, key * 7919);
      const distance = name === 'columns' ? permutation.columns : 1;
      for (const go of [permute, unpermute]) {
        const pairs = new Uint32Array(256);
        for (let i = 0; i < 12_800; i++) {
          const a = go(permutation, i);
          const b = go(permutation, i + distance);
          // Low and high bits by turns.
          const cell =
            i % 2 === 0
              ? (a % 16) * 16 + (b % 16)
              : Math.floor((a / size) * 16) * 16 + Math.floor((b / size) * 16);
          pairs[cell] = (pairs[cell] ?? 0) + 1;
        }
        const chiSquare = pairs.reduce((sum, n) => sum + (n - 50) ** 2 / 50, 0);
        worst = Math.max(worst, chiSquare);
      }
    }
    // 255 degrees of freedom: 368 is five standard deviations off, and 40 are looked at.
    expect(worst).toBeLessThan(368);
  });

  test('spreads neighbours evenly', () => {
    const size = 100_000;
    const permutation = createPermutation(size, 11);
    const buckets = new Uint32Array(100);
    for (let i = 0; i < 10_000; i++) {
      const bucket = Math.floor(permute(permutation, i) / 1000);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    const chiSquare = buckets.reduce((sum, n) => sum + (n - 100) ** 2 / 100, 0);
    // 99 degrees of freedom: 190 is beyond six standard deviations.
    expect(chiSquare).toBeLessThan(190);
  });
});

// Computed with whole numbers in another language.
const GOLDEN_SMALL = [7, 2, 8, 4, 0, 6, 9, 3, 5, 1];
const GOLDEN_LARGE = [922797801170813, 1340199747618870, 627409417878153, 2666531790998397];
