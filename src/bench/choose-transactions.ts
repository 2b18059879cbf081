import type { Scenario } from '../scenario/scenario.ts';
import { createTransactions } from '../workloads/registry.ts';
import { TRANSACTION_NAMES, type Transaction } from '../workloads/transaction.ts';

/** The transactions of a scenario's mix with their weights, in an order that every worker shares. */
export function chooseTransactions(
  scenario: Scenario,
): { readonly value: Transaction<unknown>; readonly weight: number }[] {
  const known = createTransactions({ ...scenario.checkout, logic: scenario.logic });
  return TRANSACTION_NAMES.flatMap((name) => {
    const value = known.get(name);
    const weight = scenario.mix[name] ?? 0;
    return value === undefined || weight === 0 ? [] : [{ value, weight }];
  });
}
