import { censoredQuantile } from './censored-quantile.ts';
import type { LatencyHistogram } from './histogram.ts';
import type { LatencyRecord } from './run-record.ts';

/** What the run record keeps of a histogram; of an empty one all figures are 0 beside the count 0. */
export function latencyRecord(histogram: LatencyHistogram, censored: number): LatencyRecord {
  return {
    count: histogram.count,
    meanUs: histogram.meanUs,
    maxUs: histogram.maxUs,
    censored,
    p50: censoredQuantile(histogram, censored, 0.5),
    p90: censoredQuantile(histogram, censored, 0.9),
    p95: censoredQuantile(histogram, censored, 0.95),
    p99: censoredQuantile(histogram, censored, 0.99),
    p999: censoredQuantile(histogram, censored, 0.999),
    histogram: histogram.encode(),
  };
}
