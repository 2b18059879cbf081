import type { Clock } from '../../clock.ts';
import type { ReconnectingClient } from '../clients/reconnecting-client.ts';

export interface PeriodicLookOptions {
  /** A connection of its own, closed at the end. */
  readonly client: Pick<ReconnectingClient, 'close'>;
  readonly clock: Clock;
  readonly periodMs: number;
  /** Called every period with the time since the start of the warm-up; must not reject. */
  readonly look: (atMs: number, signal: AbortSignal) => Promise<void>;
}

/** Looks at a server again and again while a load goes on; one that takes long delays the next look. */
export class PeriodicLook {
  readonly #options: PeriodicLookOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: PeriodicLookOptions) {
    this.#options = options;
  }

  /** @param startedAt the clock's time at the start of the warm-up */
  start(startedAt: number): void {
    this.#running = this.#run(startedAt);
  }

  /** Ends the looking and closes the connection. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#options.client.close();
    await this.#running;
  }

  async #run(startedAt: number): Promise<void> {
    const { clock, periodMs, look } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const atMs = clock.now() - startedAt;
      await look(atMs, signal);
      const restMs = Math.max(0, atMs + periodMs - (clock.now() - startedAt));
      await clock.sleep(restMs, signal).catch(() => {});
    }
  }
}
