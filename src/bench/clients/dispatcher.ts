import type { Clock } from '../../clock.ts';
import type { PgSession } from '../../database/pg-session.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { PickTransaction } from '../../workloads/mix.ts';
import type { RecentOrders } from '../../workloads/recent-orders.ts';
import type { Shopper } from '../../workloads/shopper.ts';
import type { Transaction } from '../../workloads/transaction.ts';
import type { Arrival } from '../arrivals/arrival-schedule.ts';
import type { Dispatch } from '../arrivals/executor.ts';
import type { Fallback, Recorder, Sample } from '../workers/recorder.ts';
import type { CausalReads } from './causal-reads.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { Router } from './router.ts';
import { SessionWatch } from './session-watch.ts';
import type { StatementTrace } from './statement-trace.ts';
import { tryRepeatedly } from './try-repeatedly.ts';

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
      const ended = await tryRepeatedly(session, pool.role, transaction, input, {
        scenario: this.#options.scenario,
        clock,
        signal: this.#cut.signal,
        word: shopper.word,
        onDeadlock: (report) => sample.deadlock(watch.explain(report)),
      });
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
}
