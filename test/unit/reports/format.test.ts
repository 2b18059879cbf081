import { describe, expect, test } from 'vitest';
import {
  durationIn,
  formatBytes,
  formatCount,
  formatDuration,
  formatNoun,
  formatPeriod,
  formatPerThousand,
  formatQuantile,
  formatRate,
  formatShare,
  formatSignificant,
  quantileIn,
  unitFor,
} from '../../../src/reports/format.ts';

describe('formatSignificant', () => {
  test.each([
    [0, '0'],
    [0.04512, '0.0451'],
    [0.9996, '1.00'],
    [1, '1.00'],
    [9.996, '10.0'],
    [99.95, '100'],
    [118.4, '118'],
    [999.6, '1,000'],
    [1_234.5, '1,230'],
    [9_996, '10,000'],
    [1_234_567, '1,230,000'],
    [-12.34, '-12.3'],
  ])('%f reads %s', (value, text) => {
    expect(formatSignificant(value)).toBe(text);
  });

  test('invents no decimals beyond the resolution', () => {
    expect(formatSignificant(0.0312, 3)).toBe('0.031');
    expect(formatSignificant(0.0004, 3)).toBe('0.000');
  });
});

describe('durations', () => {
  test('the median decides the unit of a table', () => {
    expect(unitFor([80, 120, 900])).toBe('us');
    expect(unitFor([80, 120, 61_000])).toBe('ms');
    expect(unitFor([1_500, 4_000, 21_000_000])).toBe('ms');
    expect(unitFor([11_000_000, 12_000_000])).toBe('s');
    expect(unitFor([])).toBe('ms');
    expect(unitFor([0, 0])).toBe('ms');
  });

  test('cells leave the unit to the column head', () => {
    expect(durationIn(118_432, 'ms')).toBe('118');
    expect(durationIn(31, 'ms')).toBe('0.031');
    expect(durationIn(31, 'us')).toBe('31');
    expect(durationIn(21_000_000, 'ms')).toBe('21,000');
    expect(durationIn(0, 'ms')).toBe('0');
  });

  test('running text carries the unit', () => {
    expect(formatDuration(762)).toBe('762 µs');
    expect(formatDuration(118_432)).toBe('118 ms');
    expect(formatDuration(42_000_000)).toBe('42.0 s');
    expect(formatPeriod(250)).toBe('250 ms');
    expect(formatPeriod(30_000)).toBe('30 s');
    expect(formatPeriod(600_000)).toBe('10 min');
  });

  test('a quantile beyond what was seen is a lower bound', () => {
    const bound = { valueUs: 400_000, isLowerBound: true };
    expect(formatQuantile(bound)).toBe('> 400 ms');
    expect(quantileIn(bound, 'ms')).toBe('> 400');
    expect(quantileIn({ ...bound, isLowerBound: false }, 'ms')).toBe('400');
  });
});

describe('shares and rates', () => {
  test.each([
    [0, 100, '0 %'],
    [100, 100, '100 %'],
    [3, 6_005, '0.0500 %'],
    [1, 3, '33.3 %'],
    [999_999, 1_000_000, '> 99.9 %'],
    [1, 10_000_000, '< 0.001 %'],
    [0, 0, 'n/a'],
  ])('%i of %i reads %s', (part, whole, text) => {
    expect(formatShare(part, whole)).toBe(text);
  });

  test('nothing divides by zero', () => {
    expect(formatRate(5, 0)).toBe('n/a');
    expect(formatPerThousand(5, 0)).toBe('n/a');
    expect(formatRate(5_961, 30_000)).toBe('199');
    expect(formatPerThousand(42, 893)).toBe('47.0');
  });

  test('counts, sizes and nouns', () => {
    expect(formatCount(18_204)).toBe('18,204');
    expect(formatBytes(512)).toBe('512 B');
    expect(formatBytes(71_303_168)).toBe('68.0 MiB');
    expect(formatNoun(1, 'retry', 'retries')).toBe('1 retry');
    expect(formatNoun(0, 'retry', 'retries')).toBe('0 retries');
  });
});
