import { describe, expect, test } from 'vitest';
import { spreadLabels, stepArea, stepPath } from '../../../src/reports/plots/drawing.ts';
import { linearScale, logScale } from '../../../src/reports/plots/scale.ts';

describe('linearScale', () => {
  test('starts at zero and ends on a round number at or above the maximum', () => {
    const scale = linearScale(230, [100, 0], 3);
    expect(scale.ticks).toEqual([0, 100, 200, 300]);
    expect(scale.position(0)).toBe(100);
    expect(scale.position(300)).toBe(0);
    expect(scale.position(150)).toBe(50);
  });

  test('counts have whole ticks', () => {
    expect(linearScale(1, [10, 0], 2, 1).ticks).toEqual([0, 1]);
    expect(linearScale(0, [10, 0], 2, 1).ticks).toEqual([0, 1]);
  });
});

describe('logScale', () => {
  test('ends on ticks at both sides', () => {
    const scale = logScale(0.9, 106, [0, 100]);
    expect(scale.ticks.map((tick) => Number(tick.toPrecision(3)))).toEqual([
      0.5, 1, 2, 5, 10, 20, 50, 100, 200,
    ]);
    expect(scale.position(0.5)).toBeCloseTo(0);
    expect(scale.position(200)).toBeCloseTo(100);
    expect(scale.position(10)).toBeCloseTo(50);
  });

  test('has room for a single value', () => {
    const scale = logScale(7, 7, [0, 100]);
    expect(scale.position(7)).toBeGreaterThan(0);
    expect(scale.position(7)).toBeLessThan(100);
  });

  test.each([
    [1, 1],
    [0.001, 3_600_000],
    [5, 5],
    [999.9, 1_000],
  ])('holds %f to %f', (min, max) => {
    const scale = logScale(min, max, [0, 1]);
    expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
    expect(scale.position(min)).toBeGreaterThanOrEqual(0);
    expect(scale.position(max)).toBeLessThanOrEqual(1 + 1e-9);
  });
});

describe('step lines', () => {
  const steps = [
    { from: 0, to: 10, value: 1 },
    { from: 10, to: 20, value: 2 },
    { from: 20, to: 30, value: null },
    { from: 30, to: 40, value: 3 },
    { from: 50, to: 60, value: 0 },
  ];

  test('have a gap where a value or an interval is missing', () => {
    expect(stepPath(steps, (value) => value)).toBe('M0 1L10 1L10 2L20 2M30 3L40 3M50 0L60 0');
  });

  test('areas close each stretch for itself', () => {
    const floor = steps.map((step) => ({ ...step, value: step.value === null ? null : 0 }));
    expect(stepArea(steps, floor, (value) => value)).toBe(
      'M0 1L10 1L10 2L20 2L20 0L10 0L10 0L0 0ZM30 3L40 3L40 0L30 0ZM50 0L60 0L60 0L50 0Z',
    );
  });
});

test('labels move apart, keep their order and stay within bounds', () => {
  expect(spreadLabels([50, 50, 10], 15, [0, 60])).toEqual([45, 60, 10]);
  expect(spreadLabels([5, 100], 15, [0, 200])).toEqual([5, 100]);
});
