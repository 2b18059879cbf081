import { describe, expect, test } from 'vitest';
import type { ConnectionPool } from '../../../src/bench/connection-pool.ts';
import { createRouter } from '../../../src/bench/router.ts';

const pool = (node: string) => ({ node }) as ConnectionPool;
const primary = pool('primary');

describe('createRouter', () => {
  test('writes go to the primary under every policy', () => {
    const replicas = [{ pool: pool('replica'), ageMs: () => 0 }];
    for (const reads of ['primary', 'replica', 'replica-if-fresh'] as const) {
      const router = createRouter({ reads, maxLagMs: 100 }, primary, replicas);
      expect(router.route('write').node).toBe('primary');
    }
  });

  test('reads take turns between the replicas', () => {
    const replicas = ['a', 'b'].map((node) => ({ pool: pool(node), ageMs: () => 0 }));
    const router = createRouter({ reads: 'replica', maxLagMs: 0 }, primary, replicas);
    expect([1, 2, 3, 4].map(() => router.route('read').node)).toEqual(['a', 'b', 'a', 'b']);
  });

  test('an old replica is passed over and counted', () => {
    let ageMs = 50;
    const replicas = [{ pool: pool('replica'), ageMs: () => ageMs }];
    const router = createRouter({ reads: 'replica-if-fresh', maxLagMs: 100 }, primary, replicas);
    expect(router.route('read').node).toBe('replica');
    ageMs = Number.POSITIVE_INFINITY;
    expect(router.route('read').node).toBe('primary');
    expect(router.readsSentToPrimary).toBe(1);
  });

  test('without a replica all reads go to the primary and none is counted as passed over', () => {
    const router = createRouter({ reads: 'replica-if-fresh', maxLagMs: 100 }, primary, []);
    expect(router.route('read').node).toBe('primary');
    expect(router.readsSentToPrimary).toBe(0);
  });
});
