import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../clock.ts';
import type { ServerAddress } from '../database/server-address.ts';
import type { Shop } from '../generators/shop.ts';
import { initHistograms } from '../measurements/histogram.ts';
import { ReplicaRecorder } from '../measurements/replica-recorder.ts';
import type { RunRecord } from '../measurements/run-record.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { targetOf } from './arrivals/load-target.ts';
import { valueAt } from './arrivals/ramp.ts';
import { probePooler } from './clients/pooler.ts';
import { ReconnectingClient } from './clients/reconnecting-client.ts';
import { usesAnalytics } from './prepare/analytics.ts';
import { type BenchNodes, openNodes } from './prepare/nodes.ts';
import { prepareNodes } from './prepare/prepare-nodes.ts';
import { readServerFacts } from './prepare/server-facts.ts';
import { assembleRecord } from './verdict/assemble-record.ts';
import { settle } from './verdict/settle.ts';
import { watchProcess } from './watch/process-monitor.ts';
import { ReplicaAges } from './watch/replica-ages.ts';
import { ReplicaMonitor, type ReplicaMonitorOptions } from './watch/replica-monitor.ts';
import { ServerWatch } from './watch/server-watch.ts';
import { chooseTransactions } from './workers/choose-transactions.ts';
import { type LiveFigures, LiveView, TICK_MS } from './workers/live-view.ts';
import { LoadWorkers, type StartWorker, startThread } from './workers/load-workers.ts';
import { planWorkers } from './workers/plan-workers.ts';
import { Recorder } from './workers/recorder.ts';

export interface BenchOptions {
  readonly scenario: Scenario;
  /** The data that the target holds. */
  readonly shop: Shop;
  readonly primary: ServerAddress;
  readonly replicas: readonly ServerAddress[];
  /** What the clients of the load reach the primary through; null: nothing. */
  readonly pooler: ServerAddress | null;
  readonly kind: RunRecord['target']['kind'];
  readonly state: RunRecord['target']['state'];
  /** Names the run. */
  readonly id: string;
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
  readonly onTick: (tick: BenchTick) => void;
  /** A thread of its own for each worker where absent, which only compiled code can start. */
  readonly startWorker?: StartWorker;
}

/** The state of a running load, for the live panel. */
export interface BenchTick extends LiveFigures {
  /** Since the start of the warm-up. */
  readonly elapsedMs: number;
  /** Arrivals per second or users that the executor aims at. */
  readonly target: number;
  /** Of each replica; null where it cannot be told. */
  readonly replicaAgesMs: readonly (number | null)[];
}

const MONITOR_TIMEOUT_MS = 1000;

// Every worker has heard of the start by then.
const START_IN_MS = 20;

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
  const { warmupMs, durationMs } = scenario.load;
  const runMs = warmupMs + durationMs;
  let loadStartedAt = Number.POSITIVE_INFINITY;

  const closers: (() => Promise<void> | void)[] = [];
  try {
    await initHistograms();
    const transactions = chooseTransactions(scenario).map(({ value }) => value);
    const recorder = new Recorder({
      transactions,
      window: { startMs: warmupMs, endMs: runMs },
      lateAfterMs: scenario.load.lateAfterMs,
    });
    closers.push(() => recorder.close());
    onStep('connecting');
    const nodes = await openNodes(options.primary, options.replicas);
    closers.push(() => nodes.close());
    const facts = await readServerFacts(nodes, shop);
    const replicas = nodes.replicas.map(() => new ReplicaRecorder());
    for (const replica of replicas) closers.push(() => replica.close());
    const ages = ReplicaAges.allocate(replicas.length);
    const monitor = createMonitor(nodes, clock, ages, (replica, ageMs, lagBytes) => {
      const atMs = clock.now() - loadStartedAt;
      if (atMs < 0) return;
      if (ageMs !== null) recorder.series.recordReplicaAge(atMs, ageMs);
      if (recorder.isMeasured(atMs)) replicas[replica]?.record(ageMs, lagBytes);
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

    const watch = await ServerWatch.open({
      nodes,
      purpose,
      clock,
      statements: transactions.flatMap(({ statements }) => statements),
    });
    closers.push(() => watch.stop());

    onStep('opening connections');
    const prepares = options.pooler === null ? 'named' : await probePooler(options.pooler);
    const entry = options.pooler ?? options.primary;
    const plans = planWorkers(scenario, nodes, { purpose, runTag, ages, entry, prepares });
    const workers = await LoadWorkers.open(plans, options.startWorker ?? startThread, signal);
    closers.push(() => workers.close());

    onStep(`running ${scenario.name}`);
    loadStartedAt = clock.now() + START_IN_MS;
    watch.start(loadStartedAt);
    const live = new LiveView();
    closers.push(() => live.close());
    const ramp = targetOf(scenario.load);
    const usage = watchProcess(clock, loadStartedAt + warmupMs);
    const ticker = setInterval(() => {
      const now = clock.now();
      const replicaAgesMs = replicas.map((_, replica) => ages.knownMs(replica, now));
      const elapsedMs = now - loadStartedAt;
      const target = valueAt(ramp, elapsedMs);
      options.onTick({ ...live.figures(now), elapsedMs, target, replicaAgesMs });
    }, TICK_MS);
    closers.push(() => clearInterval(ticker));
    const wallAheadMs = () => Date.now() - clock.now();
    const aheadBeforeMs = wallAheadMs();
    const ends = await workers.run({
      startedAt: loadStartedAt,
      signal,
      onTick: (worker, tick) => live.add(worker, tick, clock.now()),
    });
    clearInterval(ticker);
    const process = usage.stop();
    const clockJumpMs = wallAheadMs() - aheadBeforeMs;
    await Promise.all([monitor?.stop(), watch.stop()]);
    for (const { recorded } of ends) recorder.absorb(recorded);

    onStep('checking the books');
    const settlement = await settle({
      primary: options.primary,
      purpose,
      statementTimeoutMs: scenario.timeouts.statementMs,
      usesAnalytics: usesAnalytics(scenario),
      isPooled: options.pooler !== null,
      clock,
      runTag,
      acknowledged: recorder.acknowledged,
      inDoubt: recorder.inDoubt,
      onQuiet: (client) => watch.readAfter(client),
    });
    return assembleRecord({
      bench: options,
      startedAt,
      nodes,
      facts,
      recorder,
      replicas,
      plans,
      ends,
      watch,
      prepares,
      clockJumpMs,
      process,
      settlement,
      coldCacheReason,
    });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

function createMonitor(
  { primary, replicas }: BenchNodes,
  clock: Clock,
  ages: ReplicaAges,
  onSample: ReplicaMonitorOptions['onSample'],
): ReplicaMonitor | null {
  if (replicas.length === 0) return null;
  const connection = ({ address }: { readonly address: ServerAddress }) =>
    new ReconnectingClient({ address, purpose: 'heartbeat', timeoutMs: MONITOR_TIMEOUT_MS });
  return new ReplicaMonitor({
    primary: connection(primary),
    replicas: replicas.map(connection),
    clock,
    ages,
    onSample,
  });
}
