import type { Clock } from '../../clock.ts';
import { sqlStateOf } from '../../database/pg-session.ts';
import type { ReconnectingClient } from '../clients/reconnecting-client.ts';
import { type ReplicaAges, SILENT_AFTER_MS } from './replica-ages.ts';

/** How often the primary's heartbeat is moved: the resolution of every age. */
export const HEARTBEAT_PERIOD_MS = 100;

export interface ReplicaMonitorOptions {
  /** Connections of the monitor's own: a long query of another's would hold the heart. */
  readonly primary: Pick<ReconnectingClient, 'query' | 'close'>;
  readonly replicas: readonly Pick<ReconnectingClient, 'query' | 'close'>[];
  readonly clock: Clock;
  /** Where the ages are kept; a beat that is older than this run makes one of Infinity. */
  readonly ages: ReplicaAges;
  /**
   * Told every period of each replica's age, and of the WAL in bytes that it has yet to replay; null
   * where they cannot be told.
   */
  readonly onSample: (replica: number, ageMs: number | null, lagBytes: number | null) => void;
}

/** Bytes of WAL: positions are below 2^53 for 9 PB. */
const WRITTEN = `(pg_current_wal_insert_lsn() - '0/0')::bigint`;
const REPLAYED = `(pg_last_wal_replay_lsn() - '0/0')::bigint`;

/**
 * Measures how old the data is that a replica shows. Every period the primary's heartbeat row is
 * counted up and the moment of its commit kept; the replica's row says which beats it has. Its age is
 * the time since the first beat that it lacks was committed, 0 when it lacks none; while the heart or
 * the replica is silent, it grows. Moments are read from the harness's own clock, so that the servers'
 * clocks do not matter. Nothing here throws: what cannot be reached has an unknown age.
 */
export class ReplicaMonitor {
  readonly #options: ReplicaMonitorOptions;
  /** What each replica has yet to replay; null where it does not tell. */
  readonly #lagBytes: (number | null)[];
  /** Aurora's replicas share the storage and refuse the question (0A000). */
  readonly #tellsPosition: boolean[];
  #writtenLsn = 0;
  readonly #stop = new AbortController();
  /** By number of beats since the first; 0.3 MB an hour. */
  readonly #committedAt: number[] = [];
  /** The row counts on from the run before, so that a replica that shows less is known to be behind. */
  #firstBeat = 0;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: ReplicaMonitorOptions) {
    this.#options = options;
    this.#lagBytes = options.replicas.map(() => null);
    this.#tellsPosition = options.replicas.map(() => true);
  }

  /**
   * Starts the heart; resolves true when every replica has shown a beat of this start, false when
   * `timeoutMs` is over before.
   *
   * @throws the signal's reason when aborted; whatever the first beat failed with
   */
  async start(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const { primary, replicas, clock, ages } = this.#options;
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
      const now = clock.now();
      if (replicas.every((_, replica) => Number.isFinite(ages.ageMs(replica, now)))) return true;
      await clock.sleep(HEARTBEAT_PERIOD_MS, signal);
    }
    return false;
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
      const [row] = await primary.query<{ lsn: number }>({
        name: 'cartload.beat',
        text: `update cartload.heartbeat set beat = $1, beaten_at = clock_timestamp() where id = 1
               returning ${WRITTEN} as lsn`,
        values: [this.#firstBeat + this.#committedAt.length],
      });
      this.#committedAt.push(clock.now());
      this.#writtenLsn = row?.lsn ?? this.#writtenLsn;
    } catch {
      // A lost primary shows as a run full of failed arrivals, and in ages that grow.
    }
  }

  async #read(replica: number): Promise<void> {
    const { replicas, clock, ages } = this.#options;
    const tellsPosition = this.#tellsPosition[replica] === true;
    // Known before the replica is asked: what it lacks of it, it really lacks.
    const written = this.#writtenLsn;
    this.#lagBytes[replica] = null;
    try {
      const rows = await replicas[replica]?.query<{ beat: number; lsn?: number | null }>({
        name: tellsPosition ? 'cartload.read_beat' : 'cartload.read_beat_only',
        text: `select beat${tellsPosition ? `, ${REPLAYED} as lsn` : ''} from cartload.heartbeat where id = 1`,
      });
      const shown = rows?.[0];
      if (shown === undefined) return;
      ages.set(replica, this.#ageOf(shown.beat), clock.now());
      if (typeof shown.lsn === 'number') {
        this.#lagBytes[replica] = Math.max(0, written - shown.lsn);
      }
    } catch (error) {
      // Out of reach: its last answer grows old, and reads go elsewhere.
      if (sqlStateOf(error) === '0A000') this.#tellsPosition[replica] = false;
    }
  }

  #sample(): void {
    const { clock, ages, replicas, onSample } = this.#options;
    for (const [replica] of replicas.entries()) {
      const ageMs = ages.knownMs(replica, clock.now());
      onSample(replica, ageMs, ageMs === null ? null : (this.#lagBytes[replica] ?? null));
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
