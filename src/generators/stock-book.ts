import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import { createPermutation, permute, unpermute } from '../random/feistel.ts';
import { AS_OF_US, DAY_US, HISTORY_START_US, HOUR_US } from './calendar.ts';
import { type Catalogue, WAREHOUSES_PER_PRODUCT } from './catalogue.ts';
import { childPlace } from './child-layout.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import { type OrderArchetypes, STATUS } from './order-archetypes.ts';
import type { OrderHistory } from './order-history.ts';
import { MAX_QUANTITY, type OrderLines } from './order-lines.ts';
import { skewed } from './skewed.ts';
import type { Zones } from './zones.ts';

/** A stock position at some moment. Mutable and reused. */
export interface Stock {
  onHand: number;
  /** Of the last sale, return, or receipt, in microseconds since the Unix epoch. */
  lastMovedUs: number;
}

/** A stock-taking that found less than the books said, and the delivery that made up for it. */
export interface Shortage {
  product: number;
  /** Which of the product's warehouses: 0, 1 or 2. */
  warehouseIndex: number;
  raisedUs: number;
  resolvedUs: number;
  /** Pieces that were missing, and later came. */
  missing: number;
  /** What was left when it was found: at or under the reorder point. */
  onHand: number;
}

/** Stock positions (product x 3 + index of the warehouse), recomputed from every line that touched them. */
export interface StockBook {
  readonly positions: number;
  readonly shortages: number;
  openingOf(position: number): number;
  reorderPointOf(position: number): number;
  /** The stock at AS_OF. */
  readStock(position: number, stock: Stock): void;
  readShortage(shortage: number, facts: Shortage): void;
}

export function isReturned(status: number): boolean {
  return status === STATUS.cancelled || status === STATUS.refunded;
}

export function createStockBook(
  spec: DatasetSpec,
  zones: Zones,
  archetypes: OrderArchetypes,
  catalogue: Catalogue,
  lines: OrderLines,
  history: OrderHistory,
  placedAt: (order: number) => number,
): StockBook {
  const positions = catalogue.products * WAREHOUSES_PER_PRODUCT;
  const shortages = Math.min(zones.blocks, positions);
  const openingKey = columnKey(spec.seed, 'inventory', 'opening');
  const reorderKey = columnKey(spec.seed, 'inventory', 'reorder_point');
  const shortageKey = columnKey(spec.seed, 'low_stock_alerts', 'raised_at');
  const dealing = createPermutation(
    positions,
    columnKey(spec.seed, 'low_stock_alerts', 'product_id'),
  );
  const place = childPlace();
  const stockBefore: Stock = { onHand: 0, lastMovedUs: 0 };

  const quotaOf = (position: number): number =>
    lines.quotaOf(Math.floor(position / WAREHOUSES_PER_PRODUCT));
  // Every line of the product at its greatest quantity fits, so stock cannot run out; on average it is
  // some twenty times the demand of two years.
  const openingOf = (position: number): number =>
    120 + bounded(cell(openingKey, position), 240) + MAX_QUANTITY * quotaOf(position);
  const reorderPointOf = (position: number): number =>
    20 + bounded(cell(reorderKey, position), 30) + Math.floor(quotaOf(position) / 10);

  // The three positions of a product are mostly read one after another, so all are added up at once
  // and kept until another product or time is asked for.
  let readProduct = -1;
  let readUntilUs = 0;
  const sold = new Float64Array(WAREHOUSES_PER_PRODUCT);
  const lastOrders = new Float64Array(WAREHOUSES_PER_PRODUCT);
  const lastReturnsUs = new Float64Array(WAREHOUSES_PER_PRODUCT);
  const readMoves = (product: number, untilUs: number): void => {
    const untilNow = untilUs >= AS_OF_US;
    const quota = lines.quotaOf(product);
    sold.fill(0);
    lastOrders.fill(-1);
    lastReturnsUs.fill(HISTORY_START_US);
    for (let i = 0; i < quota; i++) {
      const line = lines.lineOf(product, i);
      lines.layout.locate(line, place);
      const { archetype } = place;
      const order = zones.orderOf(place.block, archetype);
      if (!untilNow && placedAt(order) >= untilUs) {
        continue;
      }
      const k = lines.warehouseIndexOf(line);
      let taken = lines.quantityOf(line);
      lastOrders[k] = Math.max(lastOrders[k] ?? 0, order);
      if (isReturned(archetypes.status[archetype] ?? 0)) {
        const returnedUs = history.lastTimeOf(order, archetype, placedAt(order));
        if (returnedUs < untilUs) {
          taken = 0;
          lastReturnsUs[k] = Math.max(lastReturnsUs[k] ?? 0, returnedUs);
        }
      }
      sold[k] = (sold[k] ?? 0) + taken;
    }
    readProduct = product;
    readUntilUs = untilUs;
  };

  /** What moved at a position before `untilUs`. */
  const readUntil = (position: number, untilUs: number, stock: Stock): void => {
    const product = Math.floor(position / WAREHOUSES_PER_PRODUCT);
    const k = position - product * WAREHOUSES_PER_PRODUCT;
    if (product !== readProduct || untilUs !== readUntilUs) {
      readMoves(product, untilUs);
    }
    const lastOrder = lastOrders[k] ?? -1;
    stock.onHand = openingOf(position) - (sold[k] ?? 0);
    stock.lastMovedUs = lastReturnsUs[k] ?? 0;
    if (lastOrder >= 0) {
      stock.lastMovedUs = Math.max(stock.lastMovedUs, placedAt(lastOrder));
    }
  };

  const raisedAt = (shortage: number): number =>
    HISTORY_START_US +
    Math.floor((cell(shortageKey, shortage) / 0x100000000) * 690 * DAY_US) +
    30 * DAY_US;
  const resolvedAt = (shortage: number): number =>
    raisedAt(shortage) + 4 * HOUR_US + skewed(cell(shortageKey, shortage, 1), 5 * DAY_US);

  return {
    positions,
    shortages,
    openingOf,
    reorderPointOf,
    readStock(position, stock) {
      readUntil(position, AS_OF_US, stock);
      const shortage = unpermute(dealing, position);
      if (shortage < shortages) {
        stock.lastMovedUs = Math.max(stock.lastMovedUs, resolvedAt(shortage));
      }
    },
    readShortage(shortage, facts) {
      const position = permute(dealing, shortage);
      const product = Math.floor(position / WAREHOUSES_PER_PRODUCT);
      facts.product = product;
      facts.warehouseIndex = position - product * WAREHOUSES_PER_PRODUCT;
      facts.raisedUs = raisedAt(shortage);
      facts.resolvedUs = resolvedAt(shortage);
      readUntil(position, facts.raisedUs, stockBefore);
      const reorderPoint = reorderPointOf(position);
      // At least half of the reorder point is left: enough for the days until the delivery.
      const left =
        reorderPoint - bounded(cell(shortageKey, shortage, 2), Math.floor(reorderPoint / 2));
      facts.onHand = Math.min(left, stockBefore.onHand - 1);
      facts.missing = stockBefore.onHand - facts.onHand;
    },
  };
}

/** A new, empty record of a shortage. */
export function shortageFacts(): Shortage {
  return { product: 0, warehouseIndex: 0, raisedUs: 0, resolvedUs: 0, missing: 0, onHand: 0 };
}
