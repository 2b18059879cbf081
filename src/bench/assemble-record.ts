import type { SessionOptions } from '../database/pg-session.ts';
import { describeAddress } from '../database/server-address.ts';
import { LatencyHistogram } from '../measurements/histogram.ts';
import { latencyRecord } from '../measurements/latency-record.ts';
import { ReplicaRecorder } from '../measurements/replica-recorder.ts';
import {
  type LatencyRecord,
  RUN_RECORD_VERSION,
  type RunRecord,
} from '../measurements/run-record.ts';
import { packageVersion } from '../package-info.ts';
import { describeEnvironment } from './environment.ts';
import type { BenchNodes } from './nodes.ts';
import type { ProcessUsage } from './process-monitor.ts';
import type { Recorder } from './recorder.ts';
import { HEARTBEAT_PERIOD_MS } from './replica-monitor.ts';
import type { BenchOptions } from './run-bench.ts';
import type { ServerFacts } from './server-facts.ts';
import type { ServerWatch } from './server-watch.ts';
import type { Settlement } from './settle.ts';
import { findTaints } from './taints.ts';
import { judgeThresholds } from './thresholds.ts';
import { judgeRun } from './verdict.ts';
import type { WorkerEnd, WorkerPlan } from './worker-messages.ts';

export interface AssembleOptions {
  readonly bench: BenchOptions;
  readonly startedAt: Date;
  readonly nodes: BenchNodes;
  readonly facts: ServerFacts;
  /** Has what all workers counted. */
  readonly recorder: Recorder;
  /** In the order of the nodes. */
  readonly replicas: readonly ReplicaRecorder[];
  readonly plans: readonly WorkerPlan[];
  readonly ends: readonly WorkerEnd[];
  readonly watch: ServerWatch;
  readonly prepares: SessionOptions['prepares'];
  /** By how much the wall clock was set during the load. */
  readonly clockJumpMs: number;
  readonly process: ProcessUsage;
  readonly settlement: Settlement;
  /** Why the caches were not filled before the run; null when they were. */
  readonly coldCacheReason: string | null;
}

/** Puts the record of a run together from what its parts know, and judges it. */
export function assembleRecord(options: AssembleOptions): RunRecord {
  const { bench, nodes, facts, ends, settlement } = options;
  const { scenario, shop } = bench;
  const recorded = options.recorder.toRecord();
  const { transactions, statements, series } = recorded;
  const measured = { transactions, statements, series };
  const phases = joinPhases(ends);
  const interrupted = ends.some((end) => end.interrupted);
  const client = describeClient(options, recorded.timerLag);
  const replication = describeReplication(options, recorded);
  const lostConnections = ends.reduce((sum, end) => sum + end.lostConnections, 0);
  const outages = joinOutages(ends);
  const judged = {
    ...measured,
    phases,
    freshness: settlement.freshness,
    books: settlement.books,
    thresholds: judgeThresholds(scenario.thresholds, {
      ...measured,
      phases,
      client,
      replication,
    }),
    taints: findTaints({
      ...options,
      ...measured,
      phases,
      scenario,
      client,
      replication,
      lostConnections,
      outages,
      isPooled: bench.pooler !== null,
    }),
    interrupted,
  };
  return {
    schemaVersion: RUN_RECORD_VERSION,
    id: bench.id,
    startedAt: options.startedAt.toISOString(),
    cartloadVersion: packageVersion,
    command: bench.command,
    scenario: { ...scenario },
    dataset: {
      identity: shop.identity.id,
      ...scenario.dataset,
      rows: shop.generators.reduce((sum, { rowCount }) => sum + rowCount, 0),
      bytes: facts.databaseBytes,
      ordersAdded: facts.ordersAdded,
    },
    schemaFingerprint: facts.schemaFingerprint,
    target: {
      kind: bench.kind,
      state: bench.state,
      nodes: [...facts.nodes],
      capabilities: { ...nodes.capabilities.available },
      unavailable: { ...nodes.capabilities.unavailable },
      pooler:
        bench.pooler === null
          ? null
          : { address: describeAddress(bench.pooler), prepares: options.prepares },
    },
    environment: describeEnvironment(),
    deadlocks: {
      count: Object.values(measured.transactions).reduce(
        (sum, { failedAttempts }) => sum + failedAttempts.deadlock,
        0,
      ),
      serverCount: counted(facts.deadlockCount, settlement.deadlockCount),
      deadlockTimeoutMs: facts.deadlockTimeoutMs,
      pairs: recorded.deadlockPairs,
    },
    replication,
    server: options.watch.toRecord(
      series.points.reduce((sum, { committed }) => sum + committed, 0),
    ),
    client,
    outages,
    marks: [...options.watch.marks(), ...outages.map(outageMark)].sort((a, b) => a.atMs - b.atMs),
    ...judged,
    verdict: judgeRun(judged),
  };
}

/** The measurement is over when the first worker's is; the rest lasts until the last is done. */
function joinPhases(ends: readonly WorkerEnd[]): RunRecord['phases'] {
  const all = ends.map(({ phases }) => phases);
  const counted = all.map(({ measurement }) => measurement.endMs);
  const measuredEndMs = Math.max(0, ...counted);
  const warmupEndMs = Math.max(0, ...all.map(({ warmup }) => warmup.endMs));
  return {
    warmup: { startMs: 0, endMs: warmupEndMs },
    measurement: { startMs: warmupEndMs, endMs: measuredEndMs },
    gracefulStop: {
      startMs: measuredEndMs,
      endMs: Math.max(measuredEndMs, ...all.map(({ gracefulStop }) => gracefulStop.endMs)),
    },
  };
}

/** Of workers that lost a node at the same time, one outage from the first loss to the last recovery. */
function joinOutages(ends: readonly WorkerEnd[]): RunRecord['outages'] {
  const joined: RunRecord['outages'] = [];
  const all = ends.flatMap((end) => end.outages).sort((a, b) => a.startMs - b.startMs);
  for (const { node, startMs, endMs } of all) {
    const open = joined.find(
      (each) => each.node === node && (each.endMs === null || each.endMs >= startMs),
    );
    if (open === undefined) joined.push({ node, startMs, endMs });
    else if (open.endMs !== null) open.endMs = endMs === null ? null : Math.max(open.endMs, endMs);
  }
  return joined;
}

function outageMark({ node, startMs, endMs }: RunRecord['outages'][number]) {
  const length = endMs === null ? '' : ` for ${((endMs - startMs) / 1000).toFixed(1)} s`;
  return { atMs: Math.max(0, startMs), kind: 'outage', text: `${node} lost${length}` };
}

function describeClient(
  { ends, plans, process }: AssembleOptions,
  timerLag: LatencyRecord,
): RunRecord['client'] {
  const usages = ends.map(({ usage }) => usage);
  return {
    // One worker at its limit is a limit of the load.
    eventLoopUtilization: Math.max(...usages.map((usage) => usage.eventLoopUtilization)),
    eventLoopDelayP99Ms: Math.max(...usages.map((usage) => usage.eventLoopDelayP99Ms)),
    gcMs: usages.reduce((sum, { gcMs }) => sum + gcMs, 0),
    ...process,
    timerLag,
    workers: ends.map(({ usage, recorded }, worker) => ({
      connections: Object.fromEntries(
        (plans[worker]?.nodes ?? []).map(({ name, connections }) => [name, connections]),
      ),
      arrivals: recorded.transactions.reduce(
        (sum, [, { outcomes }]) => sum + Object.values(outcomes).reduce((all, n) => all + n, 0),
        0,
      ),
      ...usage,
    })),
  };
}

function describeReplication(
  { bench, nodes, replicas, ends }: AssembleOptions,
  { transactions, fallbacks, causalWait }: ReturnType<Recorder['toRecord']>,
): RunRecord['replication'] {
  if (nodes.replicas.length === 0) return null;
  const { reads } = bench.scenario.routing;
  const all = new ReplicaRecorder();
  for (const replica of replicas) all.merge(replica);
  const age = all.ageRecord();
  all.close();
  return {
    policy: reads,
    heartbeatPeriodMs: HEARTBEAT_PERIOD_MS,
    age,
    readsSentToPrimary: Object.values(fallbacks).reduce((sum, count) => sum + count, 0),
    readsOnReplica: nodes.replicas.reduce(
      (sum, { name }) => sum + countReads(transactions, name),
      0,
    ),
    fallbacks,
    ...(reads === 'causal' ? { causalWait } : {}),
    replicas: nodes.replicas.map(({ name }, index) => ({
      name,
      age: replicas[index]?.ageRecord() ?? age,
      lagBytes: replicas[index]?.lagBytesRecord() ?? null,
      reads: countReads(transactions, name),
    })),
    visibility: joinVisibility(ends),
  };
}

function joinVisibility(ends: readonly WorkerEnd[]) {
  const states = ends.flatMap(({ visibility }) => (visibility === null ? [] : [visibility]));
  const latency = new LatencyHistogram();
  for (const state of states) latency.absorb(state.latency);
  const joined = {
    probes: states.reduce((sum, { probes }) => sum + probes, 0),
    atOnce: states.reduce((sum, { atOnce }) => sum + atOnce, 0),
    unknown: states.reduce((sum, { unknown }) => sum + unknown, 0),
    latency: latencyRecord(latency, 0),
  };
  latency.close();
  return joined.probes === 0 ? null : joined;
}

/** Null where the later count is missing, or smaller: the server's statistics were reset meanwhile. */
function counted(before: number, after: number | null): number | null {
  return after === null || after < before ? null : after - before;
}

/** Measured arrivals that a node served. */
function countReads(transactions: RunRecord['transactions'], node: string): number {
  return Object.values(transactions).reduce((sum, { nodes }) => sum + (nodes[node] ?? 0), 0);
}
