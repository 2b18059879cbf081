import type { Routing } from '../scenario/scenario.ts';
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
  /** A read that goes to the primary because every replica is too old. */
  readonly passesReplicasOver: boolean;
}

export type Router = (access: 'read' | 'write') => Route;

/** Writes go to the primary; reads as the scenario's policy says, taking turns between replicas. */
export function createRouter(
  routing: Routing,
  primary: ConnectionPool,
  replicas: readonly ReplicaNode[],
): Router {
  let turn = 0;
  return (access) => {
    if (access === 'write' || routing.reads === 'primary' || replicas.length === 0) {
      return { pool: primary, passesReplicasOver: false };
    }
    for (let tries = 0; tries < replicas.length; tries++) {
      const replica = replicas[turn++ % replicas.length];
      if (replica === undefined) continue;
      if (routing.reads === 'replica' || replica.ageMs() <= routing.maxLagMs) {
        return { pool: replica.pool, passesReplicasOver: false };
      }
    }
    return { pool: primary, passesReplicasOver: true };
  };
}
