import { censoredQuantile } from '../measurements/censored-quantile.ts';
import { decodeHistogram } from '../measurements/histogram.ts';
import { quantileBounds } from '../measurements/quantile-bounds.ts';
import type { LatencyRecord, QuantileRecord } from '../measurements/run-record.ts';

/** What percentiles are computed from. */
type Samples = Pick<LatencyRecord, 'count' | 'censored' | 'maxUs' | 'histogram'>;

interface SpectrumPoint {
  readonly quantile: number;
  readonly value: QuantileRecord;
}

/** Fewer samples beyond a percentile than this, and its value is chance. */
export const MIN_SAMPLES_BEYOND = 10;

const FIRST_QUANTILE = 0.1;
const CURVE_POINTS = 64;
const DISTRIBUTION_POINTS = 100;
const TABLE_QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999] as const;

/** Percentiles of a latency, evenly spread over the log scale of 1/(1-p), as far as n allows. */
export function curvePoints(latency: Samples): readonly SpectrumPoint[] {
  const last = 1 - MIN_SAMPLES_BEYOND / (latency.count + latency.censored);
  if (!(last > FIRST_QUANTILE)) return [];
  const from = Math.log(1 - FIRST_QUANTILE);
  const to = Math.log(1 - last);
  return pointsAt(
    latency,
    Array.from(
      { length: CURVE_POINTS + 1 },
      (_, index) => 1 - Math.exp(from + ((to - from) * index) / CURVE_POINTS),
    ),
  );
}

/** The percentiles that people ask for by name, as far as n allows. */
export function namedPoints(latency: LatencyRecord): readonly SpectrumPoint[] {
  return pointsAt(latency, namedQuantiles(latency));
}

/** What the same percentiles lie between. */
export function namedBounds(latency: LatencyRecord): ReturnType<typeof quantileBounds> {
  return quantileBounds(latency, namedQuantiles(latency));
}

function namedQuantiles({ count, censored }: Samples): readonly number[] {
  // 0.9 of 100 leaves 10 beyond, though 100 x (1 - 0.9) is a little less in binary.
  return TABLE_QUANTILES.filter(
    (quantile) => (count + censored) * (1 - quantile) >= MIN_SAMPLES_BEYOND - 1e-6,
  );
}

/** Percentiles evenly spread over the arrivals themselves, for an empirical distribution. */
export function distributionPoints(latency: LatencyRecord): readonly SpectrumPoint[] {
  if (latency.count === 0) return [];
  return pointsAt(
    latency,
    Array.from({ length: DISTRIBUTION_POINTS }, (_, index) => (index + 1) / DISTRIBUTION_POINTS),
  );
}

function pointsAt(latency: Samples, quantiles: readonly number[]): readonly SpectrumPoint[] {
  const histogram = decodeHistogram(latency.histogram, latency.maxUs);
  try {
    return quantiles.map((quantile) => ({
      quantile,
      value: censoredQuantile(histogram, latency.censored, quantile),
    }));
  } finally {
    histogram.close();
  }
}
