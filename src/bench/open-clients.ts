import type { Clock } from '../clock.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { CARD_KEY } from '../schema/card-key.ts';
import type { Transaction } from '../workloads/transaction.ts';
import { identify } from './attempt.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { BenchNode, BenchNodes } from './nodes.ts';
import { createRouter, type ReplicaNode, type Router } from './router.ts';

export interface OpenClientsOptions {
  readonly scenario: Scenario;
  readonly transactions: readonly Transaction<unknown>[];
  readonly nodes: BenchNodes;
  readonly purpose: string;
  readonly clock: Clock;
  /** Age of the replica with this index; Infinity while unknown. */
  readonly replicaAgeMs: (replica: number) => number;
}

/** The clients that apply the load: a pool of connections for each node. */
export interface Clients {
  readonly pools: readonly ConnectionPool[];
  readonly router: Router;
  close(): Promise<void>;
}

/**
 * Opens every connection of the run and prepares the statements of the mix on it.
 *
 * @throws CartloadError as `ConnectionPool.open` does; then none is left open
 */
export async function openClients(options: OpenClientsOptions): Promise<Clients> {
  const { scenario, transactions, nodes } = options;
  const { connections } = scenario.load;
  const pools: ConnectionPool[] = [];
  const close = async () => {
    await Promise.all(pools.map((pool) => pool.close()));
  };
  const openPool = async (node: BenchNode, size: number) => {
    const served = transactions.filter(
      ({ access }) => node.role === 'primary' || access === 'read',
    );
    const pool = await ConnectionPool.open({
      purpose: options.purpose,
      node: node.name,
      role: node.role,
      address: node.address,
      size,
      statementTimeoutMs: scenario.timeouts.statementMs,
      lockTimeoutMs: scenario.timeouts.lockMs,
      isPipelined: scenario.checkout.strategy === 'pipelined',
      startupSettings: scenario.checkout.payment === 'card' ? { 'shop.card_key': CARD_KEY } : {},
      actsAs: scenario.security.role === 'app' ? 'shop_app' : null,
      statements: [
        ...served.flatMap(({ statements }) => statements),
        ...(scenario.security.rowLevel ? [identify] : []),
      ],
      clock: options.clock,
    });
    pools.push(pool);
    return pool;
  };
  try {
    const primary = await openPool(nodes.primary, connections.primary);
    const replicas: ReplicaNode[] = [];
    for (const [index, node] of nodes.replicas.entries()) {
      const pool = await openPool(node, connections.replica);
      replicas.push({ pool, ageMs: () => options.replicaAgeMs(index) });
    }
    return { pools, router: createRouter(scenario.routing, primary, replicas), close };
  } catch (error) {
    await close();
    throw error;
  }
}
