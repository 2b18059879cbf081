import { wordPools } from './word-pools.ts';

/** Category numbers from 0: roots first, then their children, then the leaves that products hang on. */
export interface CategoryTree {
  readonly count: number;
  readonly leaves: number;
  readonly firstLeaf: number;
  /** -1 for a root. */
  parentOf(category: number): number;
  /** 0, 1 or 2. */
  depthOf(category: number): number;
}

/** Three levels; the more products, the wider. */
export function createCategoryTree(products: number): CategoryTree {
  const isWide = products >= 10_000;
  const roots = isWide ? wordPools().departments.size : 8;
  const childrenPerRoot = isWide ? 6 : 3;
  const leavesPerChild = isWide ? 8 : 3;
  const children = roots * childrenPerRoot;
  const firstLeaf = roots + children;
  return {
    count: firstLeaf + children * leavesPerChild,
    leaves: children * leavesPerChild,
    firstLeaf,
    parentOf(category) {
      if (category < roots) {
        return -1;
      }
      return category < firstLeaf
        ? Math.floor((category - roots) / childrenPerRoot)
        : roots + Math.floor((category - firstLeaf) / leavesPerChild);
    },
    depthOf(category) {
      if (category < roots) {
        return 0;
      }
      return category < firstLeaf ? 1 : 2;
    },
  };
}
