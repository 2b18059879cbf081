import { describe, expect, test } from 'vitest';
import {
  constantRamp,
  nextAtLeast,
  stagedRamp,
  valueAt,
} from '../../../src/bench/arrivals/ramp.ts';

const ramp = stagedRamp(2, 1000, [
  { durationMs: 4000, target: 10 },
  { durationMs: 1000, target: 0 },
  { durationMs: 0, target: 5 },
  { durationMs: 1000, target: 5 },
]);

describe('valueAt', () => {
  test.each([
    [-5, 2],
    [0, 2],
    [999, 2],
    [3000, 6],
    [5500, 5],
    [6000, 5],
    [9999, 5],
  ])('at %i ms it is %i', (atMs, value) => expect(valueAt(ramp, atMs)).toBeCloseTo(value));

  test('of an empty ramp is 0', () => expect(valueAt([], 5)).toBe(0));
});

describe('nextAtLeast', () => {
  test.each([
    [0, 1, 0],
    [0, 4, 2000],
    [2500, 4, 2500],
    [5700, 4, 6000],
    [0, 11, null],
    [7000, 1, null],
  ])('from %i ms, at least %i: %s', (atMs, value, expected) => {
    const found = nextAtLeast(ramp, atMs, value);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(expected);
  });

  test('a constant ramp is there at once, or never', () => {
    expect(nextAtLeast(constantRamp(3, 100), 40, 3)).toBe(40);
    expect(nextAtLeast(constantRamp(3, 100), 40, 4)).toBeNull();
  });
});
