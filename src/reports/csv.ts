import { OUTCOME_GROUPS } from '../measurements/outcome.ts';
import type { LatencyRecord, RunRecord } from '../measurements/run-record.ts';
import { namedPoints } from './spectrum-points.ts';

type CsvValue = string | number | boolean | null;

/** The time line, one line an interval; an absent value is an empty field. */
export function renderSeriesCsv(record: RunRecord): string {
  const head = [
    'at_ms',
    'interval_ms',
    'arrivals',
    'committed',
    'rejected',
    'failed',
    'dropped',
    'retries',
    'p50_us',
    'p95_us',
    'p99_us',
    'max_us',
    'replica_age_ms',
    'event_loop_utilization',
  ];
  const { intervalMs, points } = record.series;
  const rows = points.map((point) => [
    point.atMs,
    intervalMs,
    point.arrivals,
    point.committed,
    point.rejected,
    point.failed,
    point.dropped,
    point.retries,
    point.p50Us,
    point.p95Us,
    point.p99Us,
    point.maxUs,
    point.replicaAgeMs,
    point.eventLoopUtilization,
  ]);
  return csv(head, rows);
}

/**
 * Percentiles of transactions (response, service, lag of each outcome group) and of statements (round
 * trip on each node), as far as n allows, and the maximum as quantile 1. `is_lower_bound`: the quantile
 * lies among the `censored`, which took longer than anything that was seen.
 */
export function renderPercentilesCsv(record: RunRecord): string {
  const head = [
    'kind',
    'name',
    'outcome_or_node',
    'measure',
    'n',
    'censored',
    'quantile',
    'latency_us',
    'is_lower_bound',
  ];
  const rows: CsvValue[][] = [];
  const add = (labels: readonly string[], latency: LatencyRecord) => {
    if (latency.count === 0) return;
    const { count, censored, maxUs } = latency;
    const points = namedPoints(latency).map(({ quantile, value }) => [
      quantile,
      value.valueUs,
      value.isLowerBound,
    ]);
    for (const point of [...points, [1, maxUs, censored > 0]]) {
      rows.push([...labels, count, censored, ...point]);
    }
  };
  for (const [name, transaction] of Object.entries(record.transactions)) {
    for (const group of OUTCOME_GROUPS) {
      const latencies = transaction.latency[group];
      if (latencies === undefined) continue;
      for (const measure of ['response', 'service', 'lag'] as const) {
        add(['transaction', name, group, measure], latencies[measure]);
      }
    }
  }
  for (const { name, node, latency } of record.statements) {
    add(['statement', name, node, 'round_trip'], latency);
  }
  return csv(head, rows);
}

/** As RFC 4180 has it, with a line of names. */
function csv(head: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [head, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: CsvValue): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
