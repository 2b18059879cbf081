/** What overdue answers of a heart that beats every 100 ms mean: silence. */
export const SILENT_AFTER_MS = 200;

/**
 * The ages of the replicas, written by the one who measures them and read by every worker. Two numbers
 * for each: its age at its last answer in milliseconds, and when that was on the system clock.
 */
export class ReplicaAges {
  readonly #answers: Float64Array;

  private constructor(answers: Float64Array) {
    this.#answers = answers;
  }

  /** Of so many replicas, all of unknown age. */
  static allocate(replicas: number): ReplicaAges {
    const answers = new Float64Array(new SharedArrayBuffer(Math.max(16, 16 * replicas)));
    answers.fill(Number.POSITIVE_INFINITY);
    return new ReplicaAges(answers);
  }

  /** Of the memory that another thread has allocated. */
  static over(memory: Float64Array): ReplicaAges {
    return new ReplicaAges(memory);
  }

  get memory(): Float64Array {
    return this.#answers;
  }

  set(replica: number, ageMs: number, at: number): void {
    this.#answers[2 * replica + 1] = at;
    this.#answers[2 * replica] = ageMs;
  }

  /** Milliseconds by which a replica is behind at `now`; while it is silent it grows. Infinity: unknown. */
  ageMs(replica: number, now: number): number {
    const ageMs = this.#answers[2 * replica] ?? Number.POSITIVE_INFINITY;
    const silentMs = now - (this.#answers[2 * replica + 1] ?? 0);
    return ageMs + (silentMs > SILENT_AFTER_MS ? silentMs : 0);
  }

  /** Null while it cannot be told. */
  knownMs(replica: number, now: number): number | null {
    const ageMs = this.#answers[2 * replica] ?? Number.POSITIVE_INFINITY;
    const isKnown =
      Number.isFinite(ageMs) && now - (this.#answers[2 * replica + 1] ?? 0) <= SILENT_AFTER_MS;
    return isKnown ? ageMs : null;
  }
}
