import type { Clock } from '../clock.ts';
import { ensureMonthPartitions } from '../database/partitions.ts';
import { CartloadError, messageOf } from '../errors.ts';
import type { BenchNodes } from './nodes.ts';
import { prewarm } from './prewarm.ts';
import type { ReplicaMonitor } from './replica-monitor.ts';
import { readSizes } from './server-facts.ts';

const REPLICA_WAIT_MS = 60_000;

export interface PrepareOptions {
  readonly nodes: BenchNodes;
  readonly monitor: ReplicaMonitor | null;
  readonly clock: Clock;
  readonly runMs: number;
  readonly onStep: (step: string) => void;
}

/**
 * Makes the partitions of the run's months, waits for the replicas to be there, and fills the caches
 * of every node where that is possible and of use.
 *
 * @returns why the caches were not filled; null when they were
 * @throws CartloadError REPLICA_BEHIND when a replica does not catch up within a minute
 */
export async function prepareNodes(options: PrepareOptions): Promise<string | null> {
  const { nodes, monitor } = options;
  const { primary, replicas, capabilities } = nodes;
  const now = new Date();
  await ensureMonthPartitions(primary.client, now, new Date(now.getTime() + options.runMs));
  const { databaseBytes, sharedBuffersBytes } = await readSizes(primary.client);
  let coldCacheReason = capabilities.unavailable.pgPrewarm ?? null;
  if (coldCacheReason === null && databaseBytes > sharedBuffersBytes) {
    coldCacheReason = 'the shop is larger than shared_buffers';
  }
  if (coldCacheReason === null) {
    await primary.client.query('create extension if not exists pg_prewarm');
  }
  if (monitor !== null) {
    options.onStep('waiting for the replica');
    // The heartbeat was written after all of the above: a replica that shows it has the rest, too.
    if (!(await monitor.start(REPLICA_WAIT_MS))) {
      throw new CartloadError(
        'REPLICA_BEHIND',
        `The replica has not caught up within ${REPLICA_WAIT_MS / 1000} s.`,
        { hint: 'Check that it follows this primary and that its replay is not paused.' },
      );
    }
  }
  if (coldCacheReason !== null) return coldCacheReason;
  options.onStep('filling the caches');
  try {
    await Promise.all([primary, ...replicas].map(({ client }) => prewarm(client)));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
