import { createHash } from 'node:crypto';
import type pg from 'pg';
import { type Clock, systemClock } from '../clock.ts';
import { applicationName } from '../database/connect.ts';
import { schemaFingerprint } from '../database/schema-fingerprint.ts';
import type { ServerAddress } from '../database/server-address.ts';
import type { Shop } from '../generators/shop.ts';
import { initHistograms, LatencyHistogram } from '../measurements/histogram.ts';
import { RUN_RECORD_VERSION, type RunRecord } from '../measurements/run-record.ts';
import { packageVersion } from '../package-info.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { createMix } from '../workloads/mix.ts';
import { createTransactions } from '../workloads/registry.ts';
import { createShoppers } from '../workloads/shopper.ts';
import { TRANSACTION_NAMES } from '../workloads/transaction.ts';
import { checkBooks } from './books.ts';
import { ConnectionPool } from './connection-pool.ts';
import { describeEnvironment } from './environment.ts';
import { openNodes } from './nodes.ts';
import { prepareNodes } from './prepare-nodes.ts';
import type { Tally } from './recorder.ts';
import { Recorder } from './recorder.ts';
import { HEARTBEAT_PERIOD_MS, ReplicaMonitor } from './replica-monitor.ts';
import { createRouter } from './router.ts';
import { runLoad } from './run-load.ts';
import {
  countAddedOrders,
  describeNode,
  readDeadlockCount,
  readDeadlockTimeoutMs,
  readSizes,
} from './server-facts.ts';
import { findTaints } from './taints.ts';
import { judgeThresholds } from './thresholds.ts';
import { judgeRun } from './verdict.ts';

export interface BenchOptions {
  readonly scenario: Scenario;
  /** The data that the target holds. */
  readonly shop: Shop;
  readonly primary: ServerAddress;
  readonly replicas: readonly ServerAddress[];
  readonly kind: RunRecord['target']['kind'];
  readonly state: RunRecord['target']['state'];
  /** Names the run; no other run may have it. */
  readonly id: string;
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
  readonly onTick: (tick: BenchTick) => void;
}

/** The state of a running load, for the live line. */
export interface BenchTick {
  readonly elapsedMs: number;
  readonly tally: Readonly<Tally>;
  /** Null without a replica. */
  readonly replicaAgeMs: number | null;
  readonly waiting: number;
}

/**
 * Runs a scenario against a loaded shop and returns its record, judged. The run ends with the check
 * of the books, also when it was interrupted.
 */
export async function runBench(options: BenchOptions): Promise<RunRecord> {
  const { scenario, shop, signal, onStep } = options;
  const clock = systemClock;
  const startedAt = new Date();
  await initHistograms();
  onStep('connecting');
  const nodes = await openNodes(options.primary, options.replicas);
  const all = [nodes.primary, ...nodes.replicas];
  const transactions = chooseTransactions(scenario);
  const { warmupMs, durationMs } = scenario.load;
  const recorder = new Recorder(
    transactions.map(({ value }) => value),
    { startMs: warmupMs, endMs: warmupMs + durationMs },
  );
  const ages = new LatencyHistogram();
  let loadStartedAt = Number.POSITIVE_INFINITY;
  const monitor =
    nodes.replicas.length === 0
      ? null
      : new ReplicaMonitor(
          nodes.primary.client,
          nodes.replicas.map(({ client }) => client),
          clock,
          (_replica, ageMs) => {
            const atMs = clock.now() - loadStartedAt;
            if (atMs < 0) return;
            recorder.series.recordReplicaAge(atMs, ageMs);
            if (atMs >= warmupMs && atMs < warmupMs + durationMs) ages.record(ageMs * 1000);
          },
        );
  const pools: ConnectionPool[] = [];
  try {
    const nodeRecords = [];
    for (const node of all) nodeRecords.push(await describeNode(node.client, node, node.address));
    const coldCacheReason = await prepareNodes({
      nodes,
      monitor,
      clock,
      runMs: warmupMs + durationMs,
      onStep,
    });
    signal.throwIfAborted();

    const runTag = createHash('sha256').update(options.id).digest('hex').slice(0, 14);
    const purpose = `bench ${runTag}`;
    onStep('opening connections');
    const openPool = async (node: (typeof all)[number], size: number) => {
      const pool = await ConnectionPool.open({
        purpose,
        node: node.name,
        role: node.role,
        address: node.address,
        size,
        statementTimeoutMs: scenario.timeouts.statementMs,
        lockTimeoutMs: scenario.timeouts.lockMs,
        clock,
      });
      pools.push(pool);
      return pool;
    };
    const { connections } = scenario.load;
    const primaryPool = await openPool(nodes.primary, connections.primary);
    const replicas = [];
    for (const [index, node] of nodes.replicas.entries()) {
      const pool = await openPool(node, connections.replica);
      replicas.push({ pool, ageMs: () => monitor?.ageMs(index) ?? Number.POSITIVE_INFINITY });
    }
    const router = createRouter(scenario.routing, primaryPool, replicas);
    const ordersAdded = await countAddedOrders(nodes.primary.client, shop.counts.orders);
    const deadlocksBefore = await readDeadlockCount(nodes.primary.client);

    signal.throwIfAborted();
    onStep(`running ${scenario.name}`);
    loadStartedAt = clock.now();
    const load = await runLoad({
      scenario,
      pools,
      recorder,
      clock,
      signal,
      router,
      startedAt: loadStartedAt,
      pick: createMix(transactions),
      shopperOf: createShoppers({
        shop,
        seed: scenario.dataset.seed,
        runTag,
        hot: scenario.access.hot,
      }),
      onTick: (elapsedMs) =>
        options.onTick({
          elapsedMs,
          tally: recorder.tally,
          replicaAgeMs: monitor?.ageMs(0) ?? null,
          waiting: pools.reduce((sum, pool) => sum + pool.queueLength, 0),
        }),
    });
    await monitor?.stop();
    const lostConnections = pools.reduce((sum, pool) => sum + pool.lostConnections, 0);
    await Promise.all(pools.map((pool) => pool.close()));
    // The server may still be busy with what was cut off: only then are books and statistics final.
    await waitForSessionsEnd(nodes.primary.client, purpose, clock);

    onStep('checking the books');
    const books = await checkBooks({
      client: nodes.primary.client,
      runTag,
      acknowledged: recorder.acknowledged,
      inDoubt: recorder.inDoubt,
    });
    const { timerLag, ...measured } = recorder.toRecord();
    const client = { ...load.client, timerLag };
    const nodesServed = Object.values(measured.transactions).map((each) => each.nodes);
    const replication =
      monitor === null
        ? null
        : {
            policy: scenario.routing.reads,
            heartbeatPeriodMs: HEARTBEAT_PERIOD_MS,
            age: {
              samples: ages.count,
              p50Ms: ages.quantileUs(0.5) / 1000,
              p95Ms: ages.quantileUs(0.95) / 1000,
              maxMs: ages.maxUs / 1000,
            },
            readsSentToPrimary: router.readsSentToPrimary,
            readsOnReplica: nodesServed.reduce((sum, counts) => sum + replicaReads(counts), 0),
          };
    const facts = { scenario, client, replication, lostConnections, coldCacheReason };
    const { capabilities } = nodes;
    const judged = {
      ...measured,
      phases: load.phases,
      books,
      thresholds: judgeThresholds(scenario.thresholds, { ...measured, phases: load.phases }),
      taints: findTaints(facts),
      interrupted: load.interrupted,
    };
    return {
      schemaVersion: RUN_RECORD_VERSION,
      id: options.id,
      startedAt: startedAt.toISOString(),
      cartloadVersion: packageVersion,
      command: options.command,
      scenario: { ...scenario },
      dataset: {
        identity: shop.identity.id,
        ...scenario.dataset,
        rows: shop.generators.reduce((sum, { rowCount }) => sum + rowCount, 0),
        bytes: (await readSizes(nodes.primary.client)).databaseBytes,
        ordersAdded,
      },
      schemaFingerprint: await schemaFingerprint(nodes.primary.client),
      target: {
        kind: options.kind,
        state: options.state,
        nodes: nodeRecords,
        capabilities: { ...capabilities.available },
        unavailable: { ...capabilities.unavailable },
      },
      environment: describeEnvironment(),
      deadlocks: {
        count: Object.values(measured.transactions).reduce(
          (sum, { failedAttempts }) => sum + failedAttempts.deadlock,
          0,
        ),
        serverCount: (await readDeadlockCount(nodes.primary.client)) - deadlocksBefore,
        deadlockTimeoutMs: await readDeadlockTimeoutMs(nodes.primary.client),
      },
      replication,
      client,
      marks: [],
      ...judged,
      statements: [...measured.statements],
      verdict: judgeRun(judged),
    };
  } finally {
    await monitor?.stop();
    await Promise.all(pools.map((pool) => pool.close()));
    recorder.close();
    ages.close();
    await nodes.close();
  }
}

/** Their statement timeout bounds the wait where a session is stuck. */
async function waitForSessionsEnd(client: pg.Client, purpose: string, clock: Clock): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      'select 1 from pg_stat_activity where application_name = $1 limit 1',
      [applicationName(purpose)],
    );
    if (rows.length === 0) return;
    await clock.sleep(20);
  }
}

function chooseTransactions(scenario: Scenario) {
  const known = createTransactions({ lockOrder: scenario.checkout.lockOrder });
  return TRANSACTION_NAMES.flatMap((name) => {
    const value = known.get(name);
    const weight = scenario.mix[name] ?? 0;
    return value === undefined || weight === 0 ? [] : [{ value, weight }];
  });
}

function replicaReads(nodes: Readonly<Record<string, number>>): number {
  return Object.entries(nodes).reduce(
    (sum, [node, arrivals]) => sum + (node.startsWith('replica') ? arrivals : 0),
    0,
  );
}
