import type { Clock } from '../clock.ts';
import type { ReconnectingClient } from './reconnecting-client.ts';

/** How often the primary's heartbeat is moved: the resolution of every age. */
export const HEARTBEAT_PERIOD_MS = 100;

/** What is overdue by more than a period counts as silence. */
const SILENT_AFTER_MS = 2 * HEARTBEAT_PERIOD_MS;

export interface ReplicaMonitorOptions {
  /** Connections of the monitor's own: a long query of another's would hold the heart. */
  readonly primary: Pick<ReconnectingClient, 'query' | 'close'>;
  readonly replicas: readonly Pick<ReconnectingClient, 'query' | 'close'>[];
  readonly clock: Clock;
  /** Told every period of each replica's age; null where it cannot be told. */
  readonly onSample: (replica: number, ageMs: number | null) => void;
}

interface Answer {
  /** Infinity where the beat is older than this run. */
  readonly ageMs: number;
  readonly at: number;
}

/**
 * Measures how old the data is that a replica shows. Every period the primary's heartbeat row is
 * counted up and the moment of its commit kept; the replica's row says which beats it has. Its age is
 * the time since the first beat that it lacks was committed, 0 when it lacks none; while the heart or
 * the replica is silent, it grows. Moments are read from the harness's own clock, so that the servers'
 * clocks do not matter. Nothing here throws: what cannot be reached has an unknown age.
 */
export class ReplicaMonitor {
  readonly #options: ReplicaMonitorOptions;
  readonly #answers: Answer[];
  readonly #stop = new AbortController();
  /** By number of beats since the first; 0.3 MB an hour. */
  readonly #committedAt: number[] = [];
  /** The row counts on from the run before, so that a replica that shows less is known to be behind. */
  #firstBeat = 0;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: ReplicaMonitorOptions) {
    this.#options = options;
    this.#answers = options.replicas.map(() => ({ ageMs: Number.POSITIVE_INFINITY, at: 0 }));
  }

  /**
   * Starts the heart; resolves true when every replica has shown a beat of this start, false when
   * `timeoutMs` is over before.
   *
   * @throws the signal's reason when aborted; whatever the first beat failed with
   */
  async start(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const { primary, replicas, clock } = this.#options;
    const [row] = await primary.query<{ beat: number }>({
      text: `insert into cartload.heartbeat as heartbeat (id, beat, beaten_at) values (1, 0, now())
             on conflict (id) do update set beat = heartbeat.beat + 1, beaten_at = now()
             returning beat`,
    });
    this.#firstBeat = row?.beat ?? 0;
    this.#committedAt.push(clock.now());
    const deadline = clock.now() + timeoutMs;
    this.#running = Promise.all([
      this.#every(() => this.#write()),
      ...replicas.map((_, replica) => this.#every(() => this.#read(replica))),
      this.#every(async () => this.#sample()),
    ]);
    while (clock.now() < deadline) {
      if (this.#answers.every(({ ageMs }) => Number.isFinite(ageMs))) return true;
      await clock.sleep(HEARTBEAT_PERIOD_MS, signal);
    }
    return false;
  }

  /** The age of a replica in milliseconds; Infinity while it cannot be told. */
  ageMs(replica: number): number {
    const answer = this.#answers[replica];
    if (answer === undefined) return Number.POSITIVE_INFINITY;
    const silentMs = this.#options.clock.now() - answer.at;
    return answer.ageMs + (silentMs > SILENT_AFTER_MS ? silentMs : 0);
  }

  /** Ends the heart and closes the connections; a query under way fails. */
  async stop(): Promise<void> {
    const { primary, replicas } = this.#options;
    this.#stop.abort();
    await Promise.all([primary, ...replicas].map((client) => client.close()));
    await this.#running;
  }

  async #every(step: () => Promise<void>): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stop;
    for (let due = clock.now(); !signal.aborted; due += HEARTBEAT_PERIOD_MS) {
      await step();
      const now = clock.now();
      if (due < now - HEARTBEAT_PERIOD_MS) due = now;
      await clock.sleep(Math.max(0, due + HEARTBEAT_PERIOD_MS - now), signal).catch(() => {});
    }
  }

  async #write(): Promise<void> {
    const { primary, clock } = this.#options;
    try {
      await primary.query({
        name: 'cartload.beat',
        text: 'update cartload.heartbeat set beat = $1, beaten_at = clock_timestamp() where id = 1',
        values: [this.#firstBeat + this.#committedAt.length],
      });
      this.#committedAt.push(clock.now());
    } catch {
      // A lost primary shows as a run full of failed arrivals, and in ages that grow.
    }
  }

  async #read(replica: number): Promise<void> {
    const { replicas, clock } = this.#options;
    try {
      const rows = await replicas[replica]?.query<{ beat: number }>({
        name: 'cartload.read_beat',
        text: 'select beat from cartload.heartbeat where id = 1',
      });
      const shown = rows?.[0]?.beat;
      if (shown !== undefined) {
        this.#answers[replica] = { ageMs: this.#ageOf(shown), at: clock.now() };
      }
    } catch {
      // Out of reach: its last answer grows old, and reads go elsewhere.
    }
  }

  #sample(): void {
    const { clock, onSample } = this.#options;
    for (const [replica, { ageMs, at }] of this.#answers.entries()) {
      const isKnown = Number.isFinite(ageMs) && clock.now() - at <= SILENT_AFTER_MS;
      onSample(replica, isKnown ? ageMs : null);
    }
  }

  #ageOf(shown: number): number {
    const now = this.#options.clock.now();
    const firstMissing = shown + 1 - this.#firstBeat;
    if (firstMissing <= 0) return Number.POSITIVE_INFINITY;
    const missingSince = this.#committedAt[firstMissing];
    if (missingSince !== undefined) return now - missingSince;
    const sinceLastMs = now - (this.#committedAt.at(-1) ?? now);
    return sinceLastMs > SILENT_AFTER_MS ? sinceLastMs : 0;
  }
}
