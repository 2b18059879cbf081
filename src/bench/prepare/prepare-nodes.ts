import { ensureMonthPartitions } from '../../database/partitions.ts';
import { CartloadError, messageOf } from '../../errors.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { ReplicaMonitor } from '../watch/replica-monitor.ts';
import { fillViews, usesAnalytics } from './analytics.ts';
import { checkOwnStatements } from './check-own-statements.ts';
import { checkSettings } from './check-settings.ts';
import type { BenchNodes } from './nodes.ts';
import { installPrewarm, prewarm } from './prewarm.ts';
import { readSizes } from './server-facts.ts';
import { setLogic } from './set-logic.ts';
import { setSecurity } from './set-security.ts';

const REPLICA_WAIT_MS = 60_000;

export interface PrepareOptions {
  readonly nodes: BenchNodes;
  readonly monitor: ReplicaMonitor | null;
  readonly runMs: number;
  readonly scenario: Scenario;
  readonly state: RunRecord['target']['state'];
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
}

/**
 * Has the triggers do what the scenario wants of them, makes the partitions of the run's months, waits for the replicas to be there, and fills the caches
 * of every node where that is possible and of use.
 *
 * @returns why the caches were not filled; null when they were
 * @throws CartloadError as `setLogic`, `checkSettings` and `checkOwnStatements` do; REPLICA_BEHIND when a replica does not catch up within a minute
 */
export async function prepareNodes(options: PrepareOptions): Promise<string | null> {
  const { nodes, monitor, signal } = options;
  const { primary, replicas } = nodes;
  await setLogic(primary.client, options.scenario.logic, options.state);
  await setSecurity(primary.client, options.scenario.security, options.state);
  await checkSettings(primary.client, options.scenario);
  await checkOwnStatements(primary.client, options.scenario);
  if (usesAnalytics(options.scenario)) {
    options.onStep('filling the materialised views');
    await fillViews(primary.client);
  }
  const now = new Date();
  await ensureMonthPartitions(primary.client, now, new Date(now.getTime() + options.runMs));
  await installStatementStatistics(nodes);
  const coldCacheReason = await preparePrewarm(nodes);
  if (monitor !== null) {
    options.onStep('waiting for the replica');
    // The heartbeat is written after all of the above: a replica that shows it has the rest, too.
    if (!(await monitor.start(REPLICA_WAIT_MS, signal))) {
      throw new CartloadError(
        'REPLICA_BEHIND',
        `The replica has not caught up within ${REPLICA_WAIT_MS / 1000} s.`,
        { hint: 'Check that it follows this primary and that its replay is not paused.' },
      );
    }
  }
  signal.throwIfAborted();
  if (coldCacheReason !== null) return coldCacheReason;
  options.onStep('filling the caches');
  try {
    await Promise.all([primary, ...replicas].map(({ client }) => prewarm(client)));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Makes `pg_stat_statements` readable, among Cartload's own objects where it is not there yet. Where
 * this role may not, statements have no figures of the server's.
 */
async function installStatementStatistics({ primary, capabilities }: BenchNodes): Promise<void> {
  if (!capabilities.available.pgStatStatements) return;
  await primary.client
    .query('create extension if not exists pg_stat_statements schema cartload')
    .catch(() => {});
}

/** @returns why the caches cannot be filled; null when they can */
async function preparePrewarm({ primary, capabilities }: BenchNodes): Promise<string | null> {
  const { pgPrewarm } = capabilities.unavailable;
  if (pgPrewarm !== undefined) return pgPrewarm;
  const { databaseBytes, sharedBuffersBytes } = await readSizes(primary.client);
  if (databaseBytes > sharedBuffersBytes) return 'the shop is larger than shared_buffers';
  try {
    await installPrewarm(primary.client);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
