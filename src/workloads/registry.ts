import type { Transaction, TransactionName } from './transaction.ts';
import { addToCart } from './transactions/add-to-cart.ts';
import { browseCategory } from './transactions/browse-category.ts';
import { checkout } from './transactions/checkout.ts';
import { orderHistory } from './transactions/order-history.ts';
import { search } from './transactions/search.ts';
import { viewCart } from './transactions/view-cart.ts';
import { viewProduct } from './transactions/view-product.ts';

export interface WorkloadOptions {
  /** In which order a checkout locks its stock rows. */
  readonly lockOrder: 'cart' | 'sorted';
}

/** Every transaction a mix can name, with the scenario's options applied. */
export function createTransactions(
  options: WorkloadOptions,
): ReadonlyMap<TransactionName, Transaction<unknown>> {
  const all: readonly Transaction<unknown>[] = [
    viewProduct,
    browseCategory,
    search,
    addToCart,
    viewCart,
    checkout(options.lockOrder),
    orderHistory,
  ];
  return new Map(all.map((each) => [each.name, each]));
}
