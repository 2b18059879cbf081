import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import { createPermutation, permute, unpermute } from '../random/feistel.ts';
import type { Catalogue } from './catalogue.ts';
import { type ChildLayout, createChildLayout } from './child-layout.ts';
import { QUANTITIES } from './data/distributions.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import { expand, type OrderArchetypes } from './order-archetypes.ts';
import type { PriceBook } from './price-book.ts';
import { profileShape } from './profiles.ts';
import { createSlotMap } from './slot-map.ts';
import type { Zones } from './zones.ts';

/** The most pieces that one line can have. */
export const MAX_QUANTITY = QUANTITIES.default.length;

/**
 * Order lines <-> products. Each product has a quota of all lines (its share of popularity), and a
 * permutation deals the lines out to the quotas: so a line knows its product and a product can list
 * its lines, without either being stored.
 */
export interface OrderLines {
  readonly layout: ChildLayout;
  productOf(line: number): number;
  /** The rank of its product, which takes less to know. */
  rankOf(line: number): number;
  quantityOf(line: number): number;
  /** Which of the product's three warehouses the line came from: 0, 1 or 2. */
  warehouseIndexOf(line: number): number;
  /** How many lines a product has. */
  quotaOf(product: number): number;
  /** The `index`-th line of a product, in no order. */
  lineOf(product: number, index: number): number;
  subtotalOf(block: number, archetype: number): number;
}

export function createOrderLines(
  spec: DatasetSpec,
  zones: Zones,
  archetypes: OrderArchetypes,
  catalogue: Catalogue,
  prices: PriceBook,
): OrderLines {
  const quantityByDraw = expand(profileShape(spec.profile).quantities);
  const layout = createChildLayout(zones, archetypes.lines);
  const dealing = createPermutation(
    layout.rowCount,
    columnKey(spec.seed, 'order_items', 'product_id'),
  );
  const quotas = createSlotMap(catalogue.popularity, layout.rowCount);
  const quantityKey = columnKey(spec.seed, 'order_items', 'quantity');
  const warehouseKey = columnKey(spec.seed, 'order_items', 'warehouse_id');

  const rankOf = (line: number): number => quotas.ownerOf(permute(dealing, line));
  const quantityOf = (line: number): number => quantityByDraw[cell(quantityKey, line) >>> 22] ?? 1;
  // Whose lines were asked for last: mostly the others of them come next.
  let readProduct = -1;
  let firstSlot = 0;
  return {
    layout,
    productOf: (line) => catalogue.productAt(rankOf(line)),
    rankOf,
    quantityOf,
    warehouseIndexOf: (line) => bounded(cell(warehouseKey, line), 3),
    quotaOf: (product) => quotas.countOf(catalogue.rankOf(product)),
    lineOf(product, index) {
      if (product !== readProduct) {
        readProduct = product;
        firstSlot = quotas.firstOf(catalogue.rankOf(product));
      }
      return unpermute(dealing, firstSlot + index);
    },
    subtotalOf(block, archetype) {
      const first = layout.rowOf(block, archetype, 0);
      const count = layout.countOf(archetype);
      const order = zones.orderOf(block, archetype);
      let subtotal = 0;
      for (let line = first; line < first + count; line++) {
        subtotal += quantityOf(line) * prices.priceInOrder(rankOf(line), order);
      }
      return subtotal;
    },
  };
}
