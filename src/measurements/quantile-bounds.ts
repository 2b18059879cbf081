import { quantileRanks } from '../statistics/quantile-interval.ts';
import { censoredQuantile } from './censored-quantile.ts';
import { decodeHistogram } from './histogram.ts';
import type { LatencyRecord, QuantileRecord } from './run-record.ts';

/** What each bound of a percentile may be wrong with. */
const ALPHA = 0.025;

interface QuantileBounds {
  readonly quantile: number;
  readonly lower: QuantileRecord;
  readonly upper: QuantileRecord;
}

/**
 * What percentiles lie between with 95 %, were the samples independent. With fewer than ten samples beyond
 * a percentile its bounds are the ends of the sample.
 */
export function quantileBounds(
  latency: Pick<LatencyRecord, 'count' | 'censored' | 'maxUs' | 'histogram'>,
  quantiles: readonly number[],
): readonly QuantileBounds[] {
  const total = latency.count + latency.censored;
  const histogram = decodeHistogram(latency.histogram, latency.maxUs);
  try {
    const atRank = (rank: number) => censoredQuantile(histogram, latency.censored, rank / total);
    return quantiles.map((quantile) => {
      const { lower, upper } = quantileRanks(total, quantile, ALPHA);
      return { quantile, lower: atRank(Math.max(1, lower)), upper: atRank(Math.min(total, upper)) };
    });
  } finally {
    histogram.close();
  }
}
