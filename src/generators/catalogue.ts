import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import { quantile } from '../random/inverse-cdf.ts';
import { PRODUCT_STATUSES } from '../schema/tables.ts';
import { type CategoryTree, createCategoryTree } from './category-tree.ts';
import { POPULARITY, PRICE_CENTS } from './data/distributions.ts';
import { WAREHOUSES } from './data/places.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import { wordPools } from './word-pools.ts';

/** Stock positions of a product: warehouses that hold it. */
export const WAREHOUSES_PER_PRODUCT = 3;

export const PRODUCT_STATUS = {
  active: PRODUCT_STATUSES.indexOf('active'),
  draft: PRODUCT_STATUSES.indexOf('draft'),
  discontinued: PRODUCT_STATUSES.indexOf('discontinued'),
} as const;

/** What products are like. Products, categories, brands and warehouses are numbers from 0. */
export interface Catalogue {
  readonly products: number;
  readonly brands: number;
  readonly categories: CategoryTree;
  /** Share of sales: log-normal; 0 for drafts, which were never on sale. */
  weightOf(product: number): number;
  /** Code: place in `PRODUCT_STATUSES`. */
  statusOf(product: number): number;
  priceOf(product: number): number;
  costOf(product: number): number;
  categoryOf(product: number): number;
  nounOf(product: number): number;
  materialOf(product: number): number;
  /** The k-th warehouse of a product, k = 0, 1, 2: different, in rising order. */
  warehouseOf(product: number, k: number): number;
}

const DRAFTS_PER_1000 = 20;
const DISCONTINUED_PER_1000 = 30;
const WAREHOUSE_SETS = subsetsOfThree(WAREHOUSES.length);

export function createCatalogue(spec: DatasetSpec): Catalogue {
  const { seed, orders } = spec;
  const pools = wordPools();
  const products = Math.min(500_000, Math.max(500, Math.floor(orders / 50)));
  const categories = createCategoryTree(products);
  const key = (column: string) => columnKey(seed, 'products', column);
  const popularityKey = key('popularity');
  const statusKey = key('status');
  const priceKey = key('price_cents');
  const costKey = key('cost_cents');
  const categoryKey = key('category_id');
  const nounKey = key('noun');
  const materialKey = key('material');
  const warehouseKey = key('warehouses');

  const statusOf = (product: number): number => {
    const draw = bounded(cell(statusKey, product), 1000);
    if (draw < DRAFTS_PER_1000) {
      return PRODUCT_STATUS.draft;
    }
    return draw < DRAFTS_PER_1000 + DISCONTINUED_PER_1000
      ? PRODUCT_STATUS.discontinued
      : PRODUCT_STATUS.active;
  };
  const priceOf = (product: number): number =>
    Math.floor(quantile(PRICE_CENTS, cell(priceKey, product)) / 100) * 100 + 99;

  return {
    products,
    brands: Math.min(2000, Math.max(20, Math.floor(products / 25))),
    categories,
    weightOf: (product) =>
      statusOf(product) === PRODUCT_STATUS.draft
        ? 0
        : quantile(POPULARITY, cell(popularityKey, product)),
    statusOf,
    priceOf,
    // Between 45 and 75 per cent of the price.
    costOf: (product) =>
      Math.floor((priceOf(product) * (45 + bounded(cell(costKey, product), 31))) / 100),
    categoryOf: (product) =>
      categories.firstLeaf + bounded(cell(categoryKey, product), categories.leaves),
    nounOf: (product) => bounded(cell(nounKey, product), pools.nouns.size),
    materialOf: (product) => bounded(cell(materialKey, product), pools.materials.size),
    warehouseOf: (product, k) => {
      const set = bounded(cell(warehouseKey, product), WAREHOUSE_SETS.length / 3);
      return WAREHOUSE_SETS[set * WAREHOUSES_PER_PRODUCT + k] ?? 0;
    },
  };
}

/** All sets of three numbers below `size`, each in rising order, one after another. */
function subsetsOfThree(size: number): Uint8Array {
  const sets: number[] = [];
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      for (let c = b + 1; c < size; c++) {
        sets.push(a, b, c);
      }
    }
  }
  return Uint8Array.from(sets);
}
