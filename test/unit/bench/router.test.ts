import { describe, expect, test } from 'vitest';
import type { ConnectionPool } from '../../../src/bench/clients/connection-pool.ts';
import { createRouter } from '../../../src/bench/clients/router.ts';

const pool = (node: string, isDown = false) => ({ node, isDown }) as ConnectionPool;
const primary = pool('primary');

describe('createRouter', () => {
  test('writes go to the primary under every policy', () => {
    const replicas = [{ pool: pool('replica'), ageMs: () => 0 }];
    for (const reads of ['primary', 'replica', 'replica-if-fresh', 'causal'] as const) {
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
    expect(router('read').fallback).toBe('too-old');
    expect(router('write').fallback).toBeNull();
  });

  test('without a replica all reads go to the primary and none is passed over', () => {
    const router = createRouter({ reads: 'replica-if-fresh', maxLagMs: 100 }, primary, []);
    expect(router('read').pool.node).toBe('primary');
    expect(router('read').fallback).toBeNull();
  });

  test('a lost replica is passed over under every policy, and that is told', () => {
    const lost = { pool: pool('a', true), ageMs: () => 0 };
    const alive = { pool: pool('b'), ageMs: () => 0 };
    for (const reads of ['replica', 'replica-if-fresh', 'causal'] as const) {
      const router = createRouter({ reads, maxLagMs: 100 }, primary, [lost, alive]);
      expect([1, 2, 3].map(() => router('read').pool.node)).toEqual(['b', 'b', 'b']);
      const alone = createRouter({ reads, maxLagMs: 100 }, primary, [lost]);
      expect(alone('read')).toEqual({ pool: primary, fallback: 'lost' });
    }
  });

  test('a read that was turned away goes to the primary', () => {
    const replicas = [{ pool: pool('replica'), ageMs: () => 0 }];
    const router = createRouter({ reads: 'causal', maxLagMs: 100 }, primary, replicas);
    expect(router('read', true).pool.node).toBe('primary');
  });
});
