import { describe, expect, test } from 'vitest';
import { dealPairs, firstOf } from '../../../src/experiments/duet/deal-pairs.ts';

const deal = (side: 'baseline' | 'candidate', block = 1) =>
  dealPairs({ seed: 42, block, ratePerSecond: 200, durationMs: 10_000, side });

describe('dealPairs', () => {
  test('deals each number to both arms, within eight milliseconds, neither always first', () => {
    const [baseline, candidate] = [deal('baseline'), deal('candidate')];
    const starts = new Map(candidate.map(({ number, intendedMs }) => [number, intendedMs]));
    expect(baseline).toHaveLength(candidate.length);
    const gaps = baseline.map(({ number, intendedMs }) => (starts.get(number) ?? 1e9) - intendedMs);
    expect(Math.max(...gaps.map(Math.abs))).toBeLessThanOrEqual(8);
    const firsts = gaps.filter((gap) => gap > 0).length / gaps.length;
    expect(firsts).toBeGreaterThan(0.45);
    expect(firsts).toBeLessThan(0.55);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(Math.abs(mean)).toBeLessThan(0.4);
  });

  test('in the order of their starts, at the rate, and the same each time', () => {
    const arrivals = deal('baseline');
    expect(arrivals.length).toBeGreaterThan(1850);
    expect(arrivals.length).toBeLessThan(2150);
    for (const [index, { intendedMs }] of arrivals.entries()) {
      expect(intendedMs).toBeGreaterThanOrEqual(arrivals[index - 1]?.intendedMs ?? 0);
    }
    expect(deal('baseline')).toEqual(arrivals);
  });

  test('no two blocks share an arrival, and the numbers of a block have no gap', () => {
    const numbers = deal('baseline', 3)
      .map(({ number }) => number)
      .sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => firstOf(3) + index));
    expect(firstOf(3) + numbers.length).toBeLessThan(firstOf(4));
  });
});
