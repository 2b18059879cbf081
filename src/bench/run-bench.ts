import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../clock.ts';
import type { ServerAddress } from '../database/server-address.ts';
import type { Shop } from '../generators/shop.ts';
import { initHistograms } from '../measurements/histogram.ts';
import type { RunRecord } from '../measurements/run-record.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { createMix } from '../workloads/mix.ts';
import { createTransactions } from '../workloads/registry.ts';
import { createShoppers } from '../workloads/shopper.ts';
import { TRANSACTION_NAMES } from '../workloads/transaction.ts';
import { type Alarm, openAlarmThread } from './alarm.ts';
import { usesAnalytics } from './analytics.ts';
import { assembleRecord } from './assemble-record.ts';
import { type BenchNodes, openNodes } from './nodes.ts';
import { openClients } from './open-clients.ts';
import { prepareNodes } from './prepare-nodes.ts';
import { ReconnectingClient } from './reconnecting-client.ts';
import { Recorder, type Tally } from './recorder.ts';
import { ReplicaMonitor } from './replica-monitor.ts';
import { runLoad } from './run-load.ts';
import { readServerFacts } from './server-facts.ts';
import { settle } from './settle.ts';

export interface BenchOptions {
  readonly scenario: Scenario;
  /** The data that the target holds. */
  readonly shop: Shop;
  readonly primary: ServerAddress;
  readonly replicas: readonly ServerAddress[];
  readonly kind: RunRecord['target']['kind'];
  readonly state: RunRecord['target']['state'];
  /** Names the run. */
  readonly id: string;
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
  readonly onTick: (tick: BenchTick) => void;
  /** What wakes an open-loop executor; a thread where absent, which only compiled code can start. */
  readonly openAlarm?: (clock: Clock) => Promise<Alarm>;
}

/** The state of a running load, for the live line. */
export interface BenchTick {
  readonly elapsedMs: number;
  readonly tally: Readonly<Tally>;
  /** Null without a replica. */
  readonly replicaAgeMs: number | null;
  readonly waiting: number;
}

const MONITOR_TIMEOUT_MS = 1000;

/**
 * Runs a scenario against a loaded shop and returns its record, judged. The run ends with the check
 * of the books, also when it was interrupted; and it keeps what it measured when the target has gone.
 */
export async function runBench(options: BenchOptions): Promise<RunRecord> {
  const { scenario, shop, signal, onStep } = options;
  const clock = systemClock;
  const startedAt = new Date();
  // In the database's sessions and tokens; no other run may have it.
  const runTag = randomBytes(7).toString('hex');
  const purpose = `bench ${runTag}`;
  const mix = chooseTransactions(scenario);
  const transactions = mix.map(({ value }) => value);
  const { warmupMs, durationMs } = scenario.load;
  const runMs = warmupMs + durationMs;
  let loadStartedAt = Number.POSITIVE_INFINITY;

  const closers: (() => Promise<void> | void)[] = [];
  try {
    await initHistograms();
    const recorder = new Recorder(transactions, { startMs: warmupMs, endMs: runMs });
    closers.push(() => recorder.close());
    onStep('connecting');
    const nodes = await openNodes(options.primary, options.replicas);
    closers.push(() => nodes.close());
    const facts = await readServerFacts(nodes, shop);
    const monitor = createMonitor(nodes, clock, (ageMs) => {
      const atMs = clock.now() - loadStartedAt;
      if (atMs >= 0) recorder.recordReplicaAge(atMs, ageMs);
    });
    closers.push(() => monitor?.stop());
    const coldCacheReason = await prepareNodes({
      nodes,
      monitor,
      runMs,
      scenario,
      state: options.state,
      signal,
      onStep,
    });
    signal.throwIfAborted();

    onStep('opening connections');
    const replicaAgeMs = (replica: number) => monitor?.ageMs(replica) ?? Number.POSITIVE_INFINITY;
    const clients = await openClients({
      scenario,
      transactions,
      nodes,
      purpose,
      clock,
      replicaAgeMs,
    });
    closers.push(() => clients.close());
    const { pools, router } = clients;
    const alarm = await (options.openAlarm ?? openAlarmThread)(clock);
    closers.push(() => alarm.close());
    signal.throwIfAborted();

    onStep(`running ${scenario.name}`);
    loadStartedAt = clock.now();
    const load = await runLoad({
      scenario,
      pools,
      recorder,
      clock,
      alarm,
      signal,
      router,
      startedAt: loadStartedAt,
      pick: createMix(mix),
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
          replicaAgeMs: monitor === null ? null : replicaAgeMs(0),
          waiting: pools.reduce((sum, pool) => sum + pool.queueLength, 0),
        }),
    });
    await monitor?.stop();
    const lostConnections = pools.reduce((sum, pool) => sum + pool.lostConnections, 0);
    await clients.close();

    onStep('checking the books');
    const settlement = await settle({
      primary: options.primary,
      purpose,
      statementTimeoutMs: scenario.timeouts.statementMs,
      usesAnalytics: usesAnalytics(scenario),
      clock,
      runTag,
      acknowledged: recorder.acknowledged,
      inDoubt: recorder.inDoubt,
    });
    return assembleRecord({
      bench: options,
      startedAt,
      nodes,
      facts,
      recorder,
      load,
      settlement,
      coldCacheReason,
      lostConnections,
    });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

function createMonitor(
  { primary, replicas }: BenchNodes,
  clock: Clock,
  onAge: (ageMs: number | null) => void,
): ReplicaMonitor | null {
  if (replicas.length === 0) return null;
  const connection = ({ address }: { readonly address: ServerAddress }) =>
    new ReconnectingClient({ address, purpose: 'heartbeat', timeoutMs: MONITOR_TIMEOUT_MS });
  return new ReplicaMonitor({
    primary: connection(primary),
    replicas: replicas.map(connection),
    clock,
    onSample: (_replica, ageMs) => onAge(ageMs),
  });
}

function chooseTransactions(scenario: Scenario) {
  const known = createTransactions({ ...scenario.checkout, logic: scenario.logic });
  return TRANSACTION_NAMES.flatMap((name) => {
    const value = known.get(name);
    const weight = scenario.mix[name] ?? 0;
    return value === undefined || weight === 0 ? [] : [{ value, weight }];
  });
}
