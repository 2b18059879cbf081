import { bounded } from '../random/bounded.ts';
import { mix32 } from '../random/hash32.ts';
import type { GeneratedTable } from '../schema/tables.ts';
import { PRODUCT_STATUS, WAREHOUSES_PER_PRODUCT } from './catalogue.ts';
import { PASSWORD_HASHES } from './data/password-hashes.ts';
import { type DatasetIdentity, datasetIdentity } from './dataset-identity.ts';
import { assertDatasetSpec, type DatasetSpec } from './dataset-spec.ts';
import { JsonWriter } from './json-writer.ts';
import { createShopModel, type ShopModel } from './shop-model.ts';
import type { TableGenerator } from './table-generator.ts';
import { createAddresses } from './tables/addresses.ts';
import { createAuditLog } from './tables/audit-log.ts';
import { createBrands } from './tables/brands.ts';
import { createCartItems } from './tables/cart-items.ts';
import { createCarts } from './tables/carts.ts';
import { createCategories } from './tables/categories.ts';
import { createCoupons } from './tables/coupons.ts';
import { createCustomers } from './tables/customers.ts';
import { createInventory } from './tables/inventory.ts';
import { createInventoryMovements } from './tables/inventory-movements.ts';
import { createLowStockAlerts } from './tables/low-stock-alerts.ts';
import { createOrderItems } from './tables/order-items.ts';
import { createOrderStatusHistory } from './tables/order-status-history.ts';
import { createOrders } from './tables/orders.ts';
import { createPayments } from './tables/payments.ts';
import { createProducts } from './tables/products.ts';
import { createRefunds } from './tables/refunds.ts';
import { createReviews } from './tables/reviews.ts';
import { createShipments } from './tables/shipments.ts';
import { createWarehouses } from './tables/warehouses.ts';

/** In the order in which tables can be filled: parents before children. */
const TABLES: readonly ((model: ShopModel) => TableGenerator)[] = [
  createBrands,
  createCategories,
  createProducts,
  createWarehouses,
  createInventory,
  createCustomers,
  createAddresses,
  createCoupons,
  createCarts,
  createCartItems,
  createOrders,
  createOrderItems,
  createOrderStatusHistory,
  createPayments,
  createRefunds,
  createShipments,
  createInventoryMovements,
  createLowStockAlerts,
  createReviews,
  createAuditLog,
];

/**
 * One dataset: its rows, and what a workload can know of it without asking the server. All ids are as
 * in the tables (from 1); a `word` is a uniform 32-bit integer.
 */
export interface Shop {
  readonly spec: DatasetSpec;
  readonly identity: DatasetIdentity;
  /** Rows of each table. */
  readonly counts: Readonly<Record<GeneratedTable, number>>;
  /** In the order in which they can be filled. */
  readonly generators: readonly TableGenerator[];
  generatorOf(table: GeneratedTable): TableGenerator;
  /** An active product, by popularity. */
  productAt(word: number): number;
  /** The product of a popularity rank from 0, or the next less popular one that is for sale. */
  productOfRank(rank: number): number;
  /** The k-th warehouse (k = 0, 1, 2) that stocks a product. */
  warehouseOf(productId: number, k: number): number;
  warehousesOf(productId: number): readonly number[];
  /** Any customer, each equally likely. */
  customerAt(word: number): number;
  /** Address and password of a customer. */
  loginOf(customerId: number): { readonly email: string; readonly password: string };
  /** Any customer with at least one order. */
  buyerAt(word: number): number;
  /** The default address of a customer. */
  addressOf(customerId: number): number;
  /** One of the newest orders: those that are young enough not to have been sent, but for some. */
  newOrderAt(word: number): number;
  /** An open cart. */
  openCartAt(word: number): number;
  /** A leaf category, as popular as its products. */
  categoryAt(word: number): number;
  /** Words of a product's name, so that a search finds something; popular ones more often. */
  searchTermAt(word: number): string;
  /** A coupon that is good at the end of the history, with uses left. */
  activeCouponAt(word: number): number;
}

/** The shop that `spec` describes. Throws BAD_OPTION when it cannot be made. */
export function createShop(spec: DatasetSpec): Shop {
  assertDatasetSpec(spec);
  const model = createShopModel(spec);
  const { catalogue, customers, carts, coupons, pickProduct, pools, zones } = model;
  const { nouns, features } = catalogue.assortment;
  const generators = TABLES.map((create) => create(model));
  const byTable = Object.fromEntries(generators.map((g) => [g.table, g])) as Record<
    GeneratedTable,
    TableGenerator
  >;
  const counts = Object.fromEntries(generators.map((g) => [g.table, g.rowCount])) as Record<
    GeneratedTable,
    number
  >;
  const loginReader = new JsonWriter(byTable.customers.columns.map(({ name }) => name));
  return {
    spec,
    identity: datasetIdentity(spec, pools.hash),
    counts,
    generators,
    generatorOf: (table) => byTable[table],
    productAt: (word) => pickProduct(word) + 1,
    productOfRank(rank) {
      let nearest = rank;
      while (catalogue.statusAt(nearest) !== PRODUCT_STATUS.active) {
        nearest = (nearest + 1) % counts.products;
      }
      return catalogue.productAt(nearest) + 1;
    },
    warehouseOf: (productId, k) => catalogue.warehouseOf(productId - 1, k) + 1,
    warehousesOf: (productId) =>
      Array.from(
        { length: WAREHOUSES_PER_PRODUCT },
        (_, k) => catalogue.warehouseOf(productId - 1, k) + 1,
      ),
    customerAt: (word) => bounded(word, customers.customers) + 1,
    loginOf(customerId) {
      byTable.customers.writeRow(loginReader, customerId - 1);
      const row = JSON.parse(decoder.decode(loginReader.take())) as LoginRow;
      return { email: row.email, password: passwordOf(row.password_hash) };
    },
    buyerAt: (word) => customers.buyerAt(bounded(word, customers.buyers)) + 1,
    addressOf: (customerId) => customers.addressOf(customerId - 1, 0) + 1,
    newOrderAt: (word) => model.spec.orders - bounded(word, zones.newOrders),
    openCartAt: (word) => carts.openCartAt(bounded(word, carts.openCarts)) + 1,
    categoryAt: (word) => catalogue.categoryOf(pickProduct(word)) + 1,
    searchTermAt(word) {
      const product = pickProduct(word);
      const noun = nouns.words[catalogue.nounOf(product)] ?? '';
      // Another word of the same: the product has used up its upper bits.
      return mix32(word) % 2 === 0
        ? noun
        : `${features.words[catalogue.featureOf(product)] ?? ''} ${noun}`;
    },
    activeCouponAt: (word) =>
      coupons.firstActive + bounded(word, coupons.coupons - coupons.firstActive) + 1,
  };
}

interface LoginRow {
  readonly email: string;
  readonly password_hash: string;
}

const decoder = new TextDecoder();

/** The hashes are of `password-0`, `password-1` and so on. */
function passwordOf(hash: string): string {
  return `password-${PASSWORD_HASHES.indexOf(hash)}`;
}
