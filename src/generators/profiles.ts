import type { Profile } from '../schema/profiles.ts';
import type { Department } from './data/assortment.ts';
import { GENERAL_STORE } from './data/assortment.ts';
import {
  LINES_PER_CART,
  LINES_PER_ORDER,
  ORDERS_PER_BUYER,
  QUANTITIES,
} from './data/distributions.ts';
import { GROCERY_STORE } from './data/grocery-assortment.ts';

/** What a profile fixes for every block of 1000 orders. Counts are by size: 1, 2, ... */
export interface ProfileShape {
  readonly linesPerOrder: readonly number[];
  readonly ordersPerBuyer: readonly number[];
  /** Of the carts that have not become orders, for each 700. */
  readonly linesPerCart: readonly number[];
  /** Of 1024 lines, by pieces. */
  readonly quantities: readonly number[];
  readonly buyers: number;
  readonly customers: number;
  /** Customers with one, two, three addresses. */
  readonly addressCounts: readonly number[];
  /** Customers who changed their mind about marketing. */
  readonly optInChanges: number;
  /** Products for a block, within the limits of the catalogue. */
  readonly products: number;
  readonly departments: readonly Department[];
}

type Chosen = Pick<ProfileShape, 'customers' | 'addressCounts' | 'products' | 'departments'>;

/**
 * `default`: a general store. `grocery`: few households that order some ten lines again and again
 * (Instacart). `marketplace`: buyers who mostly come once for one thing, and a long tail of products
 * (Olist: 96,096 buyers of 99,441 orders, 1.13 lines an order, 32,951 products).
 */
const CHOSEN: Readonly<Record<Profile, Chosen>> = {
  default: {
    customers: 800,
    addressCounts: [680, 90, 30],
    products: 20,
    departments: GENERAL_STORE,
  },
  grocery: { customers: 80, addressCounts: [68, 9, 3], products: 15, departments: GROCERY_STORE },
  marketplace: {
    customers: 1200,
    addressCounts: [1020, 135, 45],
    products: 200,
    departments: GENERAL_STORE,
  },
};

export function profileShape(profile: Profile): ProfileShape {
  const chosen = CHOSEN[profile];
  const ordersPerBuyer = ORDERS_PER_BUYER[profile];
  return {
    ...chosen,
    linesPerOrder: LINES_PER_ORDER[profile],
    ordersPerBuyer,
    linesPerCart: LINES_PER_CART[profile],
    quantities: QUANTITIES[profile],
    buyers: totalOf(ordersPerBuyer),
    optInChanges: Math.round((30 * chosen.customers) / 800),
  };
}

function totalOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
