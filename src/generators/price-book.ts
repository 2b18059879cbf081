import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import { createPermutation, permute, unpermute } from '../random/feistel.ts';
import { quantile } from '../random/inverse-cdf.ts';
import { DAY_US, HISTORY_START_US, HOUR_US } from './calendar.ts';
import type { Catalogue } from './catalogue.ts';
import { PRICE_FACTOR } from './data/distributions.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import { pricePoint, priceStep } from './price-point.ts';

/** A change of a product's price. Mutable and reused. */
export interface PriceChange {
  product: number;
  changedUs: number;
  beforeCents: number;
  afterCents: number;
}

/**
 * What products cost, when. Every product has three prices, one after another: it changes once in each
 * of the two years, in the price run of some night. The table
 * takes 16 bytes a product and lies by rank, so that the part of those that sell stays in a core's cache.
 */
export interface PriceBook {
  /** Cents at the end of the history. */
  currentOf(product: number): number;
  costOf(product: number): number;
  /** Of a product by its rank, cents when order `order` was placed; exactly `priceAt` its time. */
  priceInOrder(rank: number, order: number): number;
  priceAt(product: number, timeUs: number): number;
  lastChangeAt(product: number): number;
  /** All price changes, in order of time. */
  readonly changes: number;
  readChange(change: number, facts: PriceChange): void;
}

/** Prices change at two in the night, UTC. */
const PRICE_RUN_US = 2 * HOUR_US;
/** Nights of a year on which prices can change: from the first day of the year, day 0, to this one. */
const NIGHTS_PER_YEAR = 364;
const STRIDE = 4;

export function createPriceBook(
  spec: DatasetSpec,
  catalogue: Catalogue,
  placedAt: (order: number) => number,
): PriceBook {
  const { products, assortment } = catalogue;
  const key = (column: string) => columnKey(spec.seed, 'products', column);
  const priceKey = key('price_cents');
  const earlierKey = key('earlier price');
  const costKey = key('cost_cents');
  const nightKey = key('price change');
  const orders = [0, 1].map((year) => createPermutation(products, key(`price change ${year}`)));
  const [firstYear, secondYear] = orders;
  if (firstYear === undefined || secondYear === undefined) {
    throw new RangeError('A history has two years.');
  }

  const nightOf = (change: number): number => {
    const year = change < products ? 0 : 1;
    const share = (change - year * products + cell(nightKey, change) / 0x100000000) / products;
    return 1 + year * 365 + Math.floor(share * NIGHTS_PER_YEAR);
  };
  const kindOf = (product: number) => {
    const shelf = assortment.shelfOfLeaf[catalogue.leafOf(product)] ?? 0;
    const kind = assortment.kindOfShelf[shelf];
    if (kind === undefined) {
      throw new RangeError(`Product ${product} is of no kind.`);
    }
    return kind;
  };

  // Three prices, then the night of the first change in the low half and of the second in the high one.
  const table = new Uint32Array(products * STRIDE);
  for (let product = 0; product < products; product++) {
    const median = assortment.medianCents[catalogue.leafOf(product)] ?? 0;
    const factor = quantile(PRICE_FACTOR, cell(priceKey, product));
    const endingWord = cell(priceKey, product, 1);
    const [percent, range] = kindOf(product).earlierPrice;
    let price = pricePoint(Math.floor((median * factor) / 10_000), endingWord);
    const at = catalogue.rankOf(product) * STRIDE;
    table[at + 2] = price;
    for (const level of [1, 0]) {
      const share = percent + bounded(cell(earlierKey, product, level), range);
      const earlier = pricePoint(Math.floor((price * share) / 100), endingWord);
      // A change changes the price: where rounding says the same, it has come down by a step.
      price = earlier === price ? price + priceStep(price) : earlier;
      table[at + level] = price;
    }
    const nights = [
      nightOf(unpermute(firstYear, product)),
      nightOf(products + unpermute(secondYear, product)),
    ] as const;
    table[at + 3] = nights[0] | (nights[1] << 16);
  }

  const runAt = (night: number): number => HISTORY_START_US + night * DAY_US + PRICE_RUN_US;
  // At most 10^9 orders, so that a difference of two has its sign in bit 31.
  const firstOrderAfter = Int32Array.from({ length: 2 * 366 }, (_, night) =>
    firstAtOrAfter(spec.orders, placedAt, runAt(night)),
  );
  const priceAtLevel = (product: number, level: number): number =>
    table[catalogue.rankOf(product) * STRIDE + level] ?? 0;
  const nightsOf = (product: number): number => table[catalogue.rankOf(product) * STRIDE + 3] ?? 0;

  return {
    currentOf: (product) => priceAtLevel(product, 2),
    costOf(product) {
      const [percent, range] = kindOf(product).cost;
      const share = percent + bounded(cell(costKey, product), range);
      const least = Math.min(...[0, 1, 2].map((level) => priceAtLevel(product, level)));
      return Math.floor(Math.min(priceAtLevel(product, 2) * share, least * 92) / 100);
    },
    priceInOrder(rank, order) {
      const at = rank * STRIDE;
      const nights = table[at + 3] ?? 0;
      // How many changes came before the order, without branches: half of them would be mispredicted.
      const first = ((firstOrderAfter[nights & 0xffff] ?? 0) - 1 - order) >>> 31;
      const second = ((firstOrderAfter[nights >>> 16] ?? 0) - 1 - order) >>> 31;
      return table[at + first + second] ?? 0;
    },
    priceAt(product, timeUs) {
      const nights = nightsOf(product);
      if (timeUs < runAt(nights & 0xffff)) {
        return priceAtLevel(product, 0);
      }
      return priceAtLevel(product, timeUs < runAt(nights >>> 16) ? 1 : 2);
    },
    lastChangeAt: (product) => runAt(nightsOf(product) >>> 16),
    changes: 2 * products,
    readChange(change, facts) {
      const year = change < products ? 0 : 1;
      const product = permute(year === 0 ? firstYear : secondYear, change - year * products);
      facts.product = product;
      facts.changedUs = runAt(nightOf(change));
      facts.beforeCents = priceAtLevel(product, year);
      facts.afterCents = priceAtLevel(product, year + 1);
    },
  };
}

/** The first order placed at or after `timeUs`; `orders` when there is none. */
function firstAtOrAfter(
  orders: number,
  placedAt: (order: number) => number,
  timeUs: number,
): number {
  let low = 0;
  let high = orders;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (placedAt(middle) < timeUs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
