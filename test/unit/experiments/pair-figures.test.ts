import { describe, expect, test } from 'vitest';
import {
  COMMITTED,
  type DuetSamples,
  FAILED,
  REJECTED,
} from '../../../src/experiments/duet/duet-messages.ts';
import { pairFigures } from '../../../src/experiments/duet/pair-figures.ts';

const PAIRS = 40;
const NAMES = ['view', 'checkout'];

/** Views of 1 ms and checkouts of 4 ms, in turn, each twice as long as its CPU. */
function samples(factor: { readonly view: number; readonly checkout: number }): DuetSamples {
  const of = (index: number) => (index % 2 === 0 ? factor.view : 4 * factor.checkout);
  return {
    names: NAMES,
    transaction: Uint8Array.from({ length: PAIRS }, (_, index) => index % 2),
    outcome: new Uint8Array(PAIRS).fill(COMMITTED),
    serviceMs: Float64Array.from({ length: PAIRS }, (_, index) => of(index)),
    cpuMs: Float64Array.from({ length: PAIRS }, (_, index) => of(index) / 2),
  };
}

const figures = (baseline: DuetSamples, candidate: DuetSamples) =>
  pairFigures([{ baseline, candidate }], 'checkout');
const usual = () => samples({ view: 1, checkout: 1 });

describe('pairFigures', () => {
  test('equal arms: nothing but zeroes between them', () => {
    const found = figures(usual(), usual());
    expect(found).toMatchObject({
      logRatio: 0,
      pairs: PAIRS,
      failedShare: { baseline: 0, candidate: 0 },
    });
    expect(found.cpuMs).toEqual({ baseline: 1.25, candidate: 1.25 });
    expect(found.headlineCpuMs).toEqual({ baseline: 2, candidate: 2 });
    expect(found.headlineP95Ms).toEqual({ baseline: 4, candidate: 4 });
    expect(found.serviceMs).toBe(2.5);
  });

  test('a slower checkout: its own ratio whole, the mix by its share of the time', () => {
    const found = figures(usual(), samples({ view: 1, checkout: 1.5 }));
    expect(found.transactions['checkout']?.logRatio).toBeCloseTo(Math.log(1.5), 12);
    expect(found.transactions['view']?.logRatio).toBe(0);
    // 4 + 6 of 12 ms of a view and a checkout of both arms.
    expect(found.logRatio).toBeCloseTo((Math.log(1.5) * 10) / 12, 12);
    expect(found.headlineCpuMs).toEqual({ baseline: 2, candidate: 3 });
  });

  test('what failed or was rejected in either arm is no pair, and what failed is counted', () => {
    const candidate = usual();
    candidate.outcome[1] = FAILED;
    candidate.outcome[3] = REJECTED;
    candidate.serviceMs[1] = 9000;
    const found = figures(usual(), candidate);
    expect(found.transactions['checkout']?.logRatio).toBe(0);
    expect(found.failedShare).toEqual({ baseline: 0, candidate: 1 / PAIRS });
  });

  test('CPU that cannot be read is not known, and what one arrival lacks does not spoil the rest', () => {
    const blind = { ...usual(), cpuMs: new Float64Array(PAIRS).fill(Number.NaN) };
    expect(figures(usual(), blind).cpuMs).toBeNull();
    const almost = usual();
    almost.cpuMs[0] = Number.NaN;
    expect(figures(almost, usual()).headlineCpuMs).toEqual({ baseline: 2, candidate: 2 });
  });

  test('a transaction with fewer than ten pairs has no ratio', () => {
    const rare = usual();
    for (let index = 19; index < PAIRS; index++) rare.outcome[index] = FAILED;
    expect(Object.keys(figures(rare, usual()).transactions)).toEqual(['view']);
  });

  test('blocks are taken together', () => {
    const slow = samples({ view: 1, checkout: 2 });
    const found = pairFigures(
      [
        { baseline: usual(), candidate: usual() },
        { baseline: usual(), candidate: slow },
      ],
      null,
    );
    expect(found).toMatchObject({ pairs: 2 * PAIRS, headlineCpuMs: null, headlineP95Ms: null });
    expect(found.cpuMs).toEqual({ baseline: 1.25, candidate: 1.75 });
  });
});
