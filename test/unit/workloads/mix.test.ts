import { expect, test } from 'vitest';
import { cell } from '../../../src/random/cell.ts';
import { createMix } from '../../../src/workloads/mix.ts';

test('picks by weight', () => {
  const pick = createMix([
    { value: 'view', weight: 30 },
    { value: 'buy', weight: 10 },
  ]);
  const counts = { view: 0, buy: 0 };
  for (let i = 0; i < 100_000; i++) counts[pick(cell(1, i)) as 'view' | 'buy'] += 1;
  // Standard deviation 137.
  expect(Math.abs(counts.buy - 25_000)).toBeLessThan(600);
});

test('every word finds a transaction', () => {
  const pick = createMix([
    { value: 'a', weight: 1 },
    { value: 'b', weight: 1 / 3 },
  ]);
  expect(pick(0)).toBe('a');
  expect(pick(2 ** 32 - 1)).toBe('b');
});
