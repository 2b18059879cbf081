import { censoredQuantile } from '../../measurements/censored-quantile.ts';
import { decodeHistogram, LatencyHistogram } from '../../measurements/histogram.ts';
import type { LatencyRecord, RunRecord, TransactionRecord } from '../../measurements/run-record.ts';
import type {
  Threshold,
  ThresholdEvent,
  ThresholdMetric,
  ThresholdPart,
} from '../../scenario/threshold.ts';

type Measured = Pick<
  RunRecord,
  'transactions' | 'statements' | 'replication' | 'client' | 'phases'
>;

/** A metric's value in the threshold's own unit; `isLowerBound` when the truth is above it. */
interface Actual {
  readonly value: number;
  readonly isLowerBound: boolean;
  readonly text: string;
}

/**
 * Judges the scenario's limits. A metric with nothing measured, and an upper limit on a latency that
 * is only known from below, fail: what cannot be shown to hold does not hold.
 */
export function judgeThresholds(
  thresholds: readonly Threshold[],
  measured: Measured,
): RunRecord['thresholds'] {
  return thresholds.map((threshold) => {
    const actual = measure(threshold.metric, measured);
    return {
      text: threshold.text,
      actual: actual === null ? 'nothing measured' : actual.text,
      passed: actual !== null && holds(threshold, actual),
    };
  });
}

function holds({ comparison, limit }: Threshold, { value, isLowerBound }: Actual): boolean {
  switch (comparison) {
    case '<':
      return !isLowerBound && value < limit;
    case '<=':
      return !isLowerBound && value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}

function measure(metric: ThresholdMetric, measured: Measured): Actual | null {
  switch (metric.kind) {
    case 'latency': {
      const { measure: of, quantile } = metric;
      const records = selected(metric.transaction, measured);
      return latencyOf(
        records.flatMap(({ latency }) => latency.committed?.[of] ?? []),
        quantile,
      );
    }
    case 'statement': {
      const { statement, node, quantile } = metric;
      const found = measured.statements.filter(
        (each) => each.name === statement && (node === null || each.node === node),
      );
      return latencyOf(
        found.map(({ latency }) => latency),
        quantile,
      );
    }
    case 'timer-lag':
      return latencyOf([measured.client.timerLag], metric.quantile);
    case 'replica-age': {
      const age = measured.replication?.age;
      if (age === undefined || age.samples === 0) return null;
      const value = { p50: age.p50Ms, p95: age.p95Ms, max: age.maxMs }[metric.quantile];
      // In a sample without an answer the replica may have been as old as one likes.
      return milliseconds(value, metric.quantile === 'max' && age.unknown > 0);
    }
    case 'client-busy':
      return share(measured.client.eventLoopUtilization);
    case 'per-thousand': {
      const records = selected(metric.transaction, measured);
      const arrivals = total(records, (record) => record.arrivals);
      if (arrivals === 0) return null;
      const events = total(records, (record) => eventCount(metric.event, record));
      const value = (1000 * events) / arrivals;
      return { value, isLowerBound: false, text: `${significant(value)} per 1000` };
    }
    case 'share': {
      const records = selected(metric.transaction, measured);
      const arrivals = total(records, (record) => record.arrivals);
      if (arrivals === 0) return null;
      return share(total(records, (record) => partCount(metric.part, record)) / arrivals);
    }
    case 'goodput':
    case 'offered': {
      const { startMs, endMs } = measured.phases.measurement;
      if (endMs <= startMs) return null;
      const count = total(selected(metric.transaction, measured), (record) =>
        metric.kind === 'goodput' ? record.outcomes.committed : record.arrivals,
      );
      const value = count / ((endMs - startMs) / 1000);
      return { value, isLowerBound: false, text: `${significant(value)} /s` };
    }
  }
}

/** A quantile over all of these together: of merged histograms, never of percentiles. */
function latencyOf(records: readonly LatencyRecord[], quantile: string): Actual | null {
  if (records.length === 0) return null;
  const merged = new LatencyHistogram();
  try {
    for (const { histogram, maxUs, count } of records) {
      if (count === 0) continue;
      const decoded = decodeHistogram(histogram, maxUs);
      merged.merge(decoded);
      decoded.close();
    }
    const censored = records.reduce((sum, record) => sum + record.censored, 0);
    if (merged.count + censored === 0) return null;
    if (quantile === 'max') return milliseconds(merged.maxUs / 1000, censored > 0);
    const q = Number(quantile.slice(1)) / 100;
    const { valueUs, isLowerBound } = censoredQuantile(merged, censored, q);
    return milliseconds(valueUs / 1000, isLowerBound);
  } finally {
    merged.close();
  }
}

function milliseconds(value: number, isLowerBound: boolean): Actual {
  return { value, isLowerBound, text: `${isLowerBound ? '> ' : ''}${significant(value)} ms` };
}

function share(value: number): Actual {
  return { value, isLowerBound: false, text: `${significant(value * 100)} %` };
}

function selected(name: string | null, { transactions }: Measured): readonly TransactionRecord[] {
  if (name === null) return Object.values(transactions);
  const record = transactions[name];
  return record === undefined ? [] : [record];
}

function eventCount(event: ThresholdEvent, record: TransactionRecord): number {
  const { failedAttempts, attempts, giveUps } = record;
  switch (event) {
    case 'deadlocks':
      return failedAttempts.deadlock;
    case 'serialization failures':
      return failedAttempts.serialization;
    case 'standby conflicts':
      return failedAttempts.standby_conflict;
    case 'give-ups':
      return giveUps;
    case 'retries':
      return attempts.reduce((sum, arrivals, retries) => sum + arrivals * retries, 0);
  }
}

/** Failed: every arrival that neither committed nor was rejected by a business rule. */
function partCount(part: ThresholdPart, record: TransactionRecord): number {
  const { arrivals, outcomes, late, staleReads } = record;
  switch (part) {
    case 'failed':
      return arrivals - outcomes.committed - outcomes.rejected;
    case 'late':
      return late;
    case 'stale':
      return staleReads;
    case 'in doubt':
      return outcomes.in_doubt;
    case 'rejected':
    case 'dropped':
    case 'unfinished':
      return outcomes[part];
  }
}

function total(
  records: readonly TransactionRecord[],
  count: (record: TransactionRecord) => number,
): number {
  return records.reduce((sum, record) => sum + count(record), 0);
}

function significant(value: number): string {
  return value === 0 ? '0' : Number(value.toPrecision(3)).toString();
}
