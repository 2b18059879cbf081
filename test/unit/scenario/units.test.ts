import { describe, expect, test } from 'vitest';
import { parseDurationMs, parseRate, parseScale, parseShare } from '../../../src/scenario/units.ts';

const ok = (value: number) => ({ ok: true, value });

describe('parseDurationMs', () => {
  test.each([
    ['250ms', 250],
    ['60s', 60_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1.5s', 1500],
    ['2.3s', 2300],
    ['0s', 0],
    ['576h', 2_073_600_000],
  ])('reads %s', (text, durationMs) => {
    expect(parseDurationMs(text)).toEqual(ok(durationMs));
  });

  test.each([
    ['60', 'has no unit (got "60") - write a number and its unit, such as 250ms, 60s, 5m or 1h'],
    [60, 'has no unit (got 60) - write a number and its unit, such as 250ms, 60s, 5m or 1h'],
    ['5 min', 'is not a duration (got "5 min")'],
    ['-5s', 'is not a duration (got "-5s")'],
    ['', 'is not a duration (got "")'],
    [null, 'is not a duration (got nothing)'],
    [['1s'], 'is not a duration (got a list)'],
    ['0.5ms', 'is finer than a millisecond (got "0.5ms")'],
    ['600h', 'is too long (got "600h") - write at most 24 days'],
  ])('refuses %j', (input, message) => {
    const parsed = parseDurationMs(input);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok || parsed.message).toContain(message);
  });
});

describe('parseRate', () => {
  test.each([
    ['200/s', 200],
    ['12000/m', 200],
    ['0.5/s', 0.5],
  ])('reads %s', (text, ratePerSecond) => {
    expect(parseRate(text)).toEqual(ok(ratePerSecond));
  });

  test.each([
    [200, 'has no unit (got 200) - write arrivals per second or minute, such as 200/s or 12000/m'],
    ['200/h', 'is not a rate (got "200/h")'],
    ['0/s', 'is no rate to run at (got "0/s") - write more than 0/s'],
    ['1000001/s', 'is too high (got "1000001/s")'],
  ])('refuses %j', (input, message) => {
    const parsed = parseRate(input);
    expect(parsed.ok || parsed.message).toContain(message);
  });
});

describe('parseScale', () => {
  test.each([
    ['20k', 20_000],
    ['1m', 1_000_000],
    ['2.5m', 2_500_000],
    ['1.001m', 1_001_000],
    ['20000', 20_000],
    [20_000, 20_000],
    ['1000m', 1_000_000_000],
  ])('reads %s', (input, orders) => {
    expect(parseScale(input)).toEqual(ok(orders));
  });

  test.each([
    ['1500', 'is not a positive multiple of 1000 orders (got "1500")'],
    ['0', 'is not a positive multiple of 1000 orders (got "0")'],
    ['0.5k', 'is not a positive multiple of 1000 orders (got "0.5k")'],
    ['1001m', 'is too large'],
    ['20K', 'is not a scale (got "20K")'],
    ['-1k', 'is not a scale'],
  ])('refuses %j', (input, message) => {
    const parsed = parseScale(input);
    expect(parsed.ok || parsed.message).toContain(message);
    expect(parsed.ok || parsed.message).toContain('a multiple of 1000');
  });
});

describe('parseShare', () => {
  test.each([
    [0.2, 0.2],
    ['20%', 0.2],
    ['0.2', 0.2],
    [0, 0],
    [1, 1],
    [1e-7, 1e-7],
    ['100%', 1],
  ])('reads %s', (input, share) => {
    expect(parseShare(input)).toEqual(ok(share));
  });

  test.each([[1.2], ['120%'], [-0.1], ['much'], [Number.NaN], [null]])('refuses %j', (input) => {
    expect(parseShare(input)).toMatchObject({ ok: false });
  });
});
