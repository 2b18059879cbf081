import type { ForeignKey, IndexDefinition } from '../../database/index-definitions.ts';
import { unserved } from './index-facts.ts';

/** An index that the shop does not have, and why it might be worth one. */
export interface Candidate {
  readonly table: string;
  readonly columns: readonly string[];
  readonly why: string;
  /** That it would serve; null: it was tried for a scan. */
  readonly foreignKey: ForeignKey | null;
}

/** A whole table that a statement reads. */
export interface SeenScan {
  readonly statement: string;
  readonly table: string;
  readonly equal: readonly string[];
  readonly ordered: readonly string[];
}

/** An index of more columns than this serves too few statements. */
const MOST_COLUMNS = 2;

/**
 * What could be tried: for each scan of a whole table the column that it compares, alone and with a second one
 * (another that it compares, else what it orders by); and for each foreign key that no index serves, its columns.
 */
export function candidates(
  scans: readonly SeenScan[],
  foreignKeys: readonly ForeignKey[],
  indexes: readonly IndexDefinition[],
): readonly Candidate[] {
  const missed = unserved(foreignKeys, indexes);
  const found: readonly Candidate[] = [
    ...scans.flatMap(({ statement, table, equal, ordered }) =>
      columnLists(equal, ordered).map((columns) => ({
        table,
        columns,
        why: `${statement} reads the whole table`,
        foreignKey:
          missed.find((each) => each.table === table && isSame(each.columns, columns)) ?? null,
      })),
    ),
    ...missed.map((foreignKey) => ({
      table: foreignKey.table,
      columns: foreignKey.columns,
      why: `serves the foreign key to ${foreignKey.referenced.replace('shop.', '')}, where each delete reads the whole table`,
      foreignKey,
    })),
  ];
  const seen = new Set<string>();
  return found.filter(({ table, columns }) => {
    const key = `${table} (${columns.join(', ')})`;
    if (seen.has(key) || isThere(table, columns, indexes)) return false;
    seen.add(key);
    return true;
  });
}

function columnLists(equal: readonly string[], ordered: readonly string[]): readonly string[][] {
  const [first, ...others] = [...equal, ...ordered];
  if (first === undefined) return [];
  const second = others[0];
  return second === undefined ? [[first]] : [[first], [first, second].slice(0, MOST_COLUMNS)];
}

function isThere(
  table: string,
  columns: readonly string[],
  indexes: readonly IndexDefinition[],
): boolean {
  return indexes.some(
    (index) =>
      index.table === table &&
      index.method === 'btree' &&
      index.predicate === null &&
      columns.every((column, place) => index.keys[place] === column),
  );
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((column, place) => column === b[place]);
}
