import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import { createPermutation, permute } from '../random/feistel.ts';
import { quantile } from '../random/inverse-cdf.ts';
import { PRODUCT_STATUSES } from '../schema/tables.ts';
import { type Assortment, createAssortment, type OwnedWords } from './assortment.ts';
import { createCategoryTree } from './category-tree.ts';
import { POPULARITY } from './data/distributions.ts';
import { WAREHOUSES } from './data/places.ts';
import { type DatasetSpec, ORDERS_PER_BLOCK } from './dataset-spec.ts';
import { profileShape } from './profiles.ts';

/** Stock positions of a product: warehouses that hold it. */
export const WAREHOUSES_PER_PRODUCT = 3;

export const PRODUCT_STATUS = {
  active: PRODUCT_STATUSES.indexOf('active'),
  draft: PRODUCT_STATUSES.indexOf('draft'),
  discontinued: PRODUCT_STATUSES.indexOf('discontinued'),
} as const;

/**
 * What products are like, but for their prices (`PriceBook`). Products, categories, brands and
 * warehouses are numbers from 0.
 */
export interface Catalogue {
  readonly products: number;
  readonly brands: number;
  readonly assortment: Assortment;
  /** By rank, from 0, how well products sell, the best first: quantiles of a log-normal distribution. */
  readonly popularity: Float64Array;
  /** Drafts come behind all that have a popularity: they have never been on sale. */
  rankOf(product: number): number;
  productAt(rank: number): number;
  /** Code: place in `PRODUCT_STATUSES`. */
  statusAt(rank: number): number;
  leafOf(product: number): number;
  categoryOf(product: number): number;
  /** A brand of the product's department; each sells on one or two of its shelves. */
  brandOf(product: number): number;
  /** Index into `assortment.nouns`. */
  nounOf(product: number): number;
  /** Index into `assortment.features`. */
  featureOf(product: number): number;
  /** The k-th warehouse of a product, k = 0, 1, 2: different, in rising order. */
  warehouseOf(product: number, k: number): number;
}

const DRAFT_SHARE = 0.02;
const DISCONTINUED_PER_1000 = 30;
const WAREHOUSE_SETS = subsetsOfThree(WAREHOUSES.length);

export function createCatalogue(spec: DatasetSpec): Catalogue {
  const { seed, orders } = spec;
  const shape = profileShape(spec.profile);
  const wanted = Math.floor((orders / ORDERS_PER_BLOCK) * shape.products);
  const products = Math.min(500_000, Math.max(500, wanted));
  const brands = Math.min(2000, Math.max(40, Math.floor(products / 25)));
  const assortment = createAssortment(shape.departments);
  const categories = createCategoryTree(assortment);
  const key = (column: string) => columnKey(seed, 'products', column);
  const onSale = products - Math.floor(DRAFT_SHARE * products);
  const [ranks, byRank] = rankingOf(products, key('popularity'));
  const statusKey = key('status');
  const categoryKey = key('category_id');
  const brandKey = key('brand_id');
  const nounKey = key('noun');
  const featureKey = key('feature');
  const warehouseKey = key('warehouses');

  const statusAt = (rank: number): number => {
    if (rank >= onSale) {
      return PRODUCT_STATUS.draft;
    }
    return bounded(cell(statusKey, rank), 1000) < DISCONTINUED_PER_1000
      ? PRODUCT_STATUS.discontinued
      : PRODUCT_STATUS.active;
  };
  const leafOf = (product: number): number =>
    assortment.leafByDraw[cell(categoryKey, product) >>> 20] ?? 0;
  const shelfOf = (product: number): number => assortment.shelfOfLeaf[leafOf(product)] ?? 0;

  return {
    products,
    brands,
    assortment,
    popularity: Float64Array.from({ length: onSale }, (_, rank) =>
      quantile(POPULARITY, Math.floor((1 - (rank + 0.5) / onSale) * 2 ** 32)),
    ),
    rankOf: (product) => ranks[product] ?? 0,
    productAt: (rank) => byRank[rank] ?? 0,
    statusAt,
    leafOf,
    categoryOf: (product) => categories.firstLeaf + leafOf(product),
    brandOf(product) {
      const shelf = shelfOf(product);
      const { departments } = assortment;
      const department = assortment.departmentOfShelf[shelf] ?? 0;
      // Brands go round the departments; a shelf has half of those of its department, and begins
      // where its place says, so that neighbouring shelves share some.
      const own = Math.floor((brands - 1 - department) / departments) + 1;
      const onShelf = Math.ceil(own / 2);
      const share = cell(brandKey, product) / 0x100000000;
      const nth = Math.floor(share * share * onShelf);
      const first = Math.floor(((assortment.placeOfShelf[shelf] ?? 0) * own) / 3);
      return department + departments * ((first + nth) % own);
    },
    nounOf: (product) => wordOf(assortment.nouns, leafOf(product), cell(nounKey, product)),
    featureOf: (product) =>
      wordOf(assortment.features, shelfOf(product), cell(featureKey, product)),
    warehouseOf: (product, k) => {
      const set = bounded(cell(warehouseKey, product), WAREHOUSE_SETS.length / 3);
      return WAREHOUSE_SETS[set * WAREHOUSES_PER_PRODUCT + k] ?? 0;
    },
  };
}

/** The rank of each product, and the product of each rank: best-sellers are anywhere among the ids. */
function rankingOf(products: number, key: number): readonly [Uint32Array, Uint32Array] {
  const permutation = createPermutation(products, key);
  const ranks = Uint32Array.from({ length: products }, (_, product) =>
    permute(permutation, product),
  );
  const byRank = new Uint32Array(products);
  for (const [product, rank] of ranks.entries()) {
    byRank[rank] = product;
  }
  return [ranks, byRank];
}

function wordOf({ starts }: OwnedWords, owner: number, word: number): number {
  const first = starts[owner] ?? 0;
  return first + bounded(word, (starts[owner + 1] ?? 0) - first);
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
