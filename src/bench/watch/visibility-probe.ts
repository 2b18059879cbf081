import type { Clock } from '../../clock.ts';
import { type HistogramState, LatencyHistogram } from '../../measurements/histogram.ts';
import type { ReconnectingClient } from '../clients/reconnecting-client.ts';

export interface VisibilityProbeOptions {
  /** A connection of the probe's own to each replica. */
  readonly replicas: readonly Pick<ReconnectingClient, 'query' | 'close'>[];
  readonly clock: Clock;
}

/** What the probe has seen, as it crosses threads. */
export interface VisibilityState {
  readonly probes: number;
  readonly atOnce: number;
  readonly unknown: number;
  readonly latency: HistogramState | null;
}

const PAUSE_BETWEEN_MS = 100;
const FIRST_PAUSE_MS = 0.5;
const LONGEST_PAUSE_MS = 8;
const PATIENCE_MS = 5000;

/**
 * Measures how long an order takes to show on a replica: now and then it looks for one at the moment
 * when the primary has acknowledged it, and goes on looking until it is there. One order at a time, the
 * replicas in turn, at most ten a second, so that its reads are no load. An order that the first look
 * finds took no longer than that look.
 */
export class VisibilityProbe {
  readonly #options: VisibilityProbeOptions;
  readonly #latency = new LatencyHistogram();
  readonly #stop = new AbortController();
  #probes = 0;
  #atOnce = 0;
  #unknown = 0;
  #isBusy = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: VisibilityProbeOptions) {
    this.#options = options;
  }

  /** An order has been acknowledged just now. */
  offer(token: string, isMeasured: boolean): void {
    if (this.#isBusy || !isMeasured || this.#stop.signal.aborted) return;
    this.#isBusy = true;
    this.#running = this.#probe(token).finally(() => {
      this.#isBusy = false;
    });
  }

  /** Ends the probing and closes the connections. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#options.replicas.map((replica) => replica.close()));
    await this.#running;
  }

  toState(): VisibilityState {
    return {
      probes: this.#probes,
      atOnce: this.#atOnce,
      unknown: this.#unknown,
      latency: this.#latency.toState(),
    };
  }

  close(): void {
    this.#latency.close();
  }

  async #probe(token: string): Promise<void> {
    const { replicas, clock } = this.#options;
    const { signal } = this.#stop;
    const replica = replicas[this.#probes % replicas.length];
    if (replica === undefined) return;
    const acknowledgedAt = clock.now();
    let isVisible: boolean | null = false;
    for (let looks = 1, pauseMs = FIRST_PAUSE_MS; ; looks++) {
      isVisible = await looksFor(replica, token);
      if (signal.aborted) return;
      const waitedMs = clock.now() - acknowledgedAt;
      if (isVisible !== false || waitedMs > PATIENCE_MS) {
        this.#probes += 1;
        if (isVisible === true) {
          this.#latency.record(waitedMs * 1000);
          if (looks === 1) this.#atOnce += 1;
        } else this.#unknown += 1;
        break;
      }
      await clock.sleep(pauseMs, signal).catch(() => {});
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
    await clock.sleep(PAUSE_BETWEEN_MS, signal).catch(() => {});
  }
}

/** Null where the replica does not answer. */
async function looksFor(
  replica: Pick<ReconnectingClient, 'query'>,
  token: string,
): Promise<boolean | null> {
  try {
    const rows = await replica.query({
      name: 'cartload.look_for',
      text: 'select 1 from shop.orders where checkout_token = $1',
      values: [token],
    });
    return rows.length > 0;
  } catch {
    return null;
  }
}
