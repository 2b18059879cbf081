import type { Clock } from '../../clock.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import type { ReconnectingClient } from '../clients/reconnecting-client.ts';

type Mark = RunRecord['marks'][number];

export interface MarkWatchOptions {
  /** A connection of its own to the primary. */
  readonly client: Pick<ReconnectingClient, 'query' | 'close'>;
  readonly clock: Clock;
}

interface Seen {
  /** Where the last checkpoint that was completed begins in the WAL. */
  readonly checkpoint: string | null;
  /** The checkpointer is writing; null where this role may not see it. */
  readonly isWriting: boolean | null;
  /** Tables that are being vacuumed. */
  readonly vacuumed: readonly string[];
}

const PERIOD_MS = 500;

const LOOK = {
  name: 'cartload.marks',
  text: `select (select redo_lsn::text from pg_control_checkpoint()) as checkpoint,
           (select wait_event is distinct from 'CheckpointerMain' and wait_event is not null
            from pg_stat_activity where backend_type = 'checkpointer') as "isWriting",
           coalesce((select array_agg(relid::regclass::text)
                     from pg_stat_progress_vacuum v join pg_stat_activity a using (pid)
                     where v.datname = current_database() and a.backend_type = 'autovacuum worker'),
                    '{}') as vacuumed`,
};

/**
 * Writes down what the primary does beside its work: checkpoints and autovacuum, to within half a
 * second. What begins and ends between two looks is not seen, but for a checkpoint's end.
 */
export class MarkWatch {
  readonly #options: MarkWatchOptions;
  readonly #stop = new AbortController();
  readonly #marks: Mark[] = [];
  #running: Promise<void> = Promise.resolve();

  constructor(options: MarkWatchOptions) {
    this.#options = options;
  }

  /** @param startedAt the clock's time at the start of the warm-up */
  start(startedAt: number): void {
    this.#running = this.#run(startedAt);
  }

  /** Ends the watch and closes the connection. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#options.client.close();
    await this.#running;
  }

  marks(): readonly Mark[] {
    return this.#marks;
  }

  async #run(startedAt: number): Promise<void> {
    const { client, clock } = this.#options;
    const { signal } = this.#stop;
    let before: Seen | null = null;
    while (!signal.aborted) {
      const atMs = Math.max(0, clock.now() - startedAt);
      try {
        const [seen]: Seen[] = await client.query<Seen & Record<string, unknown>>(LOOK);
        if (seen !== undefined && before !== null) this.#compare(before, seen, atMs);
        before = seen ?? before;
      } catch {
        // A lost server has marks of another kind.
      }
      await clock.sleep(PERIOD_MS, signal).catch(() => {});
    }
  }

  #compare(before: Seen, seen: Seen, atMs: number): void {
    const mark = (kind: string, text: string) => this.#marks.push({ atMs, kind, text });
    if (seen.isWriting === true && before.isWriting === false)
      mark('checkpoint', 'checkpoint began');
    if (seen.checkpoint !== before.checkpoint) mark('checkpoint', 'checkpoint done');
    for (const table of seen.vacuumed) {
      if (!before.vacuumed.includes(table)) mark('autovacuum', `autovacuum of ${table} began`);
    }
    for (const table of before.vacuumed) {
      if (!seen.vacuumed.includes(table)) mark('autovacuum', `autovacuum of ${table} done`);
    }
  }
}
