import type { ServerAddress } from '../../database/server-address.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { allocateTrace } from '../clients/statement-trace.ts';
import type { BenchNodes } from '../prepare/nodes.ts';
import type { ReplicaAges } from '../watch/replica-ages.ts';
import type { WorkerNode, WorkerPlan } from './worker-messages.ts';

/**
 * Divides a run among its workers: worker k takes the arrivals of number k modulo N and its part of the
 * connections to each node.
 */
export function planWorkers(
  scenario: Scenario,
  nodes: Pick<BenchNodes, 'primary' | 'replicas'>,
  run: {
    readonly purpose: string;
    readonly runTag: string;
    readonly ages: ReplicaAges;
    /** Where the clients of the primary connect. */
    readonly entry: ServerAddress;
    readonly prepares: WorkerNode['prepares'];
  },
): readonly WorkerPlan[] {
  const { workers, connections } = scenario.load;
  const all = [
    {
      ...nodes.primary,
      address: run.entry,
      total: connections.primary,
      prepares: run.prepares,
    },
    ...nodes.replicas.map((replica) => ({
      ...replica,
      total: connections.replica,
      prepares: 'named' as const,
    })),
  ];
  const trace = allocateTrace(all.reduce((sum, { total }) => sum + total, 0));
  let slot = 0;
  return Array.from({ length: workers }, (_, worker) => ({
    slice: { worker, workers },
    scenario,
    purpose: run.purpose,
    runTag: run.runTag,
    nodes: all.map(({ name, role, address, total, prepares }) => {
      const size = Math.floor(total / workers) + (worker < total % workers ? 1 : 0);
      const node = { name, role, address, connections: size, firstSlot: slot, prepares };
      slot += size;
      return node;
    }),
    replicaAges: run.ages.memory,
    trace,
  }));
}
