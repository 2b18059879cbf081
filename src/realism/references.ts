import type { Profile } from '../schema/profiles.ts';
import type { BookFacts } from './book-facts.ts';
import type { OrderFacts } from './order-facts.ts';
import type { ProductFacts } from './product-facts.ts';
import { meanSize, sizeAt, totalOf } from './query.ts';
import type { RealismFormat, RealismGroup, RealismLine } from './realism-report.ts';
import type { TimeFacts } from './time-facts.ts';

export interface ShopFacts {
  readonly products: ProductFacts;
  readonly orders: OrderFacts;
  readonly times: TimeFacts;
  readonly books: BookFacts;
}

const OTTO = 'OTTO, 2022 (fitted to its quantiles)';
const OTTO_SESSIONS = 'OTTO, 2022';
const OLIST = 'Olist, 2016-18';
const INSTACART = 'Instacart, 2017';
const UCI = 'UCI Online Retail II, 2009-11';
const REVIEW_STUDIES = 'J shape: Hu et al., 2009; level: own choice';
const INSTACART_SECONDARY = 'Instacart, from secondary sources';
/** No one has published it in a form that could be compared: the tolerance is what the generators aim at. */
export const OWN_CHOICE = 'own choice';
export const MUST_ADD_UP = 'must add up';

/** The measured facts beside what is known of real shops; what is expected depends on the profile. */
export function compareWithReferences(facts: ShopFacts, profile: Profile): readonly RealismLine[] {
  return [
    ...productLines(facts.products, facts.orders),
    ...orderLines(facts.orders, profile),
    ...customerLines(facts.orders, facts.books, profile),
    ...timeLines(facts.times, profile),
    ...reviewLines(facts.orders),
    ...bookLines(facts.books),
  ];
}

function productLines(products: ProductFacts, orders: OrderFacts): readonly RealismLine[] {
  const line = group('Products');
  const many = Math.floor(products.leaves / 3);
  return [
    line('Lines of the top 1 % of products', 'share', products.top1, '27-30 %', OTTO, [0.23, 0.32]),
    line(
      'Lines of the top 20 % of products',
      'share',
      products.top20,
      '80-83 %',
      OTTO,
      [0.77, 0.85],
    ),
    line('Log-normal sigma of popularity', 'number', products.sigma, '1.5-1.8', OTTO, [1.5, 1.85]),
    line(
      'Upper quartile of prices over the lower',
      'factor',
      products.priceQuartiles,
      '3.3',
      UCI,
      [2, 4.5],
    ),
    line(
      'Variance of log price between categories',
      'share',
      products.explainedByCategory,
      'most of it',
      OWN_CHOICE,
      [0.5, 0.95],
    ),
    line('Prices that end in 9 cents', 'share', products.endIn9, 'most', OWN_CHOICE, [0.6, 0.95]),
    line('Margin over cost', 'share', products.margin, '25-55 %', OWN_CHOICE, [0.2, 0.55]),
    line(
      'Leaf categories of a brand',
      'number',
      products.leavesPerBrand,
      'a few, not all',
      OWN_CHOICE,
      [1, many],
    ),
    line(
      'Lines at a price that has changed since',
      'share',
      products.oldPrices,
      'many',
      OWN_CHOICE,
      [0.3, 0.95],
    ),
    line(
      'Lines of a single piece',
      'share',
      (orders.quantities[0] ?? 0) / totalOf(orders.quantities),
      'p50 is one piece',
      OWN_CHOICE,
      [0.5, 0.9],
    ),
  ];
}

const MEAN_LINES = {
  default: ['about 2.4', OWN_CHOICE, [2.3, 2.5]],
  grocery: ['10.1', INSTACART, [9.6, 10.6]],
  marketplace: ['1.13', OLIST, [1.11, 1.15]],
} as const;

function orderLines(orders: OrderFacts, profile: Profile): readonly RealismLine[] {
  const line = group('Orders');
  const [published, source, tolerance] = MEAN_LINES[profile];
  const p50 = { default: [1, 2], grocery: [7, 10], marketplace: [1, 1] } as const;
  const p90 = { default: [4, 6], grocery: [17, 23], marketplace: [1, 2] } as const;
  return [
    line('Lines per order, mean', 'number', meanSize(orders.lines), published, source, tolerance),
    line(
      'Lines per order, p50',
      'count',
      sizeAt(orders.lines, 0.5),
      `${p50[profile].join(' to ')}`,
      OWN_CHOICE,
      p50[profile],
    ),
    line(
      'Lines per order, p90',
      'count',
      sizeAt(orders.lines, 0.9),
      `${p90[profile].join(' to ')}`,
      OWN_CHOICE,
      p90[profile],
    ),
    line(
      'Lines per order, most',
      'count',
      orders.lines.length,
      'a tail of 4 means or more',
      OWN_CHOICE,
      [4 * meanSize(orders.lines), 100],
    ),
    // How many clicks lead to a cart (8.7 %, OTTO) leaves no rows: it is what a scenario's mix follows.
    line(
      'Carts that became orders',
      'share',
      orders.cartsOrdered,
      '30 %',
      OTTO_SESSIONS,
      [0.28, 0.32],
    ),
    line('Cancelled orders', 'share', orders.cancelled, 'about 4 %', OWN_CHOICE, [0.03, 0.05]),
    line('Refunded orders', 'share', orders.refunded, 'about 4 %', OWN_CHOICE, [0.03, 0.05]),
    line(
      'Orders with a coupon',
      'share',
      orders.withCoupon,
      'about 15 %',
      OWN_CHOICE,
      [0.13, 0.17],
    ),
  ];
}

function customerLines(
  orders: OrderFacts,
  books: BookFacts,
  profile: Profile,
): readonly RealismLine[] {
  const line = group('Customers');
  const once = (orders.buyers[0] ?? 0) / totalOf(orders.buyers);
  const expected = {
    default: [
      line('Buyers who bought once', 'share', once, 'about 70 %', OWN_CHOICE, [0.68, 0.72]),
      line(
        'Orders per buyer, mean',
        'number',
        meanSize(orders.buyers),
        '1.6',
        OWN_CHOICE,
        [1.55, 1.67],
      ),
      line('Orders per buyer, most', 'count', orders.buyers.length, 'a tail', OWN_CHOICE, [8, 30]),
    ],
    grocery: [
      line(
        'Orders per buyer, mean',
        'number',
        meanSize(orders.buyers),
        '16.6',
        INSTACART_SECONDARY,
        [15.5, 17.7],
      ),
      line('Orders per buyer, most', 'count', orders.buyers.length, '100', INSTACART, [60, 120]),
      line(
        'Lines that repeat an earlier one',
        'share',
        orders.reordered,
        'about 59 %',
        INSTACART_SECONDARY,
        [0.5, 0.7],
      ),
    ],
    marketplace: [
      line('Buyers who bought once', 'share', once, '97 %', OLIST, [0.96, 0.98]),
      line(
        'Orders per buyer, mean',
        'number',
        meanSize(orders.buyers),
        '1.03',
        OLIST,
        [1.02, 1.05],
      ),
    ],
  }[profile];
  return [
    ...expected,
    // Households order for so long that many reach round the end of the history.
    line(
      'Correlation of id and sign-up',
      'number',
      orders.idsByTime,
      'ids follow time',
      OWN_CHOICE,
      [profile === 'grocery' ? 0.3 : 0.7, 1],
    ),
    line(
      'Countries off their intended share',
      'share',
      books.countryDistance,
      'DE 28 %, US 21 %, GB 17 %, FR 15 %, ES 10 %, PL 9 %',
      OWN_CHOICE,
      [0, 0.03],
    ),
    line('Names beyond plain ASCII', 'share', books.beyondAscii, 'some', OWN_CHOICE, [0.02, 0.4]),
  ];
}

function timeLines(times: TimeFacts, profile: Profile): readonly RealismLine[] {
  const line = group('Time');
  const growth =
    profile === 'marketplace'
      ? line('Second year over first', 'factor', times.growth, '10 x in 20 months', OLIST, [2.5, 5])
      : line(
          'Second year over first',
          'factor',
          times.growth,
          '2.5 x in two years',
          OWN_CHOICE,
          [1.45, 1.7],
        );
  return [
    growth,
    line('November over October', 'factor', times.novemberOverOctober, '1.63', OLIST, [1.55, 1.71]),
    line('December over November', 'factor', times.decemberOverNovember, '0.75', OLIST, [0.7, 0.8]),
    line(
      'Strongest weekday over weakest',
      'factor',
      times.weekdays,
      'a weekly cycle',
      OWN_CHOICE,
      [1.15, 1.6],
    ),
    line(
      'Strongest hour over weakest',
      'factor',
      times.hours,
      'a daily cycle',
      OWN_CHOICE,
      [5, 12],
    ),
  ];
}

function reviewLines({ ratings, reviewed }: OrderFacts): readonly RealismLine[] {
  const line = group('Reviews');
  const total = totalOf(ratings);
  const shareOf = (stars: number) => (total < 100 ? null : (ratings[stars - 1] ?? 0) / total);
  return [
    line('Five stars', 'share', shareOf(5), 'about 57 %', REVIEW_STUDIES, [0.53, 0.63]),
    line('Two stars', 'share', shareOf(2), 'fewer than one star', REVIEW_STUDIES, [0.02, 0.07]),
    line('One star', 'share', shareOf(1), 'about 8 %', REVIEW_STUDIES, [0.05, 0.11]),
    line('Lines that are reviewed', 'share', reviewed, '1 to 12 %', OWN_CHOICE, [0.01, 0.12]),
  ];
}

function bookLines(books: BookFacts): readonly RealismLine[] {
  const line = group('Books');
  const none = (name: string, count: number) =>
    line(name, 'count', count, '0', MUST_ADD_UP, [0, 0]);
  return [
    none('Orders that are not the sum of their parts', books.wrongTotals),
    none('Lines not at the price of their day', books.wrongPrices),
    none('Parcels sent before payment, or arrived before sent', books.wrongOrderOfEvents),
    none('Lines sold under cost', books.soldAtALoss),
    none('Cities in more than one region', books.splitCities),
    none('Tiers that reach into the spend of the next', books.mixedTiers),
  ];
}

function group(name: RealismGroup) {
  return (
    lineName: string,
    format: RealismFormat,
    measured: number | null,
    published: string,
    source: string,
    tolerance: readonly [number, number],
  ): RealismLine => {
    const [low, high] = tolerance;
    const isMeasured = measured !== null && Number.isFinite(measured);
    return {
      group: name,
      name: lineName,
      published,
      source,
      format,
      measured: isMeasured ? measured : null,
      tolerance,
      verdict: isMeasured
        ? measured >= low && measured <= high
          ? 'within'
          : 'outside'
        : 'not measured',
    };
  };
}
