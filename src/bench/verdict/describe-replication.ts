import { LatencyHistogram } from '../../measurements/histogram.ts';
import { latencyRecord } from '../../measurements/latency-record.ts';
import { ReplicaRecorder } from '../../measurements/replica-recorder.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { HEARTBEAT_PERIOD_MS } from '../watch/replica-monitor.ts';
import type { Recorder } from '../workers/recorder.ts';
import type { WorkerEnd } from '../workers/worker-messages.ts';
import type { RunFacts } from './run-facts.ts';

/** Where reads went, and how fresh what they saw was; null without a replica. */
export function describeReplication(
  { bench, nodes, replicas, ends }: RunFacts,
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

/** Measured arrivals that a node served. */
function countReads(transactions: RunRecord['transactions'], node: string): number {
  return Object.values(transactions).reduce((sum, { nodes }) => sum + (nodes[node] ?? 0), 0);
}
