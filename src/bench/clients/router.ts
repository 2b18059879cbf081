import type { Routing } from '../../scenario/scenario.ts';
import type { Fallback } from '../workers/recorder.ts';
import type { ConnectionPool } from './connection-pool.ts';

/** A replica's clients, with what is known of its age. */
export interface ReplicaNode {
  readonly pool: ConnectionPool;
  /** Milliseconds by which the replica is behind; Infinity while unknown. */
  readonly ageMs: () => number;
}

/** Where an arrival goes. */
export interface Route {
  readonly pool: ConnectionPool;
  /** Why a read that was meant for a replica goes to the primary. */
  readonly fallback: Fallback | null;
}

/** `avoidsReplicas`: this read was turned away by one already. */
export type Router = (access: 'read' | 'write', avoidsReplicas?: boolean) => Route;

/**
 * Writes go to the primary; reads as the scenario's policy says, taking turns between replicas. One
 * without a connection is passed over under every policy.
 */
export function createRouter(
  routing: Routing,
  primary: ConnectionPool,
  replicas: readonly ReplicaNode[],
): Router {
  let turn = 0;
  return (access, avoidsReplicas = false) => {
    if (access === 'write' || routing.reads === 'primary' || replicas.length === 0) {
      return { pool: primary, fallback: null };
    }
    let fallback: Fallback = 'lost';
    for (let tries = 0; tries < replicas.length && !avoidsReplicas; tries++) {
      const replica = replicas[turn++ % replicas.length];
      if (replica === undefined || replica.pool.isDown) continue;
      if (routing.reads !== 'replica-if-fresh' || replica.ageMs() <= routing.maxLagMs) {
        return { pool: replica.pool, fallback: null };
      }
      fallback = 'too-old';
    }
    return { pool: primary, fallback };
  };
}
