import { beforeAll, describe, expect, test } from 'vitest';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import { Series } from '../../../src/measurements/series.ts';
import { randomLatencyUs, randomSource } from './random-source.ts';

beforeAll(initHistograms);

describe('Series', () => {
  test('is empty at first', () => {
    expect(new Series().toRecord()).toEqual({ intervalMs: 250, points: [] });
  });

  test('puts each recording into its interval, late ones too', () => {
    const series = new Series();
    series.recordArrival(600, 'committed', 2000, 1);
    series.recordArrival(499, 'committed', 5000, 0);
    series.recordArrival(250, 'rejected', 100, 0);
    series.recordArrival(0, 'deadlock', 900, 4);
    series.recordArrival(10, 'dropped', null, 0);
    series.recordArrival(20, 'unfinished', null, 0);
    series.recordReplicaAge(510, 30);
    series.recordReplicaAge(520, 10);
    series.recordEventLoop(510, 0.2);
    series.recordEventLoop(740, 0.4);
    const nothing = {
      committed: 0,
      rejected: 0,
      failed: 0,
      dropped: 0,
      retries: 0,
      p50Us: null,
      p95Us: null,
      p99Us: null,
      maxUs: null,
      replicaAgeMs: null,
      eventLoopUtilization: null,
    };
    expect(series.toRecord()).toEqual({
      intervalMs: 250,
      points: [
        { ...nothing, atMs: 0, arrivals: 3, failed: 1, dropped: 1, retries: 4 },
        {
          ...nothing,
          atMs: 250,
          arrivals: 2,
          committed: 1,
          rejected: 1,
          p50Us: 5000,
          p95Us: 5000,
          p99Us: 5000,
          maxUs: 5000,
        },
        {
          ...nothing,
          atMs: 500,
          arrivals: 1,
          committed: 1,
          retries: 1,
          p50Us: 2000,
          p95Us: 2000,
          p99Us: 2000,
          maxUs: 2000,
          replicaAgeMs: 30,
          eventLoopUtilization: expect.closeTo(0.3, 12),
        },
      ],
    });
  });

  test('shows intervals in which nothing happened', () => {
    const series = new Series();
    series.recordReplicaAge(1000, 0);
    expect(series.toRecord().points.map(({ atMs, replicaAgeMs }) => [atMs, replicaAgeMs])).toEqual([
      [0, null],
      [250, null],
      [500, null],
      [750, null],
      [1000, 0],
    ]);
  });

  test('holds 600 points, then doubles its interval', () => {
    const series = new Series();
    for (let index = 0; index < 600; index++) {
      series.recordArrival(index * 250, 'committed', 1000 + index, 0);
    }
    expect(series.toRecord()).toMatchObject({ intervalMs: 250, points: { length: 600 } });
    series.recordArrival(150_000, 'committed', 1, 0);
    const { intervalMs, points } = series.toRecord();
    expect(intervalMs).toBe(500);
    expect(points).toHaveLength(301);
    expect(points.slice(0, 300).every(({ arrivals }) => arrivals === 2)).toBe(true);
    expect(points[1]).toMatchObject({ atMs: 500, maxUs: 1003 });
    expect(points[300]).toMatchObject({ atMs: 150_000, arrivals: 1, maxUs: 1 });
  });

  test('doubles as often as one far recording needs', () => {
    const series = new Series();
    series.recordArrival(0, 'committed', 10, 0);
    series.recordArrival(24 * 3_600_000, 'committed', 20, 0);
    const { intervalMs, points } = series.toRecord();
    expect(intervalMs).toBe(256_000);
    expect(points.length).toBeLessThanOrEqual(600);
    expect(points.at(-1)).toMatchObject({ arrivals: 1, p50Us: 20 });
  });

  test('is after merging what it would have been with the longer interval', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = randomSource(seed);
      const arrivals = Array.from({ length: 1500 }, () => ({
        atMs: random() * 1_000_000,
        latencyUs: randomLatencyUs(random),
      }));
      // The one reaches its last interval at once, the other step by step.
      const early = new Series();
      early.recordArrival(1_000_000, 'committed', 1, 0);
      const late = new Series();
      for (const { atMs, latencyUs } of arrivals) {
        early.recordArrival(atMs, 'committed', latencyUs, 1);
      }
      for (const { atMs, latencyUs } of arrivals.toSorted((a, b) => a.atMs - b.atMs)) {
        late.recordArrival(atMs, 'committed', latencyUs, 1);
      }
      late.recordArrival(1_000_000, 'committed', 1, 0);
      expect(late.toRecord()).toEqual(early.toRecord());
      early.close();
      late.close();
    }
  });

  test('refuses an offset that is no time', () => {
    expect(() => new Series().recordReplicaAge(Number.NaN, 1)).toThrow(RangeError);
    expect(() => new Series().recordReplicaAge(Number.POSITIVE_INFINITY, 1)).toThrow(RangeError);
  });

  test('goes on with what other threads recorded, also of other lengths', () => {
    const random = randomSource(11);
    const whole = new Series();
    const parts = [new Series(), new Series(), new Series()];
    for (let k = 0; k < 3000; k++) {
      // The third part ends early: its intervals are shorter.
      const part = k % 3;
      const atMs = random() * (part === 2 ? 20_000 : 400_000);
      const us = randomLatencyUs(random);
      for (const series of [whole, parts[part]]) {
        series?.recordArrival(atMs, k % 7 === 0 ? 'rejected' : 'committed', us, k % 3);
        series?.recordEventLoop(atMs, 0.5);
      }
    }
    const joined = new Series();
    for (const part of parts) joined.absorb(structuredClone(part.toState()));
    const round = (record: ReturnType<Series['toRecord']>) =>
      record.points.map((point) => ({
        ...point,
        eventLoopUtilization: point.eventLoopUtilization?.toFixed(6),
      }));
    expect(joined.toRecord().intervalMs).toBe(whole.toRecord().intervalMs);
    expect(round(joined.toRecord())).toEqual(round(whole.toRecord()));
  });
});
