import { LatencyHistogram } from './histogram.ts';
import type { ReplicaAgeRecord, ReplicaRecord } from './run-record.ts';

/** What a replica's monitor saw of it, over the measurement window. */
export class ReplicaRecorder {
  readonly #age = new LatencyHistogram();
  /** Of bytes: a histogram of whole numbers serves them as well, up to 3.6 GB. */
  readonly #lagBytes = new LatencyHistogram(2);
  #unknown = 0;

  /**
   * @param ageMs of what the replica shows; null where it could not be told
   * @param lagBytes WAL that it has yet to replay; null where it could not be told
   */
  record(ageMs: number | null, lagBytes: number | null): void {
    if (ageMs === null) this.#unknown += 1;
    else this.#age.record(ageMs * 1000);
    if (lagBytes !== null) this.#lagBytes.record(lagBytes);
  }

  ageRecord(): ReplicaAgeRecord {
    return {
      samples: this.#age.count,
      unknown: this.#unknown,
      p50Ms: this.#age.quantileUs(0.5) / 1000,
      p95Ms: this.#age.quantileUs(0.95) / 1000,
      maxMs: this.#age.maxUs / 1000,
    };
  }

  lagBytesRecord(): ReplicaRecord['lagBytes'] {
    if (this.#lagBytes.count === 0) return null;
    return {
      samples: this.#lagBytes.count,
      p50: this.#lagBytes.quantileUs(0.5),
      p95: this.#lagBytes.quantileUs(0.95),
      max: this.#lagBytes.maxUs,
    };
  }

  /** Adds what was seen of another replica. */
  merge(other: ReplicaRecorder): void {
    this.#age.merge(other.#age);
    this.#unknown += other.#unknown;
  }

  /** Gives the memory of the histograms back. */
  close(): void {
    this.#age.close();
    this.#lagBytes.close();
  }
}
