import type { Scenario } from '../../scenario/scenario.ts';
import { createTransactions } from '../../workloads/registry.ts';
import type { Transaction } from '../../workloads/transaction.ts';

/**
 * The transactions of a scenario's mix with their weights, in an order that every worker shares.
 *
 * @param create makes all that there are: those of the running code where absent
 */
export function chooseTransactions(
  scenario: Scenario,
  create = createTransactions,
): { readonly value: Transaction<unknown>; readonly weight: number }[] {
  const { checkout, logic, mix, transactions } = scenario;
  const known = create({ ...checkout, logic }, transactions);
  const weights = new Map(Object.entries(mix));
  return [...known.values()].flatMap((value) => {
    const weight = weights.get(value.name) ?? 0;
    return weight === 0 ? [] : [{ value, weight }];
  });
}
