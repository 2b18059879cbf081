import type { Clock } from '../../clock.ts';
import type { PgSession } from '../../database/pg-session.ts';
import { RETRYABLE_OUTCOMES, type RetryableOutcome } from '../../measurements/outcome.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { PickTransaction } from '../../workloads/mix.ts';
import type { RecentOrders } from '../../workloads/recent-orders.ts';
import type { Shopper } from '../../workloads/shopper.ts';
import type { Transaction } from '../../workloads/transaction.ts';
import type { Arrival } from '../arrivals/arrival-schedule.ts';
import type { Dispatch } from '../arrivals/executor.ts';
import type { Fallback, Recorder, Sample } from '../workers/recorder.ts';
import { type AttemptEnd, attempt } from './attempt.ts';
import { backoffMs } from './backoff.ts';
import type { CausalReads } from './causal-reads.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { Router } from './router.ts';
import { SessionWatch } from './session-watch.ts';
import type { StatementTrace } from './statement-trace.ts';

export interface DispatcherOptions {
  readonly scenario: Scenario;
  readonly pick: PickTransaction<Transaction<unknown>>;
  readonly shopperOf: (arrival: number) => Shopper;
  readonly recentOrders: RecentOrders;
  readonly router: Router;
  /** Arrivals that may wait for a connection to one node; beyond it they are dropped. */
  readonly maxQueue: number;
  /** Null: reads do not wait for writes. */
  readonly causalReads: CausalReads | null;
  readonly trace: StatementTrace;
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** The clock's time at the start of the warm-up. */
  readonly startedAt: number;
  /** Told of each acknowledged order. */
  readonly onOrder: (token: string) => void;
  /** Told of a fault of the program itself; the run must end. */
  readonly onFault: (error: unknown) => void;
}

/** What the attempts at one arrival came to. */
export interface ArrivalEnd {
  readonly end: AttemptEnd;
  readonly attempts: number;
  readonly failedAttempts: readonly RetryableOutcome[];
  /** Start of the first and of the last attempt on the clock. */
  readonly firstAttemptAt: number;
  readonly lastAttemptAt: number;
}

/** A connection for one arrival. */
interface Lease {
  readonly pool: ConnectionPool;
  readonly session: PgSession;
  readonly fallback: Fallback | null;
  readonly causalWaitMs: number | null;
  /** When it got the first connection, on the clock. */
  readonly startedAt: number;
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
    const { recorder, clock, startedAt, causalReads, trace } = this.#options;
    const handedOverMs = clock.now() - startedAt;
    const shopper = this.#options.shopperOf(arrival.number);
    const transaction = this.#options.pick(shopper.word());
    const sample = recorder.arrive(arrival, transaction.name, handedOverMs);
    const input = transaction.input(shopper);
    const customerId = transaction.customerOf?.(input) ?? null;
    const neededLsn =
      customerId !== null && transaction.access === 'read'
        ? (causalReads?.neededBy(customerId) ?? 0)
        : 0;
    const lease = await this.#lease(transaction, neededLsn, sample);
    if (lease === null) return;

    const { pool, session } = lease;
    const slot = pool.slotOf(session);
    const watch = new SessionWatch(trace, slot, transaction.name, sample.observerFor(pool.node));
    session.observer = watch;
    try {
      const ended = await this.#tryRepeatedly(lease, transaction, input, shopper, sample, watch);
      const { end } = ended;
      if (end.kind === 'committed' && transaction.access === 'write' && customerId !== null) {
        await causalReads?.noteWrite(session, customerId);
      }
      const endedAt = clock.now();
      if (end.kind === 'committed' && end.order !== null) {
        const token = shopper.checkoutToken();
        this.#options.recentOrders.add(token, customerId ?? 0);
        this.#options.onOrder(token);
      }
      sample.end(ended, {
        node: pool.node,
        fallback: lease.fallback,
        causalWaitMs: lease.causalWaitMs,
        startMs: lease.startedAt - startedAt,
        endMs: endedAt - startedAt,
        lastAttemptMs: endedAt - ended.lastAttemptAt,
        wastedMs: ended.lastAttemptAt - ended.firstAttemptAt,
      });
    } finally {
      session.observer = null;
      pool.release(session);
    }
  }

  /** A connection to the node that the policy wants, or to the primary; null when the sample has ended. */
  async #lease(
    { name, access }: Transaction<unknown>,
    neededLsn: number,
    sample: Sample,
  ): Promise<Lease | null> {
    const { router, maxQueue, clock, causalReads, trace } = this.#options;
    let startedAt: number | null = null;
    let turnedAway: Fallback | null = null;
    for (;;) {
      const route = router(access, turnedAway !== null);
      const { pool } = route;
      const fallback = turnedAway ?? route.fallback;
      if (pool.idleConnections === 0 && pool.queueLength >= maxQueue) {
        sample.drop();
        return null;
      }
      const session = await pool.acquire();
      if (session === null) {
        if (pool.role === 'replica' && pool.isDown) {
          turnedAway = 'lost';
          continue;
        }
        sample.abandon();
        return null;
      }
      startedAt ??= clock.now();
      if (pool.role === 'primary' || causalReads === null) {
        return { pool, session, fallback, causalWaitMs: null, startedAt };
      }
      const slot = pool.slotOf(session);
      session.observer = new SessionWatch(trace, slot, name, sample.observerFor(pool.node));
      const causalWaitMs = await causalReads.waitFor(session, pool.node, neededLsn);
      if (causalWaitMs !== null) return { pool, session, fallback, causalWaitMs, startedAt };
      session.observer = null;
      pool.release(session);
      turnedAway = 'not-caught-up';
    }
  }

  async #tryRepeatedly(
    { pool, session }: Lease,
    transaction: Transaction<unknown>,
    input: unknown,
    shopper: Shopper,
    sample: Sample,
    watch: SessionWatch,
  ): Promise<ArrivalEnd> {
    const { scenario, clock } = this.#options;
    const { maxAttempts, backoff } = scenario.retry;
    const { signal } = this.#cut;
    const failedAttempts: RetryableOutcome[] = [];
    const firstAttemptAt = clock.now();
    for (let attempts = 1, lastAttemptAt = firstAttemptAt; ; attempts++) {
      const end = await attempt(session, pool.role, transaction, input, {
        isolation: scenario.isolation,
        identifies: scenario.security.rowLevel,
      });
      if (end.kind === 'failed' && end.deadlock !== null) {
        sample.deadlock(watch.explain(end.deadlock));
      }
      const retryable = end.kind === 'failed' ? asRetryable(end.cause.outcome) : null;
      if (retryable !== null) failedAttempts.push(retryable);
      const ended = { end, attempts, failedAttempts, firstAttemptAt, lastAttemptAt };
      if (retryable === null || attempts >= maxAttempts || session.isLost) return ended;
      const waitMs = backoffMs(backoff, attempts - 1, shopper.word() / 2 ** 32);
      await clock.sleep(waitMs, signal).catch(() => {});
      if (signal.aborted) return ended;
      lastAttemptAt = clock.now();
    }
  }
}

function asRetryable(outcome: string): RetryableOutcome | null {
  return RETRYABLE_OUTCOMES.find((each) => each === outcome) ?? null;
}
