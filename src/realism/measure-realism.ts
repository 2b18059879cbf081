import type { Shop } from '../generators/shop.ts';
import { measureBooks } from './book-facts.ts';
import { measureOrders } from './order-facts.ts';
import { measureProducts } from './product-facts.ts';
import type { RealismClient } from './query.ts';
import type { RealismReport } from './realism-report.ts';
import { compareWithReferences } from './references.ts';
import { measureTime } from './time-facts.ts';

/**
 * Measures a loaded shop by SQL and sets it beside published figures of real shops. Reads only; the
 * client must see schema `shop` and be loaded with the dataset of `shop`.
 */
export async function measureRealism(client: RealismClient, shop: Shop): Promise<RealismReport> {
  const facts = {
    products: await measureProducts(client),
    orders: await measureOrders(client),
    times: await measureTime(client),
    books: await measureBooks(client),
  };
  const { profile, seed, orders } = shop.spec;
  return {
    identity: shop.identity.id,
    profile,
    seed,
    orders,
    lines: compareWithReferences(facts, profile),
    plots: {
      linesPerOrder: facts.orders.lines,
      ordersPerBuyer: facts.orders.buyers,
      popularity: facts.products.popularity,
      topShares: [
        [0.01, facts.products.top1],
        [0.2, facts.products.top20],
      ],
      sigma: facts.products.sigma,
      ordersByDay: facts.times.ordersByDay,
      firstDay: facts.times.firstDay,
      ordersByHour: facts.times.ordersByHour,
      prices: facts.products.prices,
      ratings: facts.orders.ratings,
    },
  };
}
