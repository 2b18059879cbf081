import type { Clock } from '../../clock.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import type { ReconnectingClient } from '../clients/reconnecting-client.ts';
import { PeriodicLook } from './periodic-look.ts';

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
  readonly #looking: PeriodicLook;
  readonly #marks: Mark[] = [];
  #before: Seen | null = null;

  constructor({ client, clock }: MarkWatchOptions) {
    this.#looking = new PeriodicLook({
      client,
      clock,
      periodMs: PERIOD_MS,
      look: async (atMs) => {
        try {
          const [seen]: Seen[] = await client.query<Seen & Record<string, unknown>>(LOOK);
          if (seen === undefined) return;
          if (this.#before !== null) this.#compare(this.#before, seen, Math.max(0, atMs));
          this.#before = seen;
        } catch {
          // A lost server has marks of another kind.
        }
      },
    });
  }

  /** @param startedAt the clock's time at the start of the warm-up */
  start(startedAt: number): void {
    this.#looking.start(startedAt);
  }

  /** Ends the watch and closes the connection. */
  async stop(): Promise<void> {
    await this.#looking.stop();
  }

  marks(): readonly Mark[] {
    return this.#marks;
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
