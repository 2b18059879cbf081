import { expect } from 'vitest';

/** `expect` for millions of values: an assertion object is only made where a value is wrong. */
export function check(actual: unknown) {
  return {
    toBe(expected: unknown): void {
      if (!Object.is(actual, expected)) {
        expect(actual).toBe(expected);
      }
    },
    toBeGreaterThan(limit: number): void {
      if (!(typeof actual === 'number' && actual > limit)) {
        expect(actual).toBeGreaterThan(limit);
      }
    },
    toBeGreaterThanOrEqual(limit: number): void {
      if (!(typeof actual === 'number' && actual >= limit)) {
        expect(actual).toBeGreaterThanOrEqual(limit);
      }
    },
    toBeLessThan(limit: number): void {
      if (!(typeof actual === 'number' && actual < limit)) {
        expect(actual).toBeLessThan(limit);
      }
    },
    toBeLessThanOrEqual(limit: number): void {
      if (!(typeof actual === 'number' && actual <= limit)) {
        expect(actual).toBeLessThanOrEqual(limit);
      }
    },
  };
}
