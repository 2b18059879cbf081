import type { ForeignKey, IndexDefinition } from '../../database/index-definitions.ts';
import type { IndexCard } from '../../measurements/index-record.ts';

/**
 * The index that can do all that another does: one that is the same, or a wider one that begins with its
 * keys. One that enforces something is never redundant; of two that are the same, the later name is.
 */
export function redundantTo(
  index: IndexDefinition,
  all: readonly IndexDefinition[],
): IndexCard['redundantTo'] {
  if (index.isUnique || index.constraint !== null) return null;
  const others = all.filter(
    (other) =>
      other.name !== index.name &&
      other.table === index.table &&
      other.method === index.method &&
      other.predicate === index.predicate,
  );
  const duplicate = others.find(
    (other) =>
      sameList(other.keys, index.keys) &&
      sameList(other.included, index.included) &&
      (other.isUnique || other.constraint !== null || other.name < index.name),
  );
  if (duplicate !== undefined) return { name: duplicate.name, kind: 'duplicate' };
  if (index.method !== 'btree') return null;
  const wider = others.find(
    (other) =>
      other.keys.length > index.keys.length &&
      sameList(other.keys.slice(0, index.keys.length), index.keys) &&
      index.included.every((column) => [...other.keys, ...other.included].includes(column)),
  );
  return wider === undefined ? null : { name: wider.name, kind: 'prefix' };
}

/** The foreign keys whose checks an index serves: their columns are its first, in any order. */
export function servedBy(
  index: IndexDefinition,
  foreignKeys: readonly ForeignKey[],
): readonly ForeignKey[] {
  if (index.method !== 'btree' || index.predicate !== null) return [];
  return foreignKeys.filter(({ table, columns }) => {
    const first = index.keys.slice(0, columns.length);
    return table === index.table && columns.every((column) => first.includes(column));
  });
}

/** Foreign keys that no index serves: each delete of a referenced row reads the whole table. */
export function unserved(
  foreignKeys: readonly ForeignKey[],
  indexes: readonly IndexDefinition[],
): readonly ForeignKey[] {
  return foreignKeys.filter(
    (foreignKey) => !indexes.some((index) => servedBy(index, [foreignKey]).length > 0),
  );
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, place) => each === b[place]);
}
