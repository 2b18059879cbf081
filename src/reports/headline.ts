import { OUTCOMES } from '../measurements/outcome.ts';
import type { RunRecord } from '../measurements/run-record.ts';
import {
  headlineTransaction,
  measuredMs,
  outcomeTotal,
  totalsOf,
  totalsOfRun,
} from '../measurements/run-totals.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNoun,
  formatPeriod,
  formatPerThousand,
  formatQuantile,
  formatRate,
  formatShare,
  formatSignificant,
  inWords,
} from './format.ts';
import { targetRatePerSecond } from './scenario-facts.ts';

/** The outcome of the run in one word. */
export function verdictWord(record: RunRecord): 'Pass' | 'Fail' | 'Not valid' | 'Interrupted' {
  const words = {
    pass: 'Pass',
    fail: 'Fail',
    invalid: 'Not valid',
    interrupted: 'Interrupted',
  } as const;
  return words[record.verdict.status];
}

/** Goodput against what was asked for. */
export function goodputSentence(record: RunRecord): string {
  const totals = totalsOfRun(record);
  const windowMs = measuredMs(record);
  if (totals.arrivals === 0) return 'No arrival fell into the measurement window.';
  const target = targetRatePerSecond(record);
  const asked = target === null ? '' : ` of ${formatSignificant(target)}/s asked for`;
  return `${formatRate(totals.committed, windowMs)} transactions/s committed${asked}, measured over ${formatPeriod(windowMs)} (${formatNoun(totals.arrivals, 'arrival')}).`;
}

/** Response time of the headline transaction. */
export function latencySentence(record: RunRecord): string {
  const headline = headlineTransaction(record);
  const response = headline?.transaction.latency.committed?.response;
  if (headline === null || response === undefined) {
    return 'Nothing was committed in the measurement window, so there is no response time to show.';
  }
  const name = inWords(headline.name);
  const { p50, p99, censored, maxUs } = response;
  const n = `${formatCount(response.count + censored)} arrivals`;
  if (p50.isLowerBound) {
    return `At least half of the ${name} arrivals never committed: ${formatCount(censored)} of ${n}. The slowest that did took ${formatDuration(maxUs)}.`;
  }
  const half = `Half of the ${name} arrivals were answered within ${formatQuantile(p50)}`;
  if (p99.isLowerBound) {
    return `${half}, counted from the moment each was due, but at least 1 of 100 never committed: ${formatCount(censored)} of ${n}. The slowest that did took ${formatDuration(maxUs)}.`;
  }
  const slower =
    censored === 0
      ? ''
      : ` ${formatCount(censored)} of them never committed and ${censored === 1 ? 'counts' : 'count'} as slower than all others.`;
  return `${half} and 99 of 100 within ${formatQuantile(p99)}, counted from the moment each was due (${n}).${slower}`;
}

/** How every arrival ended. */
export function outcomesSentence(record: RunRecord): string {
  const { arrivals, committed, rejected, failed } = totalsOfRun(record);
  if (arrivals === 0) return 'No arrival fell into the measurement window.';
  return `Of ${formatNoun(arrivals, 'arrival')}, ${formatCount(committed)} committed, ${formatCount(rejected)} were rejected by a business rule (${formatShare(rejected, arrivals)}) and ${formatCount(failed)} failed (${formatShare(failed, arrivals)}).`;
}

/** Every outcome with its count, zero or not: `committed 5,812`, `deadlock 0`. */
export function outcomeCounts(record: RunRecord): readonly string[] {
  const states = new Set(
    Object.values(record.transactions).flatMap(({ otherSqlStates }) => Object.keys(otherSqlStates)),
  );
  const others = states.size === 0 ? '' : ` (SQLSTATE ${[...states].sort().join(', ')})`;
  return [
    ...OUTCOMES.map(
      (name) =>
        `${inWords(name)} ${formatCount(outcomeTotal(record, name))}${name === 'other' ? others : ''}`,
    ),
    `late ${formatCount(totalsOfRun(record).late)}`,
  ];
}

/** Retries and deadlocks per thousand arrivals of the headline transaction. */
interface RetryFigures {
  readonly transaction: string;
  readonly arrivals: number;
  readonly retries: number;
  readonly deadlocks: number;
  readonly retriesPerThousand: string;
  readonly deadlocksPerThousand: string;
}

/** The retry figures of the headline transaction; null in a run without arrivals. */
export function retryFigures(record: RunRecord): RetryFigures | null {
  const headline = headlineTransaction(record);
  if (headline === null) return null;
  const { arrivals, retries } = totalsOf(headline.transaction);
  const deadlocks = headline.transaction.failedAttempts.deadlock;
  return {
    transaction: headline.name,
    arrivals,
    retries,
    deadlocks,
    retriesPerThousand: formatPerThousand(retries, arrivals),
    deadlocksPerThousand: formatPerThousand(deadlocks, arrivals),
  };
}

/** Retries, deadlocks and the waiting behind them. */
export function retriesSentence(record: RunRecord): string {
  const { arrivals, retried, retries, giveUps } = totalsOfRun(record);
  const figures = retryFigures(record);
  if (arrivals === 0) return 'No arrival fell into the measurement window.';
  const again = `${formatNoun(retried, 'arrival')} (${formatShare(retried, arrivals)}) took more than one attempt: ${formatNoun(retries, 'retry', 'retries')}, ${formatNoun(giveUps, 'give-up')}.`;
  const { count, deadlockTimeoutMs } = record.deadlocks;
  const per =
    figures === null
      ? ''
      : ` (${figures.deadlocksPerThousand} per 1,000 ${inWords(figures.transaction)})`;
  const waited =
    count === 0 || deadlockTimeoutMs === null
      ? ''
      : `, at least ${formatDuration(count * deadlockTimeoutMs * 1_000)} waited`;
  return `${formatNoun(count, 'deadlock')}${per}${waited}. ${again}`;
}

/** How fresh the replica was and how much it served. */
export function replicaSentence(record: RunRecord): string {
  const { replication } = record;
  if (replication === null) return 'No replica took part in this run.';
  const { age, readsOnReplica, readsSentToPrimary, heartbeatPeriodMs } = replication;
  const reads = readsOnReplica + readsSentToPrimary;
  const served = `it served ${formatCount(readsOnReplica)} of ${formatNoun(reads, 'read')} meant for it (${formatShare(readsOnReplica, reads)})`;
  const silent =
    age.unknown === 0
      ? ''
      : ` In ${formatNoun(age.unknown, 'further sample')} it did not answer, and its age is unknown.`;
  if (age.samples === 0) return `The replica's age was never sampled; ${served}.${silent}`;
  return `The replica was ${formatDuration(age.p95Ms * 1_000)} behind or less in 95 of 100 samples, ${formatDuration(age.maxMs * 1_000)} at most (to within ${formatPeriod(heartbeatPeriodMs)}); ${served}.${silent}`;
}

/** What a committed transaction cost the servers; null where nobody watched them. */
export function serverSentence({ server }: RunRecord): string | null {
  if (server === undefined) return null;
  const each = server.perAction;
  if (each === null) return 'Nothing was committed, or the primary could not be read.';
  const { waits } = server.nodes[0] ?? {};
  const cpu = each.cpuMs === null ? '' : `${formatSignificant(each.cpuMs, 2)} ms of server CPU, `;
  const wal = each.walBytes === null ? '' : `${formatBytes(each.walBytes)} of WAL, `;
  const buffers = `${formatSignificant(each.blocksHit + each.blocksRead, 3)} buffers`;
  const hits = formatShare(each.blocksHit, each.blocksHit + each.blocksRead);
  const temp = each.tempBytes === 0 ? '' : `, ${formatBytes(each.tempBytes)} of temporary files`;
  const top = Object.entries(waits?.events ?? {}).slice(0, 2);
  const waiting =
    top.length === 0
      ? ''
      : ` Sessions at work: ${top.map(([event, seen]) => `${event} ${formatShare(seen, waits?.sessionSamples ?? 0)}`).join(', ')}.`;
  return `A committed transaction took ${cpu}${wal}${buffers} (${hits} hit)${temp} of the primary.${waiting}`;
}

/** How many reads lacked an order that had been acknowledged; null where none looked for one. */
export function stalenessSentence(record: RunRecord): string | null {
  const readers = Object.entries(record.transactions).filter(([name]) => name === 'track_order');
  const visibility = record.replication?.visibility ?? null;
  const reads = readers.map(([, { arrivals, staleReads, backwardReads }]) => {
    const backward =
      backwardReads === 0
        ? ''
        : `, ${formatCount(backwardReads)} of them after a read had shown it`;
    return `${formatCount(staleReads)} of ${formatNoun(arrivals, 'look')} at a new order missed it (${formatShare(staleReads, arrivals)})${backward}`;
  });
  const probes =
    visibility === null
      ? []
      : [
          `a new order showed on the replica after ${formatQuantile(visibility.latency.p50)} (p50), ${formatQuantile(visibility.latency.p99)} (p99), at once in ${formatShare(visibility.atOnce, visibility.probes)} of ${formatNoun(visibility.probes, 'probe')}`,
        ];
  const all = [...reads, ...probes];
  if (all.length === 0) return null;
  const text = all.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Whether the load generator itself was the limit. */
export function isClientBound(record: RunRecord): boolean {
  return record.taints.some((taint) => taint.rule === 'client-bound' && taint.level !== 'note');
}

/** What the load generator did to the measurement. */
export function clientSentence(record: RunRecord): string {
  const { eventLoopUtilization, eventLoopDelayP99Ms, timerLag } = record.client;
  const verdict = isClientBound(record)
    ? 'The load generator was the limit'
    : 'The load generator was not the limit';
  const lag = timerLag.count === 0 ? '' : `, timer lag p99 ${formatQuantile(timerLag.p99)}`;
  return `${verdict}: event loop ${formatShare(eventLoopUtilization, 1)} busy, its delay p99 ${formatDuration(eventLoopDelayP99Ms * 1_000)}${lag}.`;
}

/** Whether nothing was lost, doubled or changed, and whether the shop's own sums hold. */
export function booksSentence(record: RunRecord): string {
  const { books } = record;
  if (!books.checked) {
    return `Books not checked, because the target could not be asked after the run: ${formatNoun(books.acknowledged, 'checkout')} acknowledged, ${formatCount(books.inDoubt.total)} in doubt.`;
  }
  const verdict = books.balanced ? 'Books balanced' : 'Books do not balance';
  const orders =
    books.acknowledged === 0
      ? 'no checkout was acknowledged'
      : `${formatCount(books.found)} of ${formatNoun(books.acknowledged, 'acknowledged checkout')} found; ${formatCount(books.missing)} missing, ${formatCount(books.different)} different, ${formatCount(books.doubled)} doubled`;
  const unexpected = `${formatCount(books.unexpected)} unexpected`;
  const doubt =
    books.inDoubt.total === 0
      ? '0 in doubt'
      : `${formatCount(books.inDoubt.total)} in doubt (${formatCount(books.inDoubt.committed)} turned out committed, ${formatCount(books.inDoubt.lost)} lost)`;
  const broken = books.invariants.filter((check) => check.violations > 0).length;
  const checks =
    books.invariants.length === 0
      ? 'no invariant was checked'
      : `${formatCount(books.invariants.length - broken)} of ${formatNoun(books.invariants.length, 'invariant')} hold`;
  return `${verdict}: ${orders}, ${unexpected}, ${doubt}; ${checks}.`;
}

/** How many of the scenario's limits hold. */
export function thresholdsSentence(record: RunRecord): string {
  const all = record.thresholds.length;
  if (all === 0) return 'The scenario sets no thresholds.';
  const passed = record.thresholds.filter((threshold) => threshold.passed).length;
  return `${formatCount(passed)} of ${formatNoun(all, 'threshold')} ${passed === 1 ? 'holds' : 'hold'}.`;
}

/** Where the run was made, in one phrase: `embedded PostgreSQL 18.1 with 1 replica, fresh clone`. */
export function targetPhrase(record: RunRecord): string {
  const { kind, state, nodes } = record.target;
  const replicas = nodes.filter((node) => node.role === 'replica').length;
  const version = nodes[0]?.serverVersion ?? '';
  const server = version.toLowerCase().includes('postgresql') ? version : `PostgreSQL ${version}`;
  const clone = state === 'fresh' ? 'fresh clone' : 'in place';
  return `${kind} ${server} with ${formatNoun(replicas, 'replica')}, ${clone}`;
}

/** Which data the run was made on, in one phrase. */
export function datasetPhrase(record: RunRecord): string {
  const { identity, orders, seed, profile, rows, ordersAdded } = record.dataset;
  const added =
    ordersAdded === 0 ? '' : `, and ${formatNoun(ordersAdded, 'order')} of earlier runs`;
  return `${identity}: ${formatNoun(orders, 'order')}, ${formatNoun(rows, 'row')}, seed ${seed}, profile ${profile}${added}`;
}
