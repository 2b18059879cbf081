import { expect, test } from 'vitest';
import {
  logNormalSigma,
  logNormalTopShare,
  normalCdf,
  normalQuantile,
} from '../../../src/realism/normal.ts';

// NIST/SEMATECH e-Handbook, table 1.3.6.7.1.
test.each([
  [0, 0.5],
  [1, 0.841_344_7],
  [1.96, 0.975_002_1],
  [-2.5, 0.006_209_7],
])('the distribution function at %d is %d', (z, probability) => {
  expect(normalCdf(z)).toBeCloseTo(probability, 6);
  expect(normalQuantile(probability)).toBeCloseTo(z, 4);
});

test('a log-normal popularity of sigma 1.7 gives the top 1 % a quarter and the top 20 % four fifths', () => {
  expect(logNormalTopShare(1.7, 0.01)).toBeCloseTo(0.266, 2);
  expect(logNormalTopShare(1.7, 0.2)).toBeCloseTo(0.804, 2);
  expect(logNormalSigma(0.2, logNormalTopShare(1.7, 0.2))).toBeCloseTo(1.7, 5);
});
