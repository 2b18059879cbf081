import type { Clock } from '../clock.ts';
import type { PgSession } from '../database/pg-session.ts';
import { RETRYABLE_OUTCOMES, type RetryableOutcome } from '../measurements/outcome.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { PickTransaction } from '../workloads/mix.ts';
import type { Shopper } from '../workloads/shopper.ts';
import type { Transaction } from '../workloads/transaction.ts';
import type { Arrival } from './arrival-schedule.ts';
import { type AttemptEnd, attempt } from './attempt.ts';
import { backoffMs } from './backoff.ts';
import type { Dispatch } from './executor.ts';
import type { Recorder } from './recorder.ts';
import type { Router } from './router.ts';

export interface DispatcherOptions {
  readonly scenario: Scenario;
  readonly pick: PickTransaction<Transaction<unknown>>;
  readonly shopperOf: (arrival: number) => Shopper;
  readonly router: Router;
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** The clock's time at the start of the warm-up. */
  readonly startedAt: number;
  /** Told of a fault of the program itself; the run must end. */
  readonly onFault: (error: unknown) => void;
}

/** What the attempts at one arrival came to. */
export interface ArrivalEnd {
  readonly end: AttemptEnd;
  readonly attempts: number;
  readonly failedAttempts: readonly RetryableOutcome[];
  /** Start of the last attempt on the clock. */
  readonly lastAttemptAt: number;
}

/** Serves arrivals: picks the transaction, waits for a client of the right node, tries and retries. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #cut = new AbortController();

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  readonly dispatch: Dispatch = (arrival) => {
    const served = this.#serve(arrival).catch(this.#options.onFault);
    this.#underWay.add(served);
    return served.finally(() => this.#underWay.delete(served));
  };

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Nothing is tried again from here on. */
  cut(): void {
    this.#cut.abort();
  }

  async #serve(arrival: Arrival): Promise<void> {
    const { scenario, router, recorder, clock, startedAt } = this.#options;
    const handedOverMs = clock.now() - startedAt;
    const shopper = this.#options.shopperOf(arrival.number);
    const transaction = this.#options.pick(shopper.word());
    const sample = recorder.arrive(arrival, transaction, handedOverMs);
    const { pool, passesReplicasOver } = router(transaction.access);

    const { load } = scenario;
    const hasRoom =
      load.executor !== 'constant-arrival-rate' ||
      pool.idleConnections > 0 ||
      pool.queueLength < load.maxQueue;
    if (!hasRoom) {
      sample.drop();
      return;
    }
    const input = transaction.input(shopper);
    const session = await pool.acquire();
    if (session === null) {
      sample.abandon();
      return;
    }
    const startMs = clock.now() - startedAt;
    session.observer = sample.observerFor(pool.node);
    try {
      const ended = await this.#tryRepeatedly(session, pool.role, transaction, input, shopper);
      const endedAt = clock.now();
      sample.end(ended, {
        node: pool.node,
        passesReplicasOver,
        startMs,
        endMs: endedAt - startedAt,
        lastAttemptMs: endedAt - ended.lastAttemptAt,
        wastedMs: ended.attempts > 1 ? ended.lastAttemptAt - startedAt - startMs : 0,
      });
    } finally {
      session.observer = null;
      pool.release(session);
    }
  }

  async #tryRepeatedly(
    session: PgSession,
    role: 'primary' | 'replica',
    transaction: Transaction<unknown>,
    input: unknown,
    shopper: Shopper,
  ): Promise<ArrivalEnd> {
    const { scenario, clock } = this.#options;
    const { maxAttempts, backoff } = scenario.retry;
    const { signal } = this.#cut;
    const failedAttempts: RetryableOutcome[] = [];
    for (let attempts = 1; ; attempts++) {
      const lastAttemptAt = clock.now();
      const end = await attempt(session, role, transaction, input, {
        isolation: scenario.isolation,
        identifies: scenario.security.rowLevel,
      });
      const retryable = end.kind === 'failed' ? asRetryable(end.cause.outcome) : null;
      if (retryable !== null) failedAttempts.push(retryable);
      const ended = { end, attempts, failedAttempts, lastAttemptAt };
      if (retryable === null || attempts >= maxAttempts || session.isLost) return ended;
      const waitMs = backoffMs(backoff, attempts - 1, shopper.word() / 2 ** 32);
      await clock.sleep(waitMs, signal).catch(() => {});
      if (signal.aborted) return ended;
    }
  }
}

function asRetryable(outcome: string): RetryableOutcome | null {
  return RETRYABLE_OUTCOMES.find((each) => each === outcome) ?? null;
}
