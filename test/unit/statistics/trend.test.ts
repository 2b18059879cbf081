import { describe, expect, test } from 'vitest';
import { cell } from '../../../src/random/cell.ts';
import { trendOf } from '../../../src/statistics/trend.ts';

describe('trendOf', () => {
  test('a straight line is certain, and its change is that from end to end', () => {
    const trend = trendOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    // S = 45, variance 125: (45 - 1) / sqrt(125).
    expect(trend?.z).toBeCloseTo(3.9355, 3);
    expect(trend?.change).toBeCloseTo(9);
  });

  test('ties shrink the variance', () => {
    // S = 12 + 4 x 0: pairs between groups only; ties of 4, 4: (8*7*21 - 2*4*3*13) / 18.
    const trend = trendOf([1, 1, 1, 1, 2, 2, 2, 2]);
    expect(trend?.z).toBeCloseTo(15 / Math.sqrt((8 * 7 * 21 - 2 * 4 * 3 * 13) / 18), 6);
  });

  test('all the same: none; too few: cannot tell', () => {
    expect(trendOf([5, 5, 5, 5, 5, 5, 5, 5])).toEqual({ z: 0, change: 0 });
    expect(trendOf([1, 2, 3, 4, 5, 6, 7])).toBeNull();
  });

  test('noise alone looks certain in about one case of a hundred', () => {
    let alarms = 0;
    for (let run = 0; run < 2000; run++) {
      const values = Array.from({ length: 30 }, (_, k) => cell(run, k));
      if (Math.abs(trendOf(values)?.z ?? 0) > 2.58) alarms += 1;
    }
    expect(alarms / 2000).toBeGreaterThan(0.003);
    expect(alarms / 2000).toBeLessThan(0.02);
  });
});
