import { describeAddress } from '../../database/server-address.ts';
import { RUN_RECORD_VERSION, type RunRecord } from '../../measurements/run-record.ts';
import { packageVersion } from '../../package-info.ts';
import type { WorkerEnd } from '../workers/worker-messages.ts';
import { describeClient } from './describe-client.ts';
import { describeReplication } from './describe-replication.ts';
import { describeEnvironment } from './environment.ts';
import type { RunFacts } from './run-facts.ts';
import { findTaints } from './taints.ts';
import { judgeThresholds } from './thresholds.ts';
import { judgeRun } from './verdict.ts';

/** Puts the record of a run together from what its parts know, and judges it. */
export function assembleRecord(options: RunFacts): RunRecord {
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

/** Null where the later count is missing, or smaller: the server's statistics were reset meanwhile. */
function counted(before: number, after: number | null): number | null {
  return after === null || after < before ? null : after - before;
}
