import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import type { CouponBook } from './coupon-book.ts';
import type { CustomerBook } from './customer-book.ts';
import { COUNTRIES } from './data/places.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import { shippingCents, taxCents } from './money.ts';
import { type OrderArchetypes, STATUS } from './order-archetypes.ts';
import type { OrderLines } from './order-lines.ts';
import type { Zones } from './zones.ts';

/** An order with its money, in cents. Mutable and reused, so that the row path allocates nothing. */
export interface OrderFacts {
  order: number;
  block: number;
  /** 0 to 1999, see `OrderPlace`. */
  archetype: number;
  /** Status code. */
  status: number;
  customer: number;
  /** -1 without one. */
  coupon: number;
  subtotal: number;
  discount: number;
  shipping: number;
  tax: number;
  total: number;
}

/** A new, empty record of facts. */
export function orderFacts(): OrderFacts {
  return {
    order: -1,
    block: 0,
    archetype: 0,
    status: 0,
    customer: 0,
    coupon: -1,
    subtotal: 0,
    discount: 0,
    shipping: 0,
    tax: 0,
    total: 0,
  };
}

/** Orders with their money, recomputed from their lines, coupon and customer. */
export interface OrderBook {
  /** Fills `facts` for an order number, from 0. */
  read(order: number, facts: OrderFacts): void;
  /** The same for one whose place is known. */
  readAt(block: number, archetype: number, facts: OrderFacts): void;
  isCaptured(status: number): boolean;
  /** What has been given back: all for `refunded`, a part for some delivered ones, else 0. */
  refundOf(facts: OrderFacts): number;
}

export function createOrderBook(
  spec: DatasetSpec,
  zones: Zones,
  archetypes: OrderArchetypes,
  lines: OrderLines,
  coupons: CouponBook,
  customers: CustomerBook,
): OrderBook {
  const refundKey = columnKey(spec.seed, 'refunds', 'amount_cents');
  const place = { block: 0, archetype: 0 };

  const fill = (order: number, block: number, archetype: number, facts: OrderFacts): void => {
    const customer = customers.customerOf(order);
    const country = COUNTRIES[customers.countryOf(customer)];
    if (country === undefined) {
      throw new RangeError(`Customer ${customer} has no country.`);
    }
    const subtotal = lines.subtotalOf(block, archetype);
    const coupon =
      archetypes.hasCoupon[archetype] === 1 ? coupons.couponOf(block, archetype, subtotal) : -1;
    const discount = coupon < 0 ? 0 : coupons.discountOf(coupon, subtotal);
    const goods = subtotal - discount;
    facts.order = order;
    facts.block = block;
    facts.archetype = archetype;
    facts.status = archetypes.status[archetype] ?? 0;
    facts.customer = customer;
    facts.coupon = coupon;
    facts.subtotal = subtotal;
    facts.discount = discount;
    facts.shipping = shippingCents(country, goods);
    facts.tax = taxCents(country, goods);
    facts.total = goods + facts.shipping + facts.tax;
  };

  return {
    read(order, facts) {
      zones.locate(order, place);
      fill(order, place.block, place.archetype, facts);
    },
    readAt: (block, archetype, facts) =>
      fill(zones.orderOf(block, archetype), block, archetype, facts),
    isCaptured: (status) => status !== STATUS.pending && status !== STATUS.cancelled,
    refundOf(facts) {
      if (facts.status === STATUS.refunded) {
        return facts.total;
      }
      if (archetypes.partlyRefunded[facts.archetype] !== 1) {
        return 0;
      }
      // 10 to 50 per cent.
      return Math.floor((facts.total * (10 + bounded(cell(refundKey, facts.order), 41))) / 100);
    },
  };
}
