import { RUN_RECORD_VERSION, type RunRecord } from '../measurements/run-record.ts';
import { packageVersion } from '../package-info.ts';
import { describeEnvironment } from './environment.ts';
import type { BenchNodes } from './nodes.ts';
import type { Recorder } from './recorder.ts';
import { HEARTBEAT_PERIOD_MS } from './replica-monitor.ts';
import type { BenchOptions } from './run-bench.ts';
import type { LoadEnd } from './run-load.ts';
import type { ServerFacts } from './server-facts.ts';
import type { Settlement } from './settle.ts';
import { findTaints } from './taints.ts';
import { judgeThresholds } from './thresholds.ts';
import { judgeRun } from './verdict.ts';

export interface AssembleOptions {
  readonly bench: BenchOptions;
  readonly startedAt: Date;
  readonly nodes: BenchNodes;
  readonly facts: ServerFacts;
  readonly recorder: Recorder;
  readonly load: LoadEnd;
  readonly settlement: Settlement;
  /** Why the caches were not filled before the run; null when they were. */
  readonly coldCacheReason: string | null;
  readonly lostConnections: number;
}

/** Puts the record of a run together from what its parts know, and judges it. */
export function assembleRecord(options: AssembleOptions): RunRecord {
  const { bench, nodes, facts, load, settlement } = options;
  const { scenario, shop } = bench;
  const { timerLag, replicaAge, readsSentToPrimary, ...measured } = options.recorder.toRecord();
  const { phases, interrupted } = load;
  const client = { ...load.client, timerLag };
  const replication =
    nodes.replicas.length === 0
      ? null
      : {
          policy: scenario.routing.reads,
          heartbeatPeriodMs: HEARTBEAT_PERIOD_MS,
          age: replicaAge,
          readsSentToPrimary,
          readsOnReplica: countReplicaReads(measured.transactions),
        };
  const judged = {
    ...measured,
    phases,
    freshness: settlement.freshness,
    books: settlement.books,
    thresholds: judgeThresholds(scenario.thresholds, { ...measured, phases }),
    taints: findTaints({ ...options, ...measured, scenario, client, replication }),
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
    },
    environment: describeEnvironment(),
    deadlocks: {
      count: Object.values(measured.transactions).reduce(
        (sum, { failedAttempts }) => sum + failedAttempts.deadlock,
        0,
      ),
      serverCount: counted(facts.deadlockCount, settlement.deadlockCount),
      deadlockTimeoutMs: facts.deadlockTimeoutMs,
    },
    replication,
    client,
    marks: [],
    ...judged,
    statements: [...measured.statements],
    verdict: judgeRun(judged),
  };
}

/** Null where the later count is missing, or smaller: the server's statistics were reset meanwhile. */
function counted(before: number, after: number | null): number | null {
  return after === null || after < before ? null : after - before;
}

function countReplicaReads(transactions: RunRecord['transactions']): number {
  let reads = 0;
  for (const { nodes } of Object.values(transactions)) {
    for (const [node, arrivals] of Object.entries(nodes)) {
      if (node.startsWith('replica')) reads += arrivals;
    }
  }
  return reads;
}
