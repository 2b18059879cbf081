import type { Assortment } from './assortment.ts';

/** Category numbers from 0: departments first, then their shelves, then the leaves that products hang on. */
export interface CategoryTree {
  readonly count: number;
  readonly firstLeaf: number;
  /** -1 for a department. */
  parentOf(category: number): number;
  /** 0, 1 or 2. */
  depthOf(category: number): number;
}

export function createCategoryTree(assortment: Assortment): CategoryTree {
  const { departments, shelves, leaves, departmentOfShelf, shelfOfLeaf } = assortment;
  const firstLeaf = departments + shelves;
  return {
    count: firstLeaf + leaves,
    firstLeaf,
    parentOf(category) {
      if (category < departments) {
        return -1;
      }
      return category < firstLeaf
        ? (departmentOfShelf[category - departments] ?? 0)
        : departments + (shelfOfLeaf[category - firstLeaf] ?? 0);
    },
    depthOf(category) {
      if (category < departments) {
        return 0;
      }
      return category < firstLeaf ? 1 : 2;
    },
  };
}
