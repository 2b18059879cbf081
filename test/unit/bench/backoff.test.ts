import { expect, test } from 'vitest';
import { backoffMs } from '../../../src/bench/clients/backoff.ts';

test('doubles up to the maximum, times a uniform share', () => {
  const backoff = { initialMs: 5, maxMs: 200 };
  expect([0, 1, 2, 5, 6, 60].map((failures) => backoffMs(backoff, failures, 1))).toEqual([
    5, 10, 20, 160, 200, 200,
  ]);
  expect(backoffMs(backoff, 3, 0)).toBe(0);
  expect(backoffMs(backoff, 3, 0.25)).toBe(10);
});
