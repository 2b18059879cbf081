import { expect, test } from 'vitest';
import { cell } from '../../../src/random/cell.ts';
import { normalQuantile } from '../../../src/statistics/normal.ts';
import { normalProbability, probitThreshold } from '../../../src/statistics/probit-threshold.ts';

test('the normal distribution, as R’s pnorm has it', () => {
  const values = [-3, -1.5, -0.2, 0, 0.7, 2.5];
  const expected = [0.001349898, 0.0668072013, 0.4207402906, 0.5, 0.7580363478, 0.9937903347];
  for (const [index, value] of values.entries()) {
    expect(Math.abs(normalProbability(value) - (expected[index] ?? 0))).toBeLessThan(1e-7);
  }
});

test('trials that overlap, as R’s glm with a probit link has it', () => {
  const rates = [100, 100, 100, 105, 105, 105, 110, 110, 110, 115];
  const holds = [true, true, true, true, false, true, false, true, false, false];
  const found = probitThreshold(
    rates.map((rate, index) => ({ at: Math.log(rate), holds: holds[index] ?? false })),
  );
  // On a grid of 0.06 % here.
  expect(found.estimate).toBeCloseTo(4.678149151, 2);
  expect(found.spread).toBeCloseTo(0.0364, 2);
  expect(Math.exp(found.lower)).toBeGreaterThan(100);
  expect(Math.exp(found.upper)).toBeLessThan(120);
});

test('trials that separate: the middle, between the last that held and the first that did not', () => {
  const trials = [90, 95, 100].map((rate) => ({ at: Math.log(rate), holds: true }));
  const failed = [105, 110, 120].map((rate) => ({ at: Math.log(rate), holds: false }));
  const { estimate, lower, upper } = probitThreshold([...trials, ...failed]);
  expect(Math.exp(estimate)).toBeGreaterThan(100);
  expect(Math.exp(estimate)).toBeLessThan(105);
  expect(Math.exp(lower)).toBeLessThan(102);
  expect(Math.exp(upper)).toBeGreaterThan(103);
  expect(() => probitThreshold(trials)).toThrow(RangeError);
});

test('the bounds hold the true threshold in some 95 of 100 staircases', () => {
  const [truth, spread, step] = [Math.log(400), 0.04, Math.log(1.05)];
  let missed = 0;
  const rounds = 120;
  for (let round = 0; round < rounds; round++) {
    let at = truth + 3.3 * step * ((cell(5, round, 99) / 2 ** 32) * 2 - 1);
    const trials = Array.from({ length: 20 }, (_, draw) => {
      const own = truth + spread * normalQuantile((cell(6, round, draw) + 0.5) / 2 ** 32);
      const trial = { at, holds: at <= own };
      at += trial.holds ? step : -step;
      return trial;
    });
    const { lower, upper } = probitThreshold(trials);
    if (truth < lower || truth > upper) missed++;
  }
  expect(missed / rounds).toBeLessThan(0.1);
});
