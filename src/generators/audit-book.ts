import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import { AS_OF_US, HISTORY_START_US } from './calendar.ts';
import type { Catalogue } from './catalogue.ts';
import type { CustomerBook } from './customer-book.ts';
import { type DatasetSpec, ORDERS_PER_BLOCK } from './dataset-spec.ts';

const COST_CHANGES_PER_BLOCK = 130;
/** Customers who changed their mind about marketing; the first archetypes of each block. */
const OPT_IN_CHANGES_PER_BLOCK = 30;

/** Changes of the past that the audit log tells of, so that each ends at the value of today. */
export interface AuditBook {
  readonly costChanges: number;
  /** In order of time: change `i` is of product `i modulo products`. */
  costChangedAt(change: number): number;
  costBefore(change: number): number;
  costAfter(change: number): number;
  /** 0 for a product that never changed. */
  lastCostChangeAt(product: number): number;
  readonly optInChanges: number;
  customerOfOptIn(change: number): number;
  optInOf(customer: number): boolean;
  hasChangedOptIn(customer: number): boolean;
  /** When a customer who has did. */
  optInChangedAt(customer: number): number;
}

export function createAuditBook(
  spec: DatasetSpec,
  catalogue: Catalogue,
  customers: CustomerBook,
): AuditBook {
  const blocks = spec.orders / ORDERS_PER_BLOCK;
  const costChanges = blocks * COST_CHANGES_PER_BLOCK;
  const { products } = catalogue;
  const costTimeKey = columnKey(spec.seed, 'audit_log', 'cost_changed_at');
  const costKey = columnKey(spec.seed, 'audit_log', 'cost_cents');
  const optInKey = columnKey(spec.seed, 'customers', 'marketing_opt_in');
  const optInTimeKey = columnKey(spec.seed, 'audit_log', 'opt_in_changed_at');

  const changesOf = (product: number): number =>
    product < costChanges ? Math.floor((costChanges - 1 - product) / products) + 1 : 0;
  const costChangedAt = (change: number): number =>
    HISTORY_START_US +
    Math.floor(
      ((change + cell(costTimeKey, change) / 0x100000000) / costChanges) *
        (AS_OF_US - 1 - HISTORY_START_US),
    );
  /** The cost before the `step`-th change; even and odd by turns, so that a change always changes it. */
  const costAtStep = (product: number, step: number): number => {
    const cost = catalogue.costOf(product);
    const stepsToNow = changesOf(product) - step;
    if (stepsToNow === 0) {
      return cost;
    }
    const percent = 85 + bounded(cell(costKey, product, step), 31);
    const drawn = Math.floor((cost * percent) / 100);
    return drawn - (drawn % 2) + ((cost + stepsToNow) % 2);
  };
  const stepOf = (change: number): number => Math.floor(change / products);
  const productOf = (change: number): number => change % products;

  return {
    costChanges,
    costChangedAt,
    costBefore: (change) => costAtStep(productOf(change), stepOf(change)),
    costAfter: (change) => costAtStep(productOf(change), stepOf(change) + 1),
    lastCostChangeAt(product) {
      const count = changesOf(product);
      return count === 0 ? 0 : costChangedAt(product + (count - 1) * products);
    },
    optInChanges: blocks * OPT_IN_CHANGES_PER_BLOCK,
    customerOfOptIn(change) {
      const block = Math.floor(change / OPT_IN_CHANGES_PER_BLOCK);
      return customers.customerAt(block, change - block * OPT_IN_CHANGES_PER_BLOCK);
    },
    optInOf: (customer) => bounded(cell(optInKey, customer), 100) < 38,
    hasChangedOptIn: (customer) => customers.archetypeOf(customer) < OPT_IN_CHANGES_PER_BLOCK,
    optInChangedAt(customer) {
      const createdUs = Math.max(customers.createdAt(customer), HISTORY_START_US);
      const share = cell(optInTimeKey, customer) / 0x100000000;
      return createdUs + Math.floor(share * (AS_OF_US - 1 - createdUs));
    },
  };
}
