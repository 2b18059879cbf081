import { WAREHOUSES_PER_PRODUCT } from '../generators/catalogue.ts';
import { expand } from '../generators/order-archetypes.ts';
import { profileShape } from '../generators/profiles.ts';
import type { Shop } from '../generators/shop.ts';
import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import type { Access } from '../scenario/scenario.ts';
import { createProductChoice } from './product-choice.ts';
import type { RecentOrder, RecentOrders } from './recent-orders.ts';

/** A line of a basket. */
export interface BasketLine {
  readonly productId: number;
  readonly warehouseId: number;
  readonly quantity: number;
}

/**
 * Everything random about one arrival: what the shopper looks at and buys. Each draw is a pure function
 * of (seed, arrival, how many draws came before), so that one arrival is the same on every attempt,
 * every thread and every database. Only what looks at orders of the run depends on what has been placed.
 */
export interface Shopper {
  readonly arrival: number;
  /** The next uniform 32-bit word. */
  word(): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A product id by popularity, or from the hot set. */
  product(): number;
  quantity(): number;
  category(): number;
  warehouse(): number;
  searchTerm(): string;
  customer(): number;
  /** A customer who has bought before, or who has placed an order in this run. */
  returningBuyer(): number;
  /** An order of this run; null before the first. */
  recentOrder(): RecentOrder | null;
  /** Address, as typed, and password of any customer. */
  login(): { readonly email: string; readonly password: string };
  openCart(): number;
  /** Any order of the history. */
  order(): number;
  /** An order of the last days of the history, mostly not yet sent. */
  newOrder(): number;
  /** Any line of an order of the history. */
  orderLine(): number;
  coupon(): number;
  /** Distinct products, in the order in which they were put into the cart. */
  basket(): readonly BasketLine[];
  /** UUIDv8: the run in the upper bits, the arrival's number in the last 48. */
  checkoutToken(): string;
  /** UUIDv8 that no other arrival has, nor one of another run: the next of this arrival's. */
  uuid(): string;
}

export interface ShopperOptions extends Access {
  readonly shop: Shop;
  readonly seed: number;
  /** 14 lower-case hexadecimal digits that no other run has. */
  readonly runTag: string;
  readonly recentOrders: RecentOrders;
}

const WORDS = 2 ** 32;

// A basket of the tail is cut: a checkout of 60 lines would be another transaction.
const MOST_LINES = 12;

/** Makes the shoppers of one run. */
export function createShoppers(options: ShopperOptions): (arrival: number) => Shopper {
  const { shop, hot, recentOrders } = options;
  const key = columnKey(options.seed, 'workload', 'shopper');
  const uuidKey = columnKey(options.seed, options.runTag, 'uuid');
  const productOf = createProductChoice(shop, options.popularity);
  // Baskets and quantities are as in the shop's own orders.
  const shape = profileShape(shop.spec.profile);
  const basketSizes = expand(shape.linesPerOrder);
  const lineQuantities = expand(shape.quantities);
  return (arrival) => {
    let draws = 0;
    const word = () => cell(key, arrival, draws++);
    const chance = (probability: number) => word() < probability * WORDS;
    const product = () =>
      hot !== null && chance(hot.share)
        ? 1 + bounded(word(), Math.min(hot.products, shop.counts.products))
        : productOf(word());
    const quantity = () => pick(lineQuantities, word());
    // Both words are drawn whatever comes of them, so that all later draws stay the same.
    const looksAtNew = () => {
      const isMeant = chance(options.newOrders);
      const recent = recentOrders.pick(word());
      return isMeant ? recent : null;
    };
    return {
      arrival,
      word,
      chance,
      product,
      quantity,
      category: () => shop.categoryAt(word()),
      warehouse: () => 1 + bounded(word(), shop.counts.warehouses),
      searchTerm: () => shop.searchTermAt(word()),
      customer: () => shop.customerAt(word()),
      returningBuyer() {
        const recent = looksAtNew();
        const buyer = shop.buyerAt(word());
        return recent?.customerId ?? buyer;
      },
      recentOrder: () => recentOrders.pick(word()),
      login: () => shop.loginOf(shop.customerAt(word())),
      openCart: () => shop.openCartAt(word()),
      order: () => 1 + bounded(word(), shop.counts.orders),
      newOrder: () => shop.newOrderAt(word()),
      orderLine: () => 1 + bounded(word(), shop.counts.order_items),
      coupon: () => shop.activeCouponAt(word()),
      basket() {
        const wanted = Math.min(pick(basketSizes, word()), MOST_LINES);
        const lines: BasketLine[] = [];
        const seen = new Set<number>();
        // A hot set can be smaller than the basket: the shopper gives up after a few repeats.
        for (let tries = 0; lines.length < wanted && tries < wanted + 8; tries++) {
          const productId = product();
          if (seen.has(productId)) continue;
          seen.add(productId);
          const warehouseId = shop.warehouseOf(productId, bounded(word(), WAREHOUSES_PER_PRODUCT));
          lines.push({ productId, warehouseId, quantity: quantity() });
        }
        return lines;
      },
      checkoutToken: () => checkoutToken(options.runTag, arrival),
      uuid() {
        const words = Array.from({ length: 4 }, () => cell(uuidKey, arrival, draws++));
        const digits = words.map((each) => each.toString(16).padStart(8, '0')).join('');
        const [first, second, third] = [
          digits.slice(0, 8),
          digits.slice(8, 12),
          digits.slice(13, 16),
        ];
        return `${first}-${second}-8${third}-8${digits.slice(17, 20)}-${digits.slice(20)}`;
      },
    };
  };
}

function pick(sizes: Uint8Array, word: number): number {
  return sizes[bounded(word, sizes.length)] ?? 1;
}

/** The token of an arrival; {@link arrivalOfToken} is its inverse. */
export function checkoutToken(runTag: string, arrival: number): string {
  const tag = `${runTag.slice(0, 8)}-${runTag.slice(8, 12)}-8${runTag.slice(12, 14)}0-8000`;
  return `${tag}-${arrival.toString(16).padStart(12, '0')}`;
}

export function arrivalOfToken(token: string): number {
  return Number.parseInt(token.slice(-12), 16);
}
