import type pg from 'pg';
import type { Clock } from '../clock.ts';

/** How often the primary's heartbeat is moved: the resolution of every age. */
export const HEARTBEAT_PERIOD_MS = 100;

const KEPT_BEATS = 1024;

/**
 * Measures how old the data is that a replica shows. Every period the primary's heartbeat row is
 * counted up and the moment of its commit kept; the replica's row says which beats it has. Its age is
 * the time since the first beat that it lacks was committed, 0 when it lacks none. Both moments are
 * read from the harness's own clock, so that the servers' clocks do not matter.
 */
export class ReplicaMonitor {
  readonly #primary: pg.Client;
  readonly #replicas: readonly pg.Client[];
  readonly #clock: Clock;
  readonly #onAge: (replica: number, ageMs: number) => void;
  readonly #committedAt = new Float64Array(KEPT_BEATS);
  readonly #ages: number[];
  readonly #stop = new AbortController();
  #beat = 0;
  #running: Promise<unknown> = Promise.resolve();

  /** @param onAge told of each sample, with the index of the replica */
  constructor(
    primary: pg.Client,
    replicas: readonly pg.Client[],
    clock: Clock,
    onAge: (replica: number, ageMs: number) => void,
  ) {
    this.#primary = primary;
    this.#replicas = replicas;
    this.#clock = clock;
    this.#onAge = onAge;
    this.#ages = replicas.map(() => Number.POSITIVE_INFINITY);
  }

  /** Starts the heart; resolves when every replica has shown the first beat or `timeoutMs` is over. */
  async start(timeoutMs: number): Promise<boolean> {
    await this.#primary.query(
      `insert into cartload.heartbeat (id, beat, beaten_at) values (1, 0, now())
       on conflict (id) do update set beat = 0, beaten_at = now()`,
    );
    const deadline = this.#clock.now() + timeoutMs;
    this.#running = Promise.all([
      this.#every(() => this.#write()),
      ...this.#replicas.map((replica, index) => this.#every(() => this.#read(replica, index))),
    ]);
    while (this.#clock.now() < deadline) {
      if (this.#beat > 0 && this.#ages.every(Number.isFinite)) return true;
      await this.#clock.sleep(HEARTBEAT_PERIOD_MS);
    }
    return false;
  }

  /** The last sampled age of a replica in milliseconds; Infinity while it cannot be told. */
  ageMs(replica: number): number {
    return this.#ages[replica] ?? Number.POSITIVE_INFINITY;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #every(step: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    for (let due = this.#clock.now(); !signal.aborted; due += HEARTBEAT_PERIOD_MS) {
      await step();
      const now = this.#clock.now();
      if (due < now - HEARTBEAT_PERIOD_MS) due = now;
      await this.#clock.sleep(Math.max(0, due + HEARTBEAT_PERIOD_MS - now), signal).catch(() => {});
    }
  }

  async #write(): Promise<void> {
    const beat = this.#beat + 1;
    try {
      await this.#primary.query({
        name: 'cartload.beat',
        text: 'update cartload.heartbeat set beat = $1, beaten_at = clock_timestamp() where id = 1',
        values: [beat],
      });
      this.#committedAt[beat % KEPT_BEATS] = this.#clock.now();
      this.#beat = beat;
    } catch {
      // A lost primary shows as a run full of failed arrivals; the heart must not hide it by throwing.
    }
  }

  async #read(replica: pg.Client, index: number): Promise<void> {
    let ageMs = Number.POSITIVE_INFINITY;
    try {
      const { rows } = await replica.query<{ beat: number }>({
        name: 'cartload.read_beat',
        text: 'select beat from cartload.heartbeat where id = 1',
      });
      const shown = rows[0]?.beat;
      if (shown !== undefined) ageMs = this.#ageOf(shown);
    } catch {
      // Out of reach: its age cannot be told, and reads go elsewhere.
    }
    this.#ages[index] = ageMs;
    if (Number.isFinite(ageMs)) this.#onAge(index, ageMs);
  }

  #ageOf(shown: number): number {
    if (shown >= this.#beat) return 0;
    const firstMissing = Math.max(shown + 1, this.#beat - KEPT_BEATS + 1);
    return this.#clock.now() - (this.#committedAt[firstMissing % KEPT_BEATS] ?? 0);
  }
}
