import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { costOf, usdPerMillion } from '../../../src/pricing/cost-model.ts';
import {
  isStale,
  type Price,
  type PriceBook,
  readPriceBook,
} from '../../../src/pricing/price-book.ts';
import { topologySchema } from '../../../src/pricing/topology.ts';

const TODAY = new Date('2026-11-27T00:00:00Z');
const SHIPPED = fileURLToPath(new URL('../../../pricing/aws.json', import.meta.url));

function price(
  service: string,
  name: string,
  deployment: string,
  unit: string,
  usd: number,
): Price {
  return {
    service,
    class: name,
    region: 'eu-west-1',
    deployment,
    unit,
    usd,
    asOf: '2026-10-01',
    source: ['fixture'],
    confidence: 'one-source',
  };
}

function book(prices: readonly Price[]): PriceBook {
  return {
    schemaVersion: 1,
    compiled: '2026-11-20',
    currency: 'USD',
    confidenceValues: {},
    sources: { fixture: { title: 'made up for this test', date: '2026-10-01', kind: 'fixture' } },
    prices: [...prices],
    instanceLimits: [
      {
        class: 'db.t4g.medium',
        vcpu: 2,
        memoryGiB: 4,
        ebsBaselineMbps: 347,
        ebsMaxMbps: 2085,
        ebsBaselineIops: 2000,
        ebsMaxIops: 11800,
        cpuCreditsPerHour: 24,
        baselineCpuPctPerVcpu: 20,
      },
    ],
  };
}

const topology = (given: unknown) => topologySchema.parse(given);
const cost = (given: unknown, of: PriceBook, cpuShare?: number) =>
  costOf(topology(given), { book: of, today: TODAY, term: 'on-demand', cpuShare });

describe('the cost of a topology', () => {
  test('three hours of Multi-AZ db.t3.medium with two NAT gateways: 0.85 to 1.00 euro, as a known estimate has it', () => {
    // A test of the formula: these prices and the exchange rate are the fixture's own.
    const euroPerUsd = 0.92;
    const fixture = book([
      price('rds-postgresql', 'db.t3.medium', 'Multi-AZ', 'hour', 0.168),
      price('rds-storage', 'gp3-storage', 'Multi-AZ', 'GB-month', 0.254),
      price('nat-gateway', 'hours', 'any', 'hour', 0.054),
      price('secrets-manager', 'secret', 'any', 'secret-month', 0.4),
    ]);
    const found = cost(
      {
        region: 'eu-west-1',
        database: { class: 'db.t3.medium', deployment: 'multi-az', storage: { gib: 100 } },
        natGateways: 2,
        secrets: 1,
      },
      fixture,
    );
    expect(found.unpriced).toEqual([]);
    expect(found.lines.map(({ what, usdPerHour }) => [what, usdPerHour])).toEqual([
      ['db.t3.medium Multi-AZ', 0.168],
      ['gp3 storage Multi-AZ', (0.254 * 100) / 730],
      ['NAT gateways', 0.108],
      ['secrets', 0.4 / 730],
    ]);
    const euro = found.usdPerHour * 3 * euroPerUsd;
    expect(euro).toBeGreaterThanOrEqual(0.85);
    expect(euro).toBeLessThanOrEqual(1.0);
  });

  test('what has no price is named, and the sum is a lower bound', () => {
    const found = cost(
      { region: 'eu-west-1', database: { class: 'db.m8g.large', storage: { gib: 20 } } },
      book([price('rds-storage', 'gp3-storage', 'Single-AZ', 'GB-month', 0.127)]),
    );
    expect(found.unpriced).toEqual(['db.m8g.large Single-AZ']);
    expect(found.usdPerHour).toBeCloseTo((20 * 0.127) / 730, 12);
  });

  test('old prices are named; a reservation has prices of its own', () => {
    const old = {
      ...price('rds-postgresql', 'db.m6g.large', 'Single-AZ', 'hour', 0.176),
      asOf: '2021-08-03',
    };
    const reserved: Price = {
      ...price('rds-postgresql-reserved', 'db.m6g.large', 'Single-AZ', 'effective-hour', 0.11),
      term: '1yr',
      paymentOption: 'No Upfront',
    };
    const given = {
      region: 'eu-west-1',
      database: { class: 'db.m6g.large', storage: { gib: 20 } },
    };
    const prices = book([old, reserved]);
    expect(cost(given, prices).stale).toEqual(['db.m6g.large Single-AZ']);
    const options = { book: prices, today: TODAY, term: '1yr No Upfront' } as const;
    const [line] = costOf(topology(given), options).lines;
    expect(line).toMatchObject({ usd: 0.11, isStale: false });
  });

  test('gp3: nothing below the baseline is charged, and above it only what is above', () => {
    const prices = book([
      price('rds-storage', 'gp3-iops-above-baseline', 'Single-AZ', 'IOPS-month', 0.02),
      price('rds-storage', 'gp3-throughput-above-baseline', 'Single-AZ', 'MiBps-month', 0.08),
    ]);
    const at = (storage: object) =>
      cost({ region: 'eu-west-1', database: { class: 'db.x', storage } }, prices).lines.filter(
        ({ what }) => what.includes('above'),
      );
    expect(at({ gib: 400, iops: 12000, throughput: 500 })).toEqual([]);
    expect(at({ gib: 400, iops: 16000, throughput: 600 }).map(({ quantity }) => quantity)).toEqual([
      4000, 100,
    ]);
    expect(() =>
      topology({ database: { class: 'db.x', storage: { gib: 100, iops: 5000 } } }),
    ).toThrow(/gp3 below 400 GiB/);
  });

  test('replicas, proxy, cache, tasks and traffic: each by its own rule', () => {
    const prices = book([
      price('rds-postgresql', 'db.t4g.medium', 'Single-AZ', 'hour', 0.069),
      price('rds-proxy', 'proxy', 'any', 'vCPU-hour', 0.017),
      price('rds-burst', 'cpu-credits-t4g', 'any', 'vCPU-hour', 0.075),
      price('elasticache-valkey', 'cache.t4g.small', 'node', 'hour', 0.0272),
      price('fargate', 'arm-vcpu', 'linux', 'vCPU-hour', 0.03238),
      price('fargate', 'arm-memory', 'linux', 'GB-hour', 0.00356),
      price('data-transfer', 'cross-AZ-each-direction', 'any', 'GB', 0.01),
    ]);
    const given = {
      region: 'eu-west-1',
      database: { class: 'db.t4g.medium', replicas: 1, proxy: true, storage: { gib: 20 } },
      cache: { class: 'cache.t4g.small', nodes: 2 },
      tasks: { count: 2, vcpus: 1, memoryGib: 2 },
      traffic: { crossZone: 5 },
      own: [{ what: 'a domain', usdPerHour: 0.001 }],
    };
    const found = cost(given, prices, 0.5);
    const perHour = new Map(found.lines.map(({ what, usdPerHour }) => [what, usdPerHour]));
    expect(perHour.get('db.t4g.medium read replica')).toBe(0.069);
    expect(perHour.get('RDS Proxy')).toBeCloseTo(4 * 0.017);
    expect(perHour.get('CPU of db.t4g.medium above its baseline of 20 %')).toBeCloseTo(0.6 * 0.075);
    expect(perHour.get('cache.t4g.small (valkey)')).toBeCloseTo(2 * 0.0272);
    expect(perHour.get('Fargate memory')).toBeCloseTo(4 * 0.00356);
    expect(perHour.get('traffic between zones')).toBeCloseTo(0.1);
    expect(perHour.get('a domain')).toBe(0.001);
    expect(cost(given, prices).unpriced).toContain(
      'CPU of db.t4g.medium above its baseline of 20 % (not measured)',
    );
  });

  test('dollars per million', () => {
    expect(usdPerMillion(0.36, 100)).toBeCloseTo(1);
  });
});

describe('the snapshot that Cartload comes with', () => {
  const shipped = readPriceBook(SHIPPED);

  test('every price names a source that is listed, and has a confidence that is explained', () => {
    for (const { source, confidence, usd, service } of shipped.prices) {
      for (const key of source) expect(shipped.sources).toHaveProperty(key);
      expect(shipped.confidenceValues).toHaveProperty(confidence);
      if (usd === null) expect(confidence).toBe('not-found');
      else expect(source.length, service).toBeGreaterThan(0);
    }
  });

  test('no price is there twice', () => {
    const keys = shipped.prices.map(({ usd: _, asOf, source, confidence, note, ...key }) =>
      JSON.stringify(key),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

test('a price is old after 180 days, a month or a year counts from its start, and no date is old', () => {
  expect(isStale({ asOf: '2026-06-01' }, TODAY)).toBe(false);
  expect(isStale({ asOf: '2026-05-30' }, TODAY)).toBe(true);
  expect(isStale({ asOf: '2026-06' }, TODAY)).toBe(false);
  expect(isStale({ asOf: '2026' }, TODAY)).toBe(true);
  expect(isStale({ asOf: null }, TODAY)).toBe(true);
});
