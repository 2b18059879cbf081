import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';

/** Which names of his country's pools a customer has. */
export interface CustomerNames {
  firstOf(customer: number, poolSize: number): number;
  lastOf(customer: number, poolSize: number): number;
}

export function customerNames(seed: number): CustomerNames {
  const firstKey = columnKey(seed, 'customers', 'first_name');
  const lastKey = columnKey(seed, 'customers', 'last_name');
  return {
    firstOf: (customer, poolSize) => bounded(cell(firstKey, customer), poolSize),
    lastOf: (customer, poolSize) => bounded(cell(lastKey, customer), poolSize),
  };
}
