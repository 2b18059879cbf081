import { beforeAll, describe, expect, test } from 'vitest';
import { CartloadError } from '../../../src/errors.ts';
import {
  decodeHistogram,
  initHistograms,
  LatencyHistogram,
  MAX_RECORDABLE_US,
} from '../../../src/measurements/histogram.ts';
import { randomLatencyUs, randomSource } from './random-source.ts';

beforeAll(initHistograms);

const QUANTILES = [0, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

function histogramOf(samples: readonly number[], digits: 2 | 3 = 3): LatencyHistogram {
  const histogram = new LatencyHistogram(digits);
  for (const sample of samples) histogram.record(sample);
  return histogram;
}

describe('LatencyHistogram', () => {
  test('has golden values for 1 to 10,000 us', () => {
    const histogram = histogramOf(Array.from({ length: 10_000 }, (_, index) => index + 1));
    expect(histogram.count).toBe(10_000);
    expect(histogram.maxUs).toBe(10_000);
    expect(QUANTILES.map((q) => histogram.quantileUs(q))).toEqual([
      1, 5003, 9007, 9503, 9903, 9991, 10_000,
    ]);
    expect(histogram.meanUs).toBeCloseTo(5000.5, -1);
  });

  test('counts 1 us exactly', () => {
    const histogram = histogramOf([1, 2, 3, 4, 5]);
    expect([0.2, 0.4, 0.5, 0.6, 1].map((q) => histogram.quantileUs(q))).toEqual([1, 2, 3, 3, 5]);
    expect(histogram.meanUs).toBe(3);
  });

  test('takes what no bucket takes', () => {
    const histogram = histogramOf([-5, 0, 0.4, 1.6, 4_000_000_000, Number.POSITIVE_INFINITY]);
    expect(histogram.count).toBe(6);
    expect(histogram.quantileUs(0.5)).toBe(0);
    expect(histogram.quantileUs(0.6)).toBe(2);
    expect(histogram.maxUs).toBe(MAX_RECORDABLE_US);
    expect(histogram.quantileUs(1)).toBe(MAX_RECORDABLE_US);
    expect(() => histogram.record(Number.NaN)).toThrow(TypeError);
    expect(histogram.count).toBe(6);
  });

  test('is 0 without a sample', () => {
    const histogram = new LatencyHistogram();
    expect([histogram.count, histogram.meanUs, histogram.maxUs]).toEqual([0, 0, 0]);
    expect(QUANTILES.map((q) => histogram.quantileUs(q))).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(decodeHistogram(histogram.encode(), 0).count).toBe(0);
  });

  test('keeps the exact maximum that its buckets round up', () => {
    const histogram = histogramOf([1_000_001]);
    expect(histogram.maxUs).toBe(1_000_001);
    expect(histogram.quantileUs(0.99)).toBe(1_000_001);
    const decoded = decodeHistogram(histogram.encode(), histogram.maxUs);
    expect(decoded.maxUs).toBe(1_000_001);
    expect(decoded.quantileUs(0.5)).toBe(1_000_001);
  });

  test.each([2, 3] as const)('is within its digits of the sorted samples (%i digits)', (digits) => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomSource(seed);
      const samples = Array.from({ length: 1 + Math.floor(random() * 3000) }, () =>
        randomLatencyUs(random),
      );
      const histogram = histogramOf(samples, digits);
      const sorted = samples.toSorted((a, b) => a - b);
      for (const q of QUANTILES) {
        const rank = Math.max(1, Math.ceil(q * sorted.length - 1e-9));
        const exact = sorted[rank - 1] ?? Number.NaN;
        expect(histogram.quantileUs(q)).toBeGreaterThanOrEqual(exact);
        expect(histogram.quantileUs(q)).toBeLessThanOrEqual(exact * (1 + 10 ** -digits) + 1);
      }
    }
  });

  test('merged parts are the whole', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomSource(seed);
      const whole = new LatencyHistogram();
      const parts = Array.from({ length: 5 }, () => new LatencyHistogram());
      for (let n = 0; n < 500; n++) {
        const sample = randomLatencyUs(random);
        whole.record(sample);
        parts[Math.floor(random() * 4)]?.record(sample);
      }
      const merged = new LatencyHistogram();
      for (const part of parts) merged.merge(part);
      expect(merged.count).toBe(whole.count);
      expect(merged.maxUs).toBe(whole.maxUs);
      expect(merged.meanUs).toBe(whole.meanUs);
      expect(merged.encode()).toBe(whole.encode());
      for (const histogram of [whole, merged, ...parts]) histogram.close();
    }
  });

  test('decoded is as before', () => {
    const random = randomSource(3);
    const histogram = histogramOf(Array.from({ length: 1000 }, () => randomLatencyUs(random)));
    const decoded = decodeHistogram(histogram.encode(), histogram.maxUs);
    expect(decoded.count).toBe(1000);
    expect(decoded.meanUs).toBe(histogram.meanUs);
    expect(QUANTILES.map((q) => decoded.quantileUs(q))).toEqual(
      QUANTILES.map((q) => histogram.quantileUs(q)),
    );
    decoded.merge(histogram);
    expect(decoded.count).toBe(2000);
  });

  test('can be used anew after a reset and after a close', () => {
    const histogram = histogramOf([100, 200]);
    histogram.reset();
    expect([histogram.count, histogram.maxUs, histogram.quantileUs(0.5)]).toEqual([0, 0, 0]);
    histogram.record(7);
    expect(histogram.quantileUs(0.5)).toBe(7);
    histogram.close();
    expect(histogram.count).toBe(0);
    histogram.record(9);
    expect(histogram.quantileUs(1)).toBe(9);
  });

  test('refuses a text that is no histogram', () => {
    for (const text of ['', 'x', 'AAAA', 'HISTFAAAAA', '=', `${histogramOf([5]).encode()}A`]) {
      expect(() => decodeHistogram(text, 5)).toThrow(CartloadError);
    }
  });
});
