import { expect, test } from 'vitest';
import {
  countsBySize,
  meanSize,
  numbers,
  one,
  sizeAt,
  totalOf,
} from '../../../src/realism/query.ts';

const client = (rows: readonly object[]) => ({ query: async () => ({ rows }) }) as never;

test('counts and numerics come as text and are read as numbers', async () => {
  expect(await numbers(client([{ a: '12', b: 0.5 }]), '')).toEqual([{ a: 12, b: 0.5 }]);
  await expect(one(client([]), '')).rejects.toThrow(RangeError);
});

test('sizes that do not occur have a count of none', () => {
  const counts = countsBySize([
    { size: 4, count: 1 },
    { size: 1, count: 6 },
    { size: 2, count: 3 },
  ]);
  expect(counts).toEqual([6, 3, 0, 1]);
  expect(totalOf(counts)).toBe(10);
  expect(meanSize(counts)).toBe(1.6);
  expect([0.5, 0.6, 0.61, 0.9, 0.95].map((share) => sizeAt(counts, share))).toEqual([
    1, 1, 2, 2, 4,
  ]);
});
