import type { RunRecord, TransactionRecord } from '../measurements/run-record.ts';
import type { Threshold, ThresholdMetric } from '../scenario/threshold.ts';

type Measured = Pick<RunRecord, 'transactions' | 'phases'>;

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

const QUANTILES = { p50: 'p50', p90: 'p90', p95: 'p95', p99: 'p99', 'p99.9': 'p999' } as const;

function measure(metric: ThresholdMetric, measured: Measured): Actual | null {
  switch (metric.kind) {
    case 'latency': {
      const committed = measured.transactions[metric.transaction]?.latency.committed;
      const latency = committed?.[metric.measure];
      if (latency === undefined) return null;
      const { valueUs, isLowerBound } =
        metric.quantile === 'max'
          ? { valueUs: latency.maxUs, isLowerBound: latency.censored > 0 }
          : latency[QUANTILES[metric.quantile]];
      const value = valueUs / 1000;
      return { value, isLowerBound, text: `${isLowerBound ? '> ' : ''}${significant(value)} ms` };
    }
    case 'per-thousand': {
      const record = measured.transactions[metric.transaction];
      if (record === undefined || record.arrivals === 0) return null;
      const value = (1000 * eventCount(metric.event, record)) / record.arrivals;
      return { value, isLowerBound: false, text: `${significant(value)} per 1000` };
    }
    case 'share': {
      const records = selected(metric.transaction, measured);
      const arrivals = total(records, (record) => record.arrivals);
      if (arrivals === 0) return null;
      const value = total(records, (record) => partCount(metric.part, record)) / arrivals;
      return { value, isLowerBound: false, text: `${significant(value * 100)} %` };
    }
    case 'goodput': {
      const { startMs, endMs } = measured.phases.measurement;
      if (endMs <= startMs) return null;
      const records = selected(metric.transaction, measured);
      const committed = total(records, (record) => record.outcomes.committed);
      const value = committed / ((endMs - startMs) / 1000);
      return { value, isLowerBound: false, text: `${significant(value)} /s` };
    }
  }
}

function selected(name: string | null, { transactions }: Measured): readonly TransactionRecord[] {
  if (name === null) return Object.values(transactions);
  const record = transactions[name];
  return record === undefined ? [] : [record];
}

function eventCount(
  event: 'deadlocks' | 'serialization failures' | 'retries',
  { failedAttempts, attempts }: TransactionRecord,
): number {
  if (event === 'deadlocks') return failedAttempts.deadlock;
  if (event === 'serialization failures') return failedAttempts.serialization;
  return attempts.reduce((sum, arrivals, retries) => sum + arrivals * retries, 0);
}

/** Failed: every arrival that neither committed nor was rejected by a business rule. */
function partCount(
  part: 'failed' | 'rejected' | 'dropped' | 'late',
  { arrivals, outcomes, late }: TransactionRecord,
): number {
  if (part === 'failed') return arrivals - outcomes.committed - outcomes.rejected;
  if (part === 'late') return late;
  return outcomes[part];
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
