import type { Department } from './data/assortment.ts';
import { KIND_SPECS, type KindSpec } from './data/product-kinds.ts';
import { slug } from './slug.ts';
import { createTextPool, type TextPool } from './text-pool.ts';

/** Words that leaves or shelves choose from: those of owner i lie from `starts[i]` to `starts[i + 1]`. */
export interface OwnedWords {
  readonly words: readonly string[];
  readonly texts: TextPool;
  /** As in the middle of a sentence. */
  readonly inText: TextPool;
  /** In lower case, words joined by hyphens. */
  readonly slugs: TextPool;
  /** As JSON strings in lower case. */
  readonly json: TextPool;
  readonly starts: Uint16Array;
}

/**
 * A tree of categories in row order: departments, then shelves, then leaves; and what their products
 * are called, cost and weigh. Leaves, shelves and departments are each numbered from 0.
 */
export interface Assortment {
  readonly departments: number;
  readonly shelves: number;
  readonly leaves: number;
  readonly categoryNames: TextPool;
  readonly categorySlugs: TextPool;
  readonly shelfOfLeaf: Uint16Array;
  readonly departmentOfShelf: Uint16Array;
  /** Of the shelves of its department, which this one is. */
  readonly placeOfShelf: Uint16Array;
  readonly kindOfShelf: readonly KindSpec[];
  readonly nouns: OwnedWords;
  readonly features: OwnedWords;
  readonly medianCents: Uint32Array;
  readonly grams: Uint32Array;
  /** A leaf for each of 4096 draws, by the shares of the departments. */
  readonly leafByDraw: Uint16Array;
}

const DRAWS = 4096;

export function createAssortment(departments: readonly Department[]): Assortment {
  const shelves = departments.flatMap((department) => department.shelves);
  const leaves = shelves.flatMap((shelf) => shelf.leaves);
  const names = [...departments, ...shelves].map(({ name }) => name);
  names.push(...leaves.map(([name]) => name));
  return {
    departments: departments.length,
    shelves: shelves.length,
    leaves: leaves.length,
    categoryNames: createTextPool(names),
    categorySlugs: createTextPool(names.map(slug)),
    shelfOfLeaf: Uint16Array.from(shelves.flatMap(({ leaves: own }, i) => own.map(() => i))),
    departmentOfShelf: Uint16Array.from(
      departments.flatMap(({ shelves: own }, i) => own.map(() => i)),
    ),
    placeOfShelf: Uint16Array.from(departments.flatMap(({ shelves: own }) => [...own.keys()])),
    kindOfShelf: shelves.map((shelf) => KIND_SPECS[shelf.kind]),
    nouns: ownedWords(leaves.map(([, nouns]) => nouns)),
    features: ownedWords(shelves.map((shelf) => shelf.features)),
    medianCents: Uint32Array.from(leaves, ([, , cents]) => cents),
    grams: Uint32Array.from(leaves, ([, , , grams]) => grams),
    leafByDraw: leavesByDraw(departments),
  };
}

function ownedWords(lists: readonly string[]): OwnedWords {
  const split = lists.map((list) => list.split('|'));
  const words = split.flat();
  const starts = new Uint16Array(lists.length + 1);
  for (const [i, own] of split.entries()) {
    starts[i + 1] = (starts[i] ?? 0) + own.length;
  }
  return {
    words,
    texts: createTextPool(words),
    inText: createTextPool(words.map(inText)),
    slugs: createTextPool(words.map(slug)),
    json: createTextPool(words.map((word) => JSON.stringify(word.toLowerCase()))),
    starts,
  };
}

/** Within a department every leaf has as many products as the next. */
function leavesByDraw(departments: readonly Department[]): Uint16Array {
  const weights = departments.flatMap(({ share, shelves }) => {
    const own = shelves.flatMap((shelf) => shelf.leaves);
    return own.map(() => share / own.length);
  });
  const total = departments.reduce((sum, { share }) => sum + share, 0);
  const draws = new Uint16Array(DRAWS);
  let before = 0;
  for (const [leaf, weight] of weights.entries()) {
    const from = Math.floor((before / total) * DRAWS);
    before += weight;
    draws.fill(leaf, from, DRAWS);
  }
  return draws;
}

/** Lower case, but for abbreviations: "Oxford Shirt" to "oxford shirt", "LED Strip" to "LED strip". */
function inText(words: string): string {
  return words
    .split(' ')
    .map((word) => (/^[A-Z][A-Z]|[0-9]|^T-/.test(word) ? word : word.toLowerCase()))
    .join(' ');
}
