import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  initWebAssembly,
} from 'hdr-histogram-js';
import { CartloadError } from '../errors.ts';
import { nearestRank } from './nearest-rank.ts';

/** One hour, in microseconds: a longer latency is recorded as this. */
export const MAX_RECORDABLE_US = 3_600_000_000;

/** Loads the WebAssembly of the histograms: once in every thread, before the first is made. */
export async function initHistograms(): Promise<void> {
  await initWebAssembly();
}

/** A histogram as it crosses threads. */
export interface HistogramState {
  /** As `encode` gives it. */
  readonly text: string;
  readonly maxUs: number;
}

/**
 * Latencies in microseconds, from 0 to one hour, kept in buckets of a relative width of 10^-digits.
 * 3 digits take 95 kB and 2 digits 13 kB of WebAssembly memory; an unused one takes nothing.
 */
export class LatencyHistogram {
  readonly #digits: 2 | 3;
  #histogram: Histogram | null = null;
  #count = 0;
  /** Buckets round a maximum up, so the exact one is kept apart. */
  #maxUs = 0;

  constructor(digits: 2 | 3 = 3) {
    this.#digits = digits;
  }

  /** Samples, of this histogram and all that were merged into it. */
  get count(): number {
    return this.#count;
  }

  /** Mean of the samples; 0 without one. Of the buckets' middles, so within their width. */
  get meanUs(): number {
    return this.#histogram === null || this.#count === 0
      ? 0
      : Math.min(this.#histogram.mean, this.#maxUs);
  }

  /** The largest sample, exact unless it was above one hour; 0 without one. */
  get maxUs(): number {
    return this.#maxUs;
  }

  /** Adds a latency; a clock that stepped back (below 0) counts as 0. Throws on NaN. */
  record(us: number): void {
    if (Number.isNaN(us)) throw new TypeError('A latency is not a number.');
    const clampedUs = Math.round(Math.min(Math.max(us, 0), MAX_RECORDABLE_US));
    this.#made().recordValue(clampedUs);
    this.#count += 1;
    if (clampedUs > this.#maxUs) this.#maxUs = clampedUs;
  }

  /** Adds all samples of another histogram, as if they had been recorded here. */
  merge(other: LatencyHistogram): void {
    if (other.#histogram === null || other.#count === 0) return;
    this.#made().add(other.#histogram);
    this.#count += other.#count;
    this.#maxUs = Math.max(this.#maxUs, other.#maxUs);
  }

  /**
   * The latency of the sample of rank ceil(q x count), the smallest having rank 1: the upper edge of
   * its bucket, and never more than the maximum. 0 without a sample.
   */
  quantileUs(q: number): number {
    return this.valueAtRankUs(nearestRank(q, this.#count));
  }

  /** The latency of the sample of a rank from 1 to `count`, as `quantileUs` gives it. */
  valueAtRankUs(rank: number): number {
    if (this.#histogram === null || this.#count === 0) return 0;
    if (rank >= this.#count) return this.#maxUs;
    // Half a sample below the rank, so that no rounding of the percentile reaches another rank.
    const percentile = (100 * (rank - 0.5)) / this.#count;
    return Math.min(this.#histogram.getValueAtPercentile(percentile), this.#maxUs);
  }

  /** HdrHistogram's own encoding (V2, compressed, base64), which its tools in other languages read. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#made());
  }

  /** Forgets all samples and keeps the memory for the next ones. */
  reset(): void {
    this.#histogram?.reset();
    this.#count = 0;
    this.#maxUs = 0;
  }

  /** Gives the WebAssembly memory back; the histogram is then empty. */
  close(): void {
    this.#histogram?.destroy();
    this.#histogram = null;
    this.#count = 0;
    this.#maxUs = 0;
  }

  /** What another thread needs to go on with it; null where nothing was recorded. */
  toState(): HistogramState | null {
    return this.#count === 0 ? null : { text: this.encode(), maxUs: this.#maxUs };
  }

  /** Adds all samples of a histogram of the same digits that another thread recorded. */
  absorb(state: HistogramState | null): void {
    if (state === null) return;
    const other = LatencyHistogram.decoded(state.text, state.maxUs, this.#digits);
    this.merge(other);
    other.close();
  }

  /** A histogram with the samples of a decoded one. */
  static decoded(text: string, maxUs: number, digits: 2 | 3 = 3): LatencyHistogram {
    const result = new LatencyHistogram(digits);
    const decoded = decodeFromCompressedBase64(text, BUCKET_BITS, true);
    try {
      result.#made().add(decoded);
      result.#count = decoded.totalCount;
      result.#maxUs = maxUs;
    } finally {
      decoded.destroy();
    }
    return result;
  }

  #made(): Histogram {
    this.#histogram ??= build({
      useWebAssembly: true,
      bitBucketSize: BUCKET_BITS,
      // Of a fixed range, so that recording never allocates.
      autoResize: false,
      lowestDiscernibleValue: 1,
      highestTrackableValue: MAX_RECORDABLE_US,
      numberOfSignificantValueDigits: this.#digits,
    });
    return this.#histogram;
  }
}

/** Up to 4.2 billion samples a bucket, in half the memory of the next wider. */
const BUCKET_BITS = 32;

/**
 * The histogram that a run record holds. The exact maximum is not in the encoding: it stands beside
 * it in the record.
 *
 * @throws CartloadError `BAD_RUN_RECORD` when the text is not an encoded histogram.
 */
export function decodeHistogram(text: string, maxUs: number): LatencyHistogram {
  try {
    return LatencyHistogram.decoded(text, maxUs);
  } catch (cause) {
    throw new CartloadError(
      'BAD_RUN_RECORD',
      `The run record holds a histogram that cannot be decoded: ${JSON.stringify(text.slice(0, 24))}.`,
      { hint: 'The file was changed or cut off; use the record as cartload wrote it.', cause },
    );
  }
}
