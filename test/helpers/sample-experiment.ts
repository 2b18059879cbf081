import { type CompareOptions, compareRuns } from '../../src/experiments/comparison/compare-runs.ts';
import type { RunRecord } from '../../src/measurements/run-record.ts';
import { targetPhrase } from '../../src/reports/headline.ts';
import { sampleLatency, sampleRecord } from './sample-record.ts';

/** A run whose checkouts take `factor` times as long as the sample's. */
export function sampleRepeat(
  id: string,
  factor: number,
  changes: Partial<RunRecord> = {},
): RunRecord {
  const record = sampleRecord(changes);
  const { checkout } = record.transactions;
  const latency = checkout?.latency.committed;
  const { server } = record;
  if (checkout === undefined || latency === undefined || server === undefined) {
    throw new Error('the sample has checkouts and servers');
  }
  const response = sampleLatency(3_600, 42_000 * factor, Number.parseInt(id.slice(1), 10) + 100);
  const perAction = server.perAction === null ? null : { ...server.perAction, cpuMs: 1.2 * factor };
  return {
    ...record,
    id,
    server: { ...server, perAction },
    transactions: {
      ...record.transactions,
      checkout: {
        ...checkout,
        latency: { ...checkout.latency, committed: { ...latency, response } },
      },
    },
  };
}

/** Repeats that scatter by a few percent about a factor. */
export function sampleRepeats(
  prefix: string,
  count: number,
  factor: number,
  changes: Partial<RunRecord> = {},
): RunRecord[] {
  return Array.from({ length: count }, (_, index) =>
    sampleRepeat(`${prefix}${index + 1}`, factor * (1 + 0.01 * ((index * 7) % 5)), changes),
  );
}

/** Compares arms as the command does. `initHistograms()` must have been awaited before. */
export function sampleComparison(
  arms: CompareOptions['arms'],
  changes: Partial<CompareOptions> = {},
) {
  return compareRuns({
    id: '2026-11-21T10-00-00Z-compare',
    startedAt: '2026-11-21T10:00:00.000Z',
    cartloadVersion: '0.1.0',
    command: 'cartload compare before=b1,b2 after=a1,a2',
    kind: 'compare',
    arms,
    describeTarget: targetPhrase,
    isPaired: false,
    ...changes,
  });
}
