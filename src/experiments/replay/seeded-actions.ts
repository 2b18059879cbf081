import { type AttemptEnd, type AttemptSession, attempt } from '../../bench/clients/attempt.ts';
import { chooseTransactions } from '../../bench/workers/choose-transactions.ts';
import type { Shop } from '../../generators/shop.ts';
import { RecentOrders } from '../../workloads/recent-orders.ts';
import { createShoppers } from '../../workloads/shopper.ts';
import type { Transaction } from '../../workloads/transaction.ts';
import type { Arm } from '../arms/arm.ts';
import { AnswerSums } from './answer-sums.ts';
import { observed } from './observe-session.ts';
import { ParameterSamples } from './parameter-samples.ts';

/** One kind of action of a mix, to be run again and again, and what was seen of it. */
export interface ActionKind {
  readonly transaction: Transaction<unknown>;
  readonly samples: ParameterSamples;
  readonly answers: AnswerSums;
  /** Runs the action of this number: the same one in every replay. */
  run(session: AttemptSession, index: number): Promise<AttemptEnd>;
}

/** In every token; an experiment's clones are alone, so it need not be any run's own. */
const RUN_TAG = '00000000000000';

/** The seeded actions of an arm's mix. They depend on those that were run before them, in their order. */
export function seededActions({ code, scenario }: Arm, shop: Shop): readonly ActionKind[] {
  const mix = chooseTransactions(scenario, code.workload.createTransactions);
  const recentOrders = new RecentOrders();
  const shopperOf = createShoppers({
    ...scenario.access,
    shop,
    seed: scenario.dataset.seed,
    runTag: RUN_TAG,
    recentOrders,
  });
  return mix.map(({ value: transaction }, kind) => {
    const samples = new ParameterSamples();
    const answers = new AnswerSums();
    const watched = observed(transaction, [samples, answers]);
    return {
      transaction,
      samples,
      answers,
      async run(session, index) {
        // Arrivals of their own for each kind: all of them together are one run.
        const shopper = shopperOf(index * mix.length + kind);
        const input = transaction.input(shopper);
        const end = await attempt(session, 'primary', watched, input, {
          isolation: scenario.isolation,
          identifies: scenario.security.rowLevel,
        });
        if (end.kind === 'committed' && end.order !== null) {
          recentOrders.add(shopper.checkoutToken(), transaction.customerOf?.(input) ?? 0);
        }
        return end;
      },
    };
  });
}
