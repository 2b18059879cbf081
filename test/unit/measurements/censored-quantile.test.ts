import { beforeAll, describe, expect, test } from 'vitest';
import { censoredQuantile } from '../../../src/measurements/censored-quantile.ts';
import { initHistograms, LatencyHistogram } from '../../../src/measurements/histogram.ts';
import { latencyRecord } from '../../../src/measurements/latency-record.ts';
import { nearestRank } from '../../../src/measurements/nearest-rank.ts';
import { randomSource } from './random-source.ts';

beforeAll(initHistograms);

function histogramOf(samples: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const sample of samples) histogram.record(sample);
  return histogram;
}

const HUNDRED = Array.from({ length: 100 }, (_, index) => index + 1);

describe('nearestRank', () => {
  test.each([
    [0.5, 5, 3],
    [0.5, 4, 2],
    [0.07, 100, 7],
    [0.99, 100, 99],
    [0.999, 1000, 999],
    [0.999, 1001, 1000],
    [0.99, 1, 1],
    [0, 10, 1],
    [1, 10, 10],
    [0.99, 1_000_000_000, 990_000_000],
  ])('q %f of %i is rank %i', (q, count, rank) => {
    expect(nearestRank(q, count)).toBe(rank);
  });
});

describe('censoredQuantile', () => {
  test('is the plain quantile without censoring', () => {
    expect(censoredQuantile(histogramOf(HUNDRED), 0, 0.99)).toEqual({
      valueUs: 99,
      isLowerBound: false,
    });
  });

  test('counts the censored as slower than all samples', () => {
    // 100 samples and 1 censored: rank ceil(0.99 x 101) = 100 is the largest sample.
    expect(censoredQuantile(histogramOf(HUNDRED), 1, 0.99)).toEqual({
      valueUs: 100,
      isLowerBound: false,
    });
    // With 2 it is rank 101, the first of the censored.
    expect(censoredQuantile(histogramOf(HUNDRED), 2, 0.99)).toEqual({
      valueUs: 100,
      isLowerBound: true,
    });
    expect(censoredQuantile(histogramOf(HUNDRED), 100, 0.5)).toEqual({
      valueUs: 100,
      isLowerBound: false,
    });
    expect(censoredQuantile(histogramOf(HUNDRED), 101, 0.5).isLowerBound).toBe(true);
  });

  test('knows nothing but a bound where nothing was seen', () => {
    const empty = new LatencyHistogram();
    expect(censoredQuantile(empty, 3, 0.5)).toEqual({ valueUs: 0, isLowerBound: true });
    expect(censoredQuantile(empty, 0, 0.5)).toEqual({ valueUs: 0, isLowerBound: false });
  });

  test('agrees with sorted samples and infinities', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomSource(seed);
      // Below 2048 us the histogram is exact.
      const samples = Array.from({ length: Math.floor(random() * 300) }, () =>
        Math.floor(random() * 2000),
      );
      const censored = Math.floor(random() * 30);
      const sorted = [...samples, ...Array.from({ length: censored }, () => Infinity)].sort(
        (a, b) => a - b,
      );
      if (sorted.length === 0) continue;
      const histogram = histogramOf(samples);
      const largest = Math.max(0, ...samples);
      for (const percent of [1, 7, 50, 90, 95, 99, 100]) {
        // In whole numbers: ceil(percent x count / 100).
        const rank = Math.floor((percent * sorted.length + 99) / 100);
        const exact = sorted[rank - 1] ?? Number.NaN;
        expect(censoredQuantile(histogram, censored, percent / 100)).toEqual(
          exact === Infinity
            ? { valueUs: largest, isLowerBound: true }
            : { valueUs: exact, isLowerBound: false },
        );
      }
      histogram.close();
    }
  });
});

describe('latencyRecord', () => {
  test('holds the figures and the histogram', () => {
    expect(latencyRecord(histogramOf(HUNDRED), 10)).toEqual({
      count: 100,
      meanUs: 50.5,
      maxUs: 100,
      censored: 10,
      p50: { valueUs: 55, isLowerBound: false },
      p90: { valueUs: 99, isLowerBound: false },
      p95: { valueUs: 100, isLowerBound: true },
      p99: { valueUs: 100, isLowerBound: true },
      p999: { valueUs: 100, isLowerBound: true },
      histogram: expect.stringMatching(/^HISTF/),
    });
  });

  test('may be empty', () => {
    expect(latencyRecord(new LatencyHistogram(), 0)).toMatchObject({
      count: 0,
      meanUs: 0,
      maxUs: 0,
      p99: { valueUs: 0, isLowerBound: false },
    });
  });
});
