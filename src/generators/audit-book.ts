import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import { AS_OF_US, HISTORY_START_US } from './calendar.ts';
import type { CustomerBook } from './customer-book.ts';
import { type DatasetSpec, ORDERS_PER_BLOCK } from './dataset-spec.ts';
import { profileShape } from './profiles.ts';

/** Customers' changes of mind of which the audit log tells, so that each ends at the value of today. */
export interface AuditBook {
  readonly optInChanges: number;
  customerOfOptIn(change: number): number;
  optInOf(customer: number): boolean;
  hasChangedOptIn(customer: number): boolean;
  /** When a customer who has did. */
  optInChangedAt(customer: number): number;
}

export function createAuditBook(spec: DatasetSpec, customers: CustomerBook): AuditBook {
  const blocks = spec.orders / ORDERS_PER_BLOCK;
  const { optInChanges } = profileShape(spec.profile);
  const optInKey = columnKey(spec.seed, 'customers', 'marketing_opt_in');
  const optInTimeKey = columnKey(spec.seed, 'audit_log', 'opt_in_changed_at');

  return {
    optInChanges: blocks * optInChanges,
    customerOfOptIn(change) {
      const block = Math.floor(change / optInChanges);
      return customers.customerAt(block, change - block * optInChanges);
    },
    optInOf: (customer) => bounded(cell(optInKey, customer), 100) < 38,
    hasChangedOptIn: (customer) => customers.archetypeOf(customer) < optInChanges,
    optInChangedAt(customer) {
      const createdUs = Math.max(customers.createdAt(customer), HISTORY_START_US);
      const share = cell(optInTimeKey, customer) / 0x100000000;
      return createdUs + Math.floor(share * (AS_OF_US - 1 - createdUs));
    },
  };
}
