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
      expect(router('write').pool.node).toBe('primary');
    }
  });

  test('reads take turns between the replicas', () => {
    const replicas = ['a', 'b'].map((node) => ({ pool: pool(node), ageMs: () => 0 }));
    const router = createRouter({ reads: 'replica', maxLagMs: 0 }, primary, replicas);
    expect([1, 2, 3, 4].map(() => router('read').pool.node)).toEqual(['a', 'b', 'a', 'b']);
  });

  test('an old replica is passed over, and that is told', () => {
    let ageMs = 50;
    const replicas = [{ pool: pool('replica'), ageMs: () => ageMs }];
    const router = createRouter({ reads: 'replica-if-fresh', maxLagMs: 100 }, primary, replicas);
    expect(router('read').pool.node).toBe('replica');
    ageMs = Number.POSITIVE_INFINITY;
    expect(router('read').pool.node).toBe('primary');
    expect(router('read').passesReplicasOver).toBe(true);
    expect(router('write').passesReplicasOver).toBe(false);
  });

  test('without a replica all reads go to the primary and none is passed over', () => {
    const router = createRouter({ reads: 'replica-if-fresh', maxLagMs: 100 }, primary, []);
    expect(router('read').pool.node).toBe('primary');
    expect(router('read').passesReplicasOver).toBe(false);
  });
});
