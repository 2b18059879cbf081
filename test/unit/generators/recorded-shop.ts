import { createShop, type Shop } from '../../../src/generators/shop.ts';
import type { Profile } from '../../../src/schema/profiles.ts';
import type { GeneratedTable } from '../../../src/schema/tables.ts';
import { type RecordedRow, record } from './recording-writer.ts';
import { SHOP_TABLES } from './shop-tables.ts';

export interface RecordedShop {
  readonly shop: Shop;
  readonly rows: Readonly<Record<GeneratedTable, readonly RecordedRow[]>>;
}

/** A whole dataset in memory, for checks by brute force. */
export function recordShop(
  orders: number,
  seed: number,
  profile: Profile = 'default',
): RecordedShop {
  const shop = createShop({ orders, seed, profile });
  const rows = Object.fromEntries(
    SHOP_TABLES.map((table) => [table, record(shop.generatorOf(table))]),
  ) as Record<GeneratedTable, RecordedRow[]>;
  return { shop, rows };
}

/** A value that must be a number. */
export function num(row: RecordedRow | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value !== 'number') {
    throw new Error(`${column} is ${String(value)}`);
  }
  return value;
}

/** Rows by the values of some columns. */
export function groupBy(
  rows: readonly RecordedRow[],
  ...columns: readonly string[]
): Map<string, RecordedRow[]> {
  const groups = new Map<string, RecordedRow[]>();
  for (const row of rows) {
    const key = columns.map((column) => String(row[column])).join('|');
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [row]);
    } else {
      group.push(row);
    }
  }
  return groups;
}

export function sum(rows: readonly RecordedRow[] | undefined, column: string): number {
  return (rows ?? []).reduce((total, row) => total + num(row, column), 0);
}
