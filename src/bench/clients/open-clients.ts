import type { Clock } from '../../clock.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Statement } from '../../schema/statement.ts';
import type { Transaction } from '../../workloads/transaction.ts';
import type { WorkerNode } from '../workers/worker-messages.ts';
import { identify } from './attempt.ts';
import { replayedUpTo, writtenUpTo } from './causal-reads.ts';
import { ConnectionPool } from './connection-pool.ts';
import { createRouter, type ReplicaNode, type Router } from './router.ts';
import { sessionSettings } from './session-settings.ts';
import type { StatementTrace } from './statement-trace.ts';

export interface OpenClientsOptions {
  readonly scenario: Scenario;
  readonly transactions: readonly Transaction<unknown>[];
  /** The primary first. */
  readonly nodes: readonly WorkerNode[];
  readonly purpose: string;
  readonly clock: Clock;
  readonly trace: StatementTrace;
  /** Age of the replica with this index; Infinity while unknown. */
  readonly replicaAgeMs: (replica: number) => number;
}

/** The clients that apply the load: a pool of connections for each node. */
export interface Clients {
  readonly pools: readonly ConnectionPool[];
  readonly router: Router;
  close(): Promise<void>;
}

/** The names of all statements that a client of the run can execute, in an order that every worker shares. */
export function tracedStatements(transactions: readonly Transaction<unknown>[]): string[] {
  const own = [identify, writtenUpTo, replayedUpTo];
  const all = [...own, ...transactions.flatMap(({ statements }) => statements)];
  return ['', 'begin', 'commit', 'rollback', ...new Set(all.map(({ name }) => name))];
}

/**
 * Opens every connection of the worker and prepares the statements of the mix on it.
 *
 * @throws CartloadError as `ConnectionPool.open` does; then none is left open
 */
export async function openClients(options: OpenClientsOptions): Promise<Clients> {
  const { scenario, transactions } = options;
  const pools: ConnectionPool[] = [];
  const close = async () => {
    await Promise.all(pools.map((pool) => pool.close()));
  };
  try {
    for (const node of options.nodes) {
      pools.push(
        await ConnectionPool.open({
          purpose: options.purpose,
          node: node.name,
          role: node.role,
          address: node.address,
          size: node.connections,
          prepares: node.prepares,
          statementTimeoutMs: scenario.timeouts.statementMs,
          lockTimeoutMs: scenario.timeouts.lockMs,
          isPipelined: scenario.checkout.strategy === 'pipelined',
          startupSettings: sessionSettings(scenario),
          actsAs: scenario.security.role === 'app' ? 'shop_app' : null,
          statements: statementsOf(node.role, scenario, transactions),
          clock: options.clock,
          firstSlot: node.firstSlot,
          trace: options.trace,
        }),
      );
    }
    const [primary, ...others] = pools;
    if (primary === undefined) throw new Error('a run needs a primary');
    const replicas = others.map(
      (pool, index): ReplicaNode => ({ pool, ageMs: () => options.replicaAgeMs(index) }),
    );
    return { pools, router: createRouter(scenario.routing, primary, replicas), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is prepared on each connection of a node. */
function statementsOf(
  role: 'primary' | 'replica',
  { security, routing }: Scenario,
  transactions: readonly Transaction<unknown>[],
): readonly Statement<never, unknown>[] {
  const served = transactions.filter(({ access }) => role === 'primary' || access === 'read');
  const causal = role === 'primary' ? writtenUpTo : replayedUpTo;
  return [
    ...served.flatMap(({ statements }) => statements),
    ...(security.rowLevel ? [identify] : []),
    ...(routing.reads === 'causal' ? [causal] : []),
  ];
}
