import type { TransactionDefinition } from '../scenario/transaction-definition.ts';
import { ownTransaction } from './own-sql/own-transaction.ts';
import type { Transaction } from './transaction.ts';
import { addToCart } from './transactions/add-to-cart.ts';
import { browseCategory } from './transactions/browse-category.ts';
import { cancelOrder } from './transactions/cancel-order.ts';
import { type CheckoutOptions, checkout, checkoutByProcedure } from './transactions/checkout.ts';
import { login } from './transactions/login.ts';
import { orderHistory } from './transactions/order-history.ts';
import { productCrud } from './transactions/product-crud.ts';
import { receiveStock } from './transactions/receive-stock.ts';
import { refreshAnalytics } from './transactions/refresh-analytics.ts';
import { refundOrder } from './transactions/refund-order.ts';
import { reports } from './transactions/reports.ts';
import { search } from './transactions/search.ts';
import { shipOrder } from './transactions/ship-order.ts';
import { suggest } from './transactions/suggest.ts';
import { trackOrder } from './transactions/track-order.ts';
import { updatePrice } from './transactions/update-price.ts';
import { viewCart } from './transactions/view-cart.ts';
import { viewProduct } from './transactions/view-product.ts';
import { writeReview } from './transactions/write-review.ts';

export interface WorkloadOptions extends CheckoutOptions {
  /** `procedure`: a checkout is one call of the server's function. */
  readonly strategy: 'statements' | 'pipelined' | 'procedure';
}

/** Every transaction a mix can name, with the scenario's options applied: ours, then the user's own. */
export function createTransactions(
  options: WorkloadOptions,
  own: readonly TransactionDefinition[] = [],
): ReadonlyMap<string, Transaction<unknown>> {
  const all: readonly Transaction<unknown>[] = [
    viewProduct,
    browseCategory,
    search,
    suggest,
    addToCart,
    viewCart,
    options.strategy === 'procedure' ? checkoutByProcedure(options) : checkout(options),
    orderHistory,
    trackOrder,
    login,
    writeReview(options.logic),
    cancelOrder,
    refundOrder,
    shipOrder,
    receiveStock,
    updatePrice,
    productCrud,
    ...reports,
    refreshAnalytics,
    ...own.map(ownTransaction),
  ];
  return new Map(all.map((each) => [each.name, each]));
}
