import { beforeAll, describe, expect, test } from 'vitest';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import { curvePoints, namedPoints } from '../../../src/reports/spectrum-points.ts';
import { sampleLatency } from '../../helpers/sample-record.ts';

beforeAll(initHistograms);

describe('percentiles as far as n allows', () => {
  test('at least ten samples lie beyond each', () => {
    const named = namedPoints(sampleLatency(1_000, 20_000, 1));
    expect(named.map(({ quantile }) => quantile)).toEqual([0.5, 0.75, 0.9, 0.95, 0.99]);
    expect(namedPoints(sampleLatency(100, 20_000, 1)).at(-1)?.quantile).toBe(0.9);
    const last = curvePoints(sampleLatency(1_000, 20_000, 1)).at(-1);
    expect(last?.quantile).toBeCloseTo(0.99);
  });

  test('agree with the figures of the record', () => {
    const latency = sampleLatency(5_000, 20_000, 2);
    const p99 = namedPoints(latency).find(({ quantile }) => quantile === 0.99)?.value;
    expect(p99?.isLowerBound).toBe(false);
    expect(Math.abs((p99?.valueUs ?? 0) / latency.p99.valueUs - 1)).toBeLessThan(0.001);
  });

  test('rise', () => {
    const values = curvePoints(sampleLatency(5_000, 20_000, 3)).map(({ value }) => value.valueUs);
    expect(values.length).toBeGreaterThan(50);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  });

  test('are lower bounds where failures lie', () => {
    const points = namedPoints(sampleLatency(1_000, 20_000, 4, 100));
    const bounds = points.map(({ quantile, value }) => [quantile, value.isLowerBound]);
    expect(bounds).toEqual([
      [0.5, false],
      [0.75, false],
      [0.9, false],
      [0.95, true],
      [0.99, true],
    ]);
  });

  test('too few samples give none', () => {
    expect(curvePoints(sampleLatency(0, 1, 5))).toEqual([]);
    expect(curvePoints(sampleLatency(11, 100, 5))).toEqual([]);
    expect(namedPoints(sampleLatency(0, 1, 5))).toEqual([]);
  });
});
