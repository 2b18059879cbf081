import { describe, expect, test } from 'vitest';
import { findTrends } from '../../../src/bench/verdict/steadiness.ts';
import type { SeriesPoint } from '../../../src/measurements/run-record.ts';
import { cell } from '../../../src/random/cell.ts';

const phases = {
  warmup: { startMs: 0, endMs: 5000 },
  measurement: { startMs: 5000, endMs: 35_000 },
  gracefulStop: { startMs: 35_000, endMs: 35_000 },
};

const noise = (k: number) => 0.9 + (0.2 * cell(5, k)) / 2 ** 32;

function series(shape: (share: number, k: number) => Partial<SeriesPoint>) {
  const points = Array.from({ length: 140 }, (_, k): SeriesPoint => {
    const share = (k - 20) / 120;
    return {
      atMs: k * 250,
      arrivals: 50,
      committed: Math.round(50 * noise(k)),
      rejected: 0,
      failed: 0,
      dropped: 0,
      retries: 0,
      p50Us: 2000 * noise(k + 1000),
      p95Us: 5000,
      p99Us: 9000,
      maxUs: 12_000,
      replicaAgeMs: 0,
      eventLoopUtilization: 0.2,
      ...shape(share, k),
    };
  });
  return { intervalMs: 250, points };
}

const rules = (given: ReturnType<typeof series>) =>
  findTrends(given, phases).map(({ rule }) => rule);

describe('findTrends', () => {
  test('a steady window has none, whatever the warm-up did', () => {
    expect(rules(series((share) => (share < 0 ? { p50Us: 90_000, committed: 1 } : {})))).toEqual(
      [],
    );
  });

  test('response that creeps up', () => {
    const creeping = series((share, k) => ({ p50Us: 2000 * (1 + share) * noise(k) }));
    expect(rules(creeping)).toEqual(['trend-latency']);
    expect(findTrends(creeping, phases)[0]?.text).toMatch(/changed by \+\d+ %/);
  });

  test('goodput that runs down', () => {
    expect(rules(series((share) => ({ committed: Math.round(50 * (1 - 0.4 * share)) })))).toEqual([
      'trend-goodput',
    ]);
  });

  test('shelves that empty', () => {
    expect(rules(series((share) => ({ rejected: Math.round(10 * share) })))).toEqual([
      'rejected-drifting',
    ]);
  });

  test('a run too short to tell', () => {
    const short = { ...phases, measurement: { startMs: 5000, endMs: 6500 } };
    expect(
      findTrends(
        series((share) => ({ p50Us: 2000 * (1 + share) })),
        short,
      ),
    ).toEqual([]);
  });
});
