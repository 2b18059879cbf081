import type { GeneratedTable } from '../../../src/schema/tables.ts';

const EVERY_TABLE: Record<GeneratedTable, true> = {
  brands: true,
  categories: true,
  products: true,
  warehouses: true,
  inventory: true,
  customers: true,
  addresses: true,
  coupons: true,
  carts: true,
  cart_items: true,
  orders: true,
  order_items: true,
  order_status_history: true,
  payments: true,
  refunds: true,
  shipments: true,
  inventory_movements: true,
  low_stock_alerts: true,
  reviews: true,
  audit_log: true,
};

/** Every table of the shop; the compiler sees to it that none is missing. */
export const SHOP_TABLES = Object.keys(EVERY_TABLE) as readonly GeneratedTable[];
