import type { Clock } from '../../clock.ts';
import { applicationName } from '../../database/connect.ts';
import type { ServerNodeRecord, ServerRecord } from '../../measurements/server-record.ts';
import type { ReconnectingClient } from '../clients/reconnecting-client.ts';
import { PeriodicLook } from './periodic-look.ts';

export interface WaitSamplerOptions {
  readonly client: Pick<ReconnectingClient, 'query' | 'close'>;
  readonly clock: Clock;
  /** Of the sessions that are watched. */
  readonly purpose: string;
}

type Activity = ServerRecord['activity'][number];

interface Interval {
  readonly sums: Activity;
  samples: number;
}

const PERIOD_MS = 100;
const MOST_POINTS = 600;
const FIRST_INTERVAL_MS = 250;

const SAMPLE = {
  name: 'cartload.waits',
  // A session that waits for its client is not at work.
  text: `select coalesce(wait_event_type || '/' || wait_event, 'CPU') as event, count(*)::int as sessions
         from pg_stat_activity
         where application_name = $1 and state = 'active' and pid <> pg_backend_pid()
         group by 1`,
};

/**
 * Looks ten times a second at what the sessions of the load are waiting for. A sample is a moment: what
 * took long is seen often. Nothing here throws: a server that does not answer gives no sample.
 */
export class WaitSampler {
  readonly #looking: PeriodicLook;
  readonly #events = new Map<string, number>();
  #activity: Interval[] = [];
  #intervalMs = FIRST_INTERVAL_MS;
  #samples = 0;
  #failedSamples = 0;

  constructor(options: WaitSamplerOptions) {
    const { client, clock, purpose } = options;
    const values = [applicationName(purpose)];
    this.#looking = new PeriodicLook({
      client,
      clock,
      periodMs: PERIOD_MS,
      look: async (atMs, signal) => {
        try {
          const rows = await client.query<{ event: string; sessions: number }>({
            ...SAMPLE,
            values,
          });
          if (atMs >= 0) this.#add(atMs, rows);
        } catch {
          if (!signal.aborted) this.#failedSamples += 1;
        }
      },
    });
  }

  /** @param startedAt the clock's time at the start of the warm-up */
  start(startedAt: number): void {
    this.#looking.start(startedAt);
  }

  /** Ends the sampling and closes the connection. */
  async stop(): Promise<void> {
    await this.#looking.stop();
  }

  waits(): ServerNodeRecord['waits'] {
    const events = [...this.#events].sort(([, a], [, b]) => b - a);
    return {
      sessionSamples: events.reduce((sum, [, sessions]) => sum + sessions, 0),
      samples: this.#samples,
      failedSamples: this.#failedSamples,
      events: Object.fromEntries(events),
    };
  }

  /** The mean number of sessions at work, by what they were at. */
  activity(): Activity[] {
    return this.#activity.flatMap(({ sums, samples }) =>
      samples === 0
        ? []
        : [
            {
              atMs: sums.atMs,
              cpu: sums.cpu / samples,
              lock: sums.lock / samples,
              io: sums.io / samples,
              other: sums.other / samples,
            },
          ],
    );
  }

  #add(atMs: number, rows: readonly { readonly event: string; readonly sessions: number }[]): void {
    this.#samples += 1;
    while (atMs >= MOST_POINTS * this.#intervalMs) this.#halve();
    const index = Math.floor(atMs / this.#intervalMs);
    while (this.#activity.length <= index) {
      const start = this.#activity.length * this.#intervalMs;
      this.#activity.push({ sums: { atMs: start, cpu: 0, lock: 0, io: 0, other: 0 }, samples: 0 });
    }
    const interval = this.#activity[index];
    if (interval === undefined) return;
    interval.samples += 1;
    for (const { event, sessions } of rows) {
      this.#events.set(event, (this.#events.get(event) ?? 0) + sessions);
      interval.sums[classOf(event)] += sessions;
    }
  }

  /** Half as many points of twice the length. */
  #halve(): void {
    const halved: Interval[] = [];
    for (const [index, { sums, samples }] of this.#activity.entries()) {
      const left = index % 2 === 1 ? halved.at(-1) : undefined;
      if (left === undefined) halved.push({ sums, samples });
      else {
        left.samples += samples;
        for (const kind of ['cpu', 'lock', 'io', 'other'] as const) left.sums[kind] += sums[kind];
      }
    }
    this.#activity = halved;
    this.#intervalMs *= 2;
  }
}

function classOf(event: string): 'cpu' | 'lock' | 'io' | 'other' {
  if (event === 'CPU') return 'cpu';
  if (event.startsWith('Lock/') || event.startsWith('LWLock/')) return 'lock';
  return event.startsWith('IO/') ? 'io' : 'other';
}
