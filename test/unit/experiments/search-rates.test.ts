import { describe, expect, test } from 'vitest';
import { searchRates } from '../../../src/experiments/capacity/search-rates.ts';
import { cell } from '../../../src/random/cell.ts';
import { probitThreshold } from '../../../src/statistics/probit-threshold.ts';

const PLAN = { startPerSecond: 100, mostPerSecond: 10_000, precision: 0.05, confirmations: 8 };

/** A server that holds up to a rate, which differs a little from run to run. */
function server(capacity: number, options: { noise?: number; harness?: number } = {}) {
  const { noise = 0, harness = Number.POSITIVE_INFINITY } = options;
  let run = 0;
  return async (ratePerSecond: number, phase: string) => {
    const wobble = 1 + noise * ((cell(11, run++) / 2 ** 32) * 2 - 1);
    return {
      ratePerSecond,
      phase,
      holds: ratePerSecond <= Math.min(capacity * wobble, harness),
      taints: ratePerSecond > harness ? ['client-bound'] : [],
    };
  };
}

describe('the search for a rate', () => {
  test('finds a ceiling within its precision, with most runs close to it', async () => {
    for (const capacity of [3, 100, 412, 5000]) {
      const { end, points } = await searchRates(PLAN, server(capacity));
      expect(end).toBe('found');
      const { estimate } = probitThreshold(
        points.map(({ ratePerSecond, holds }) => ({ at: Math.log(ratePerSecond), holds })),
      );
      expect(Math.abs(Math.exp(estimate) / capacity - 1)).toBeLessThan(0.05);
      expect(points.filter(({ phase }) => phase === 'confirmation')).toHaveLength(8);
      expect(points.length).toBeLessThan(32);
    }
  });

  test('a ceiling that wobbles by 10 % lies within the bounds', async () => {
    const { points } = await searchRates(PLAN, server(400, { noise: 0.1 }));
    const { lower, upper } = probitThreshold(
      points.map(({ ratePerSecond, holds }) => ({ at: Math.log(ratePerSecond), holds })),
    );
    expect(Math.exp(lower)).toBeLessThan(400);
    expect(Math.exp(upper)).toBeGreaterThan(400);
  });

  test('says so where no rate is too high, or none is low enough', async () => {
    const most = await searchRates({ ...PLAN, mostPerSecond: 800 }, server(5000));
    expect(most.end).toBe('most-reached');
    expect(Math.max(...most.points.map(({ ratePerSecond }) => ratePerSecond))).toBeLessThanOrEqual(
      800.001,
    );
    const none = await searchRates(PLAN, server(0.5));
    expect(none.end).toBe('nothing-holds');
    expect(
      Math.min(...none.points.map(({ ratePerSecond }) => ratePerSecond)),
    ).toBeGreaterThanOrEqual(1);
  });

  test('one unlucky run does not send the search away', async () => {
    const steady = server(400);
    let run = 0;
    const { end, points } = await searchRates(PLAN, async (rate, phase) => {
      const point = await steady(rate, phase);
      return run++ === 0 ? { ...point, holds: false } : point;
    });
    expect(end).toBe('found');
    expect(Math.min(...points.map(({ ratePerSecond }) => ratePerSecond))).toBe(100);
  });

  test('confirmations go on until they have been on both sides of the limit', async () => {
    // Better by a half from the eleventh run on: what was thought to be the limit is none.
    let run = 0;
    const { points } = await searchRates({ ...PLAN, confirmations: 3 }, (rate, phase) =>
      server(run++ < 10 ? 300 : 380)(rate, phase),
    );
    const confirmed = points.filter(({ phase }) => phase === 'confirmation');
    expect(confirmed.length).toBeGreaterThan(3);
    expect(new Set(confirmed.map(({ holds }) => holds)).size).toBe(2);
  });

  test('a load generator that is the limit is named; one that is busy far beyond the limit is not', async () => {
    expect((await searchRates(PLAN, server(5000, { harness: 420 }))).end).toBe('load-generator');
    expect((await searchRates(PLAN, server(400, { harness: 700 }))).end).toBe('found');
  });
});
