import { describe, expect, test } from 'vitest';
import { cell, columnKey } from '../../../src/random/cell.ts';

const SEEDS = [0, 1, 7, 42, 2 ** 31, 2 ** 32 - 1];

describe('columnKey', () => {
  test('gives the same keys forever', () => {
    expect(columnKey(42, 'orders', 'placed_at')).toBe(GOLDEN_KEY);
    expect(columnKey(7, 'orders', 'placed_at')).not.toBe(GOLDEN_KEY);
  });

  test('tells seeds, tables and columns apart', () => {
    const keys = SEEDS.flatMap((seed) =>
      ['orders', 'items', 'carts'].flatMap((table) =>
        ['id', 'price', 'name'].map((column) => columnKey(seed, table, column)),
      ),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('cell', () => {
  test('gives the same words forever', () => {
    const key = columnKey(42, 'orders', 'placed_at');
    expect([
      cell(key, 0),
      cell(key, 1),
      cell(key, 1, 1),
      cell(key, 2 ** 32),
      cell(key, 2 ** 52 - 1, 9),
    ]).toEqual(GOLDEN_CELLS);
  });

  test('is a word, and does not repeat 2^32 rows later', () => {
    const key = columnKey(1, 't', 'c');
    let equal = 0;
    for (let row = 0; row < 1000; row++) {
      const word = cell(key, row);
      expect(Number.isInteger(word) && word >= 0 && word < 2 ** 32).toBe(true);
      equal += word === cell(key, row + 2 ** 32) ? 1 : 0;
    }
    expect(equal).toBe(0);
  });

  test.each(SEEDS)(
    'is uniform and independent between rows, draws and columns (seed %i)',
    (seed) => {
      const a = columnKey(seed, 't', 'a');
      const b = columnKey(seed, 't', 'b');
      const pairs: readonly ((row: number) => readonly [number, number])[] = [
        (row) => [cell(a, row), cell(a, row + 1)],
        (row) => [cell(a, row), cell(a, row, 1)],
        (row) => [cell(a, row), cell(b, row)],
      ];
      for (const pair of pairs) {
        const buckets = new Uint32Array(256);
        for (let row = 0; row < 65_536; row++) {
          const [x, y] = pair(row);
          const bucket = ((x >>> 28) << 4) | (y >>> 28);
          buckets[bucket] = (buckets[bucket] ?? 0) + 1;
        }
        const chiSquare = buckets.reduce((sum, n) => sum + (n - 256) ** 2 / 256, 0);
        // 255 degrees of freedom: 400 is beyond six standard deviations.
        expect(chiSquare).toBeLessThan(400);
      }
    },
  );
});

// Computed with whole numbers in another language.
const GOLDEN_KEY = 1231808204;
const GOLDEN_CELLS = [3939376581, 3621968933, 2115981888, 4226908425, 1792077798];
