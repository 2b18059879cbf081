import { type Alarm, openAlarmThread } from '../../bench/arrivals/alarm.ts';
import { arrivalRate } from '../../bench/arrivals/executors/arrival-rate.ts';
import { tryRepeatedly } from '../../bench/clients/try-repeatedly.ts';
import { chooseTransactions } from '../../bench/workers/choose-transactions.ts';
import { systemClock } from '../../clock.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import { createShop } from '../../generators/shop.ts';
import { createMix } from '../../workloads/mix.ts';
import { RecentOrders } from '../../workloads/recent-orders.ts';
import { createShoppers, type Shopper } from '../../workloads/shopper.ts';
import type { Transaction } from '../../workloads/transaction.ts';
import { loadCodeBase } from '../arms/code-base.ts';
import { type DealOptions, dealPairs, firstOf } from './deal-pairs.ts';
import {
  COMMITTED,
  type DuetArmPlan,
  type DuetSamples,
  FAILED,
  REJECTED,
} from './duet-messages.ts';
import { DuetSessions } from './duet-sessions.ts';

const OUTCOMES = { committed: COMMITTED, rejected: REJECTED, failed: FAILED } as const;
/** A backend has come to rest so long after its last answer. */
const REST_MS = 30;

/** Runs one arm of a duet: on one database after another, one block after another. */
export class DuetArm {
  readonly #plan: DuetArmPlan;
  readonly #mix: ReturnType<typeof chooseTransactions>;
  readonly #shop: ReturnType<typeof createShop>;
  readonly #alarm: Alarm;
  readonly #recentOrders = new RecentOrders();
  #shopperOf: (arrival: number) => Shopper = () => {
    throw new Error('no database is open');
  };
  #sessions: DuetSessions | null = null;
  #samples: DuetSamples | null = null;
  #first = 0;

  private constructor(plan: DuetArmPlan, mix: ReturnType<typeof chooseTransactions>, alarm: Alarm) {
    this.#plan = plan;
    this.#mix = mix;
    this.#alarm = alarm;
    this.#shop = createShop(plan.scenario.dataset);
  }

  static async create(plan: DuetArmPlan): Promise<DuetArm> {
    const { workload } = await loadCodeBase(plan.root);
    const mix = chooseTransactions(plan.scenario, workload.createTransactions);
    return new DuetArm(plan, mix, await openAlarmThread(systemClock));
  }

  async open(database: ServerAddress, runTag: string): Promise<void> {
    const { scenario, connections } = this.#plan;
    this.#sessions = await DuetSessions.open({
      database,
      scenario,
      connections,
      statements: this.#mix.flatMap(({ value }) => value.statements),
      charge: (arrival, cpuMs) => {
        if (this.#samples !== null) this.#samples.cpuMs[arrival - this.#first] = cpuMs;
      },
    });
    this.#shopperOf = createShoppers({
      ...scenario.access,
      shop: this.#shop,
      seed: scenario.dataset.seed,
      runTag,
      recentOrders: this.#recentOrders,
    });
  }

  async run(startedAt: number, deal: DealOptions): Promise<DuetSamples> {
    const sessions = this.#sessions;
    if (sessions === null) throw new Error('no database is open');
    const arrivals = dealPairs(deal);
    const samples: DuetSamples = {
      names: this.#mix.map(({ value }) => value.name),
      transaction: new Uint8Array(arrivals.length),
      outcome: new Uint8Array(arrivals.length).fill(FAILED),
      serviceMs: new Float64Array(arrivals.length).fill(Number.NaN),
      cpuMs: new Float64Array(arrivals.length).fill(Number.NaN),
    };
    this.#samples = samples;
    this.#first = firstOf(deal.block);
    const pick = createMix(this.#mix.map(({ weight }, value) => ({ value, weight })));
    const { signal } = new AbortController();
    const underWay: Promise<void>[] = [];
    const execute = arrivalRate(arrivals, this.#alarm);
    await execute({
      clock: systemClock,
      startedAt,
      signal,
      dispatch: ({ number }) => {
        const served = this.#serve(sessions, number, number - this.#first, pick, samples);
        underWay.push(served);
        return served;
      },
    });
    await Promise.all(underWay);
    await systemClock.sleep(REST_MS);
    sessions.settle();
    this.#samples = null;
    return samples;
  }

  async closeDatabase(): Promise<void> {
    await this.#sessions?.close();
    this.#sessions = null;
  }

  async close(): Promise<void> {
    await this.closeDatabase();
    await this.#alarm.close();
  }

  async #serve(
    sessions: DuetSessions,
    number: number,
    index: number,
    pick: (word: number) => number,
    samples: DuetSamples,
  ): Promise<void> {
    const shopper = this.#shopperOf(number);
    const chosen = pick(shopper.word());
    const transaction = this.#mix[chosen]?.value as Transaction<unknown>;
    const input = transaction.input(shopper);
    samples.transaction[index] = chosen;
    await sessions.serve(number, async (session) => {
      const ended = await tryRepeatedly(session, 'primary', transaction, input, {
        scenario: this.#plan.scenario,
        clock: systemClock,
        signal: new AbortController().signal,
        word: shopper.word,
        onDeadlock: () => {},
      });
      samples.serviceMs[index] = systemClock.now() - ended.firstAttemptAt;
      samples.outcome[index] = OUTCOMES[ended.end.kind];
      if (ended.end.kind === 'committed' && ended.end.order !== null) {
        this.#recentOrders.add(shopper.checkoutToken(), transaction.customerOf?.(input) ?? 0);
      }
    });
  }
}
