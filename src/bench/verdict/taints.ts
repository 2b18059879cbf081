import type { SessionOptions } from '../../database/pg-session.ts';
import type { RunRecord, Taint } from '../../measurements/run-record.ts';
import { isOpenModel, type Scenario } from '../../scenario/scenario.ts';
import type { Settlement } from './settle.ts';
import { findTrends } from './steadiness.ts';

export interface TaintFacts {
  readonly scenario: Scenario;
  readonly client: RunRecord['client'];
  readonly replication: RunRecord['replication'];
  readonly transactions: RunRecord['transactions'];
  readonly settlement: Pick<Settlement, 'hasSessionsLeft' | 'targetFailure'>;
  readonly lostConnections: number;
  readonly clockJumpMs: number;
  readonly isPooled: boolean;
  readonly prepares: SessionOptions['prepares'];
  readonly outages: RunRecord['outages'];
  readonly series: RunRecord['series'];
  readonly phases: RunRecord['phases'];
  /** Why the caches were not filled before the run; null when they were. */
  readonly coldCacheReason: string | null;
}

const BUSY_LOOP = 0.9;
const TIMER_LAG_LIMIT_MS = 10;
const CLOCK_JUMP_LIMIT_MS = 500;

/** Applies each rule that can spoil a run; the rule's numbers stand in its text. */
export function findTaints(facts: TaintFacts): Taint[] {
  const { scenario, client, replication, settlement, lostConnections, coldCacheReason } = facts;
  const taints: Taint[] = [];
  if (settlement.targetFailure !== null) {
    const text = `The target could not be asked after the run: ${settlement.targetFailure}.`;
    taints.push({ rule: 'target-failed', level: 'invalid', text });
  }
  if (settlement.hasSessionsLeft) {
    const text =
      'Sessions of the run were still at work 5 s after the statement timeout: the books may have changed since they were checked.';
    taints.push({ rule: 'sessions-left', level: 'suspect', text });
  }
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  if (client.eventLoopUtilization > BUSY_LOOP) {
    const busy = percent(client.eventLoopUtilization);
    const text = `The load generator was busy ${busy} of the time (limit ${percent(BUSY_LOOP)}): it may have been the bottleneck.`;
    taints.push({ rule: 'client-bound', level: 'suspect', text });
  }
  const timerLagMs = client.timerLag.p99.valueUs / 1000;
  if (isOpenModel(scenario.load) && timerLagMs > TIMER_LAG_LIMIT_MS) {
    const text = `Arrivals left the schedule ${timerLagMs.toFixed(1)} ms late at p99 (limit ${TIMER_LAG_LIMIT_MS} ms).`;
    taints.push({ rule: 'schedule-lag', level: 'suspect', text });
  }
  if (replication !== null && replication.age.p95Ms > scenario.routing.maxLagMs) {
    const text = `The replica was ${replication.age.p95Ms.toFixed(0)} ms behind at p95 (limit ${scenario.routing.maxLagMs} ms).`;
    taints.push({ rule: 'replica-behind', level: 'note', text });
  }
  if (replication !== null && replication.age.unknown > 0) {
    const { unknown, samples } = replication.age;
    const text = `The replica's age could not be told in ${unknown} of ${samples + unknown} samples: it did not answer.`;
    taints.push({ rule: 'replica-unreachable', level: 'suspect', text });
  }
  if (scenario.routing.reads !== 'primary' && hasReads(facts)) {
    if (replication === null) {
      const text = 'Reads were meant for a replica, and none was given: the primary served them.';
      taints.push({ rule: 'no-replica', level: 'note', text });
    } else if (scenario.isolation === 'serializable') {
      const text = 'A replica knows no serializable: reads ran at repeatable read there.';
      taints.push({ rule: 'replica-isolation', level: 'note', text });
    }
  }
  if (lostConnections > 0) {
    const text = `${lostConnections} connection${lostConnections === 1 ? ' was' : 's were'} lost and replaced during the run.`;
    taints.push({ rule: 'connection-loss', level: 'suspect', text });
  }
  if (Math.abs(facts.clockJumpMs) > CLOCK_JUMP_LIMIT_MS) {
    const text = `The clock of this machine was set by ${(facts.clockJumpMs / 1000).toFixed(1)} s during the load: times in the database jump, latencies do not.`;
    taints.push({ rule: 'clock-jump', level: 'note', text });
  }
  if (facts.isPooled) {
    const text =
      facts.prepares === 'never'
        ? 'The pooler gives each transaction another server and keeps no prepared statements: every execution was parsed and planned anew.'
        : 'Clients reached the primary through a pooler: settings of a session, its timeouts among them, may not have held, and waits of the pooler are in every figure.';
    taints.push({ rule: 'pooler', level: 'note', text });
  }
  for (const { node, startMs, endMs } of facts.outages) {
    const length =
      endMs === null ? 'till the end' : `for ${((endMs - startMs) / 1000).toFixed(1)} s`;
    const text = `No connection to the ${node} ${length}, from ${(startMs / 1000).toFixed(1)} s on: figures include the gap.`;
    taints.push({ rule: 'outage', level: 'suspect', text });
  }
  if (replication !== null && (replication.fallbacks?.lost ?? 0) > 0) {
    const text = `${replication.fallbacks?.lost} reads went to the primary because no replica had a connection.`;
    taints.push({ rule: 'replica-lost', level: 'suspect', text });
  }
  // A ramp is a trend on purpose.
  if (!scenario.load.executor.startsWith('ramping')) {
    taints.push(...findTrends(facts.series, facts.phases));
  }
  if (coldCacheReason !== null) {
    const text = `The server's caches were not filled before the run: ${coldCacheReason}.`;
    taints.push({ rule: 'cold-cache', level: 'note', text });
  }
  return taints;
}

function hasReads({ transactions }: TaintFacts): boolean {
  return Object.values(transactions).some(({ access }) => access === 'read');
}
