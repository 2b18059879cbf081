import type { Routing } from '../scenario/scenario.ts';
import type { ConnectionPool } from './connection-pool.ts';

/** A replica's clients, with what is known of its age. */
export interface ReplicaNode {
  readonly pool: ConnectionPool;
  /** Milliseconds by which the replica is behind; Infinity while unknown. */
  readonly ageMs: () => number;
}

/** Where each arrival goes, and how often a replica was passed over for its age. */
export interface Router {
  route(access: 'read' | 'write'): ConnectionPool;
  readonly readsSentToPrimary: number;
}

/** Writes go to the primary; reads as the scenario's policy says, taking turns between replicas. */
export function createRouter(
  routing: Routing,
  primary: ConnectionPool,
  replicas: readonly ReplicaNode[],
): Router {
  let turn = 0;
  let readsSentToPrimary = 0;
  return {
    get readsSentToPrimary() {
      return readsSentToPrimary;
    },
    route(access) {
      if (access === 'write' || routing.reads === 'primary' || replicas.length === 0)
        return primary;
      for (let tries = 0; tries < replicas.length; tries++) {
        const replica = replicas[turn++ % replicas.length];
        if (replica === undefined) continue;
        if (routing.reads === 'replica' || replica.ageMs() <= routing.maxLagMs) return replica.pool;
      }
      readsSentToPrimary += 1;
      return primary;
    },
  };
}
