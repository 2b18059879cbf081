import { describe, expect, test } from 'vitest';
import { cell } from '../../../src/random/cell.ts';
import {
  smallestDetectableChange,
  standardErrorOf,
} from '../../../src/statistics/detectable-change.ts';
import { holm } from '../../../src/statistics/holm.ts';
import { normalQuantile } from '../../../src/statistics/normal.ts';
import { quantileRanks } from '../../../src/statistics/quantile-interval.ts';
import { rankSumPValue, rankSumShift } from '../../../src/statistics/rank-sum.ts';
import { signedRankPValue, signedRankShift } from '../../../src/statistics/signed-rank.ts';

// All golden values are R's (4.2.2), by the functions that each test names.
const PAIRED = [
  0.021, -0.0135, 0.047, 0.0051, 0.0323, -0.0022, 0.0617, 0.0184, 0.0093, 0.0276, -0.0208, 0.0389,
];
const EIGHT = [0.3, 0.1, 0.25, 0.42, 0.11, 0.19, 0.37, 0.05];
const FROM = [4.1, 4.7, 3.9, 5.2, 4.4, 4.95];
const TO = [5.0, 5.6, 4.8, 6.3, 5.25];

describe('signed rank', () => {
  test.each([
    [0.05, 0.0051, 0.0327],
    [0.01, -0.0021, 0.03965],
    [0.005, -0.0042, 0.04135],
  ])('wilcox.test(x, conf.int, exact) with bounds at %f', (alpha, lower, upper) => {
    const shift = signedRankShift(PAIRED, alpha);
    expect(shift.estimate).toBeCloseTo(0.018575, 12);
    expect(shift.lower).toBeCloseTo(lower, 12);
    expect(shift.upper).toBeCloseTo(upper, 12);
    expect(shift.alpha).toBeLessThanOrEqual(alpha);
  });

  test.each([
    [0, 0.013427734375],
    [0.0111, 0.169677734375],
    [0.0201, 0.574951171875],
  ])('wilcox.test(x, mu = %f, alternative = "greater", exact)', (margin, p) => {
    expect(signedRankPValue(PAIRED, margin)).toBeCloseTo(p, 12);
  });

  test('eight pairs are the fewest that bound at 0.005: the smallest and the largest difference', () => {
    const shift = signedRankShift(EIGHT, 0.005);
    expect(shift).toEqual({
      estimate: expect.closeTo(0.2275, 12),
      lower: 0.05,
      upper: 0.42,
      alpha: 0.00390625,
    });
    expect(signedRankPValue(EIGHT, 0)).toBe(0.00390625);
    expect(signedRankShift(EIGHT.slice(1), 0.005)).toMatchObject({
      lower: Number.NEGATIVE_INFINITY,
      upper: Number.POSITIVE_INFINITY,
      alpha: 0,
    });
  });

  test('a bound lies above a margin exactly where the p-value says so', () => {
    for (let margin = -0.03; margin < 0.07; margin += 0.0007) {
      for (const alpha of [0.05, 0.01, 0.005, 0.00125]) {
        const isAbove = signedRankShift(PAIRED, alpha).lower > margin;
        expect(signedRankPValue(PAIRED, margin) <= alpha).toBe(isAbove);
      }
    }
  });

  test('all the same difference: no p-value is smaller than the sample allows, and ties never help', () => {
    const same = new Array<number>(10).fill(0.02);
    expect(signedRankShift(same, 0.005)).toMatchObject({ lower: 0.02, upper: 0.02 });
    expect(signedRankPValue(same, 0.02)).toBe(1);
    expect(signedRankPValue(same, 0.01)).toBe(1 / 1024);
  });

  test('covers: of 4,000 samples of 12 the bounds at 0.05 miss the truth as often as they say', () => {
    let missed = 0;
    let stated = 0;
    for (let sample = 0; sample < 4000; sample++) {
      const shift = signedRankShift(heavyTailed(12, sample, 0.3), 0.05);
      stated = shift.alpha;
      if (shift.lower > 0.3) missed++;
    }
    expect(stated).toBeGreaterThan(0.04);
    // Within four standard errors of the exact level.
    expect(Math.abs(missed / 4000 - stated)).toBeLessThan(4 * Math.sqrt(stated / 4000));
  });
});

describe('rank sum', () => {
  test('wilcox.test(to, from, conf.int, exact)', () => {
    const shift = rankSumShift(FROM, TO, 0.025);
    expect(shift.estimate).toBeCloseTo(0.875, 12);
    expect(shift.lower).toBeCloseTo(0.05, 12);
    expect(shift.upper).toBeCloseTo(1.7, 12);
    const wide = rankSumShift(FROM, TO, 0.005);
    expect([wide.lower, wide.upper]).toEqual([expect.closeTo(-0.2, 12), expect.closeTo(2.2, 12)]);
  });

  test('wilcox.test(to, from, mu, alternative = "greater", exact)', () => {
    expect(rankSumPValue(FROM, TO, 0)).toBeCloseTo(0.0151515151515152, 12);
    expect(rankSumPValue(FROM, TO, 0.5)).toBeCloseTo(0.214285714285714, 12);
  });

  test('covers: of 4,000 pairs of samples of 6 the bounds at 0.05 miss as often as they say', () => {
    let missed = 0;
    let stated = 0;
    for (let sample = 0; sample < 4000; sample++) {
      const from = heavyTailed(6, 2 * sample, 1);
      const to = heavyTailed(6, 2 * sample + 1, 1.5);
      const shift = rankSumShift(from, to, 0.05);
      stated = shift.alpha;
      if (shift.lower > 0.5) missed++;
    }
    expect(Math.abs(missed / 4000 - stated)).toBeLessThan(4 * Math.sqrt(stated / 4000));
  });

  test('one value on each side bounds nothing', () => {
    expect(rankSumShift([1], [2], 0.005)).toMatchObject({ estimate: 1, alpha: 0 });
  });
});

describe('holm', () => {
  test('p.adjust(p, "holm"), in the order given', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.5, 0.6, 0.001])).toEqual([1, 1, 0.003]);
    expect(holm([])).toEqual([]);
  });
});

describe('quantile ranks', () => {
  test.each([
    [20, 0.5, 6, 15],
    [20, 0.95, 17, 21],
    [20, 0.99, 19, 21],
    [100, 0.95, 90, 100],
    [100, 0.99, 97, 101],
    [1000, 0.5, 469, 532],
    [1000, 0.99, 983, 997],
    [5000, 0.95, 4719, 4781],
    [5000, 0.99, 4936, 4964],
  ])('%i samples, quantile %f: qbinom(0.025) and qbinom(0.975) + 1', (n, share, lower, upper) => {
    expect(quantileRanks(n, share, 0.025)).toEqual({ lower, upper });
  });

  test('a million samples do not underflow', () => {
    const { lower, upper } = quantileRanks(1_000_000, 0.99, 0.025);
    expect([lower, upper]).toEqual([989_805, 990_196]);
  });
});

describe('smallest detectable change', () => {
  test('normal quantiles are qnorm', () => {
    for (const [probability, value] of [
      [0.5, 0],
      [0.8, 0.841621233572914],
      [0.995, 2.5758293035489],
      [0.99875, 3.02334143973915],
      [0.0001, -3.71901648545568],
      [1e-13, -7.34879610280067],
    ] as const) {
      expect(normalQuantile(probability)).toBeCloseTo(value, 5);
    }
  });

  test('is the margin and as many standard errors as level and power ask for', () => {
    expect(
      smallestDetectableChange({ margin: 0.02, standardError: 0.01, alpha: 0.005, power: 0.8 }),
    ).toBeCloseTo(0.02 + 0.01 * (2.5758293 + 0.8416212), 6);
    expect(standardErrorOf([1, 2, 3, 4])).toBeCloseTo(Math.sqrt(5 / 3 / 4), 12);
    expect(standardErrorOf([1])).toBe(0);
  });
});

/** Values about a middle, one in ten of them from a distribution four times as wide. */
function heavyTailed(count: number, sample: number, middle: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const uniform = (cell(17, sample, 2 * index) + 0.5) / 2 ** 32;
    const isWide = cell(17, sample, 2 * index + 1) < 0.1 * 2 ** 32;
    return middle + normalQuantile(uniform) * (isWide ? 4 : 1);
  });
}
