import type { CapacityPoint, ClassRecord } from '../../src/measurements/class-record.ts';
import type { Cost } from '../../src/pricing/cost-model.ts';
import { usdPerMillion } from '../../src/pricing/cost-model.ts';

export function samplePoint(
  ratePerSecond: number,
  holds: boolean,
  change: Partial<CapacityPoint> = {},
): CapacityPoint {
  const p99 = holds ? 20_000 + 100 * ratePerSecond : 400_000 + 500 * ratePerSecond;
  return {
    run: `2026-11-27T10-00-00Z-capacity-${ratePerSecond}-per-s`,
    ratePerSecond,
    phase: 'bisection',
    holds,
    missed: holds ? [] : ['checkout.response.p99 < 200ms (612 ms)'],
    goodput: { value: ratePerSecond, lower: ratePerSecond * 0.97, upper: ratePerSecond * 1.03 },
    response: {
      p50Us: 6000,
      p99Us: { value: p99, lower: p99 * 0.9, upper: p99 * 1.15 },
      isLowerBound: false,
    },
    cpuShare: Math.min(0.97, ratePerSecond / 700),
    busyConnections: ratePerSecond / 60,
    taints: [],
    change: null,
    ...change,
  };
}

function sampleCost(usdPerHour: number): Cost {
  return {
    term: 'on-demand',
    lines: [
      {
        what: 'db.m7g.large Single-AZ',
        quantity: 1,
        unit: 'hour',
        usd: usdPerHour,
        usdPerHour,
        asOf: '2026-10-06',
        confidence: 'two-agree',
        source: ['S1'],
        isStale: false,
      },
    ],
    usdPerHour,
    unpriced: [],
    stale: [],
  };
}

/** A class that takes so many checkouts per second, give or take 4 %. */
export function sampleClass(
  name: string,
  perSecond: number,
  usdPerHour: number | null,
  change: Partial<ClassRecord> = {},
): ClassRecord {
  const rate = perSecond / 0.15;
  const about = (value: number) => ({ value, lower: value * 0.96, upper: value * 1.04 });
  const step = (steps: number) => Math.round(rate * 1.05 ** steps);
  return {
    name,
    target: 'embedded PostgreSQL 18.4 with 0 replicas, fresh clone',
    fingerprint: { dataset: 'd4c479c58b14f88e', mix: 'checkout 15' },
    searches: [
      {
        startedAt: '2026-11-27T10:00:00.000Z',
        end: 'found',
        points: [
          samplePoint(step(-8), true, { phase: 'growth' }),
          samplePoint(step(3), false),
          samplePoint(step(-2), true),
          samplePoint(step(0), true, { phase: 'confirmation' }),
          samplePoint(step(1), false, { phase: 'confirmation' }),
        ],
      },
    ],
    capacity: about(rate),
    headlineCapacity: about(perSecond),
    atLeastPerSecond: null,
    limit: {
      kind: 'CPU',
      sentence: 'The processors were the limit.',
      evidence: [{ what: 'CPU of the server, of its processors', value: '91 %' }],
    },
    steadiness: {
      label: 'unknown',
      sentence: 'Whether it has credits that run out is not known: no class is named.',
      balances: [],
    },
    costs: usdPerHour === null ? [] : [sampleCost(usdPerHour)],
    usdPerMillion:
      usdPerHour === null
        ? null
        : {
            value: usdPerMillion(usdPerHour, perSecond),
            lower: usdPerMillion(usdPerHour, perSecond * 1.04),
            upper: usdPerMillion(usdPerHour, perSecond * 0.96),
          },
    failure: '',
    ...change,
  };
}
