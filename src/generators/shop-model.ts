import { type AuditBook, createAuditBook } from './audit-book.ts';
import { createOrderTimes } from './calendar.ts';
import { type CartBook, createCartBook } from './cart-book.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { type CouponBook, createCouponBook } from './coupon-book.ts';
import { type CustomerBook, createCustomerBook } from './customer-book.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import { createOrderArchetypes, type OrderArchetypes } from './order-archetypes.ts';
import { createOrderBook, type OrderBook } from './order-book.ts';
import { createOrderHistory, type OrderHistory } from './order-history.ts';
import { createOrderLines, type OrderLines } from './order-lines.ts';
import { createPriceBook, type PriceBook } from './price-book.ts';
import { createProductPicker, type ProductPicker } from './product-picker.ts';
import { remembered } from './remembered.ts';
import { createReviewBook, type ReviewBook } from './review-book.ts';
import { createStockBook, type StockBook } from './stock-book.ts';
import { type WordPools, wordPools } from './word-pools.ts';
import { createZones, type Zones } from './zones.ts';

/** Everything that the rows of one dataset are computed from. */
export interface ShopModel {
  readonly spec: DatasetSpec;
  readonly pools: WordPools;
  readonly zones: Zones;
  readonly archetypes: OrderArchetypes;
  /** When an order was placed, in microseconds since the Unix epoch. */
  readonly placedAt: (order: number) => number;
  readonly catalogue: Catalogue;
  readonly prices: PriceBook;
  readonly pickProduct: ProductPicker;
  readonly customers: CustomerBook;
  readonly lines: OrderLines;
  readonly history: OrderHistory;
  readonly coupons: CouponBook;
  readonly orders: OrderBook;
  readonly reviews: ReviewBook;
  readonly stock: StockBook;
  readonly carts: CartBook;
  readonly audit: AuditBook;
}

export function createShopModel(spec: DatasetSpec): ShopModel {
  const zones = createZones(spec.seed, spec.orders);
  const archetypes = createOrderArchetypes(spec.profile);
  const placedAt = remembered(createOrderTimes(spec.seed, spec.orders));
  const catalogue = createCatalogue(spec);
  const prices = createPriceBook(spec, catalogue, placedAt);
  const pickProduct = createProductPicker(catalogue);
  const customers = createCustomerBook(spec, placedAt);
  const lines = createOrderLines(spec, zones, archetypes, catalogue, prices);
  const history = createOrderHistory(spec, archetypes);
  const coupons = createCouponBook(spec, zones, archetypes, lines, placedAt);
  return {
    spec,
    pools: wordPools(),
    zones,
    archetypes,
    placedAt,
    catalogue,
    prices,
    pickProduct,
    customers,
    lines,
    history,
    coupons,
    orders: createOrderBook(spec, zones, archetypes, lines, coupons, customers),
    reviews: createReviewBook(spec, zones, archetypes, lines),
    stock: createStockBook(spec, zones, archetypes, catalogue, lines, history, placedAt),
    carts: createCartBook(spec, customers, pickProduct, placedAt),
    audit: createAuditBook(spec, customers),
  };
}
