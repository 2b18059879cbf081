import type { Shop } from '../generators/shop.ts';
import { bounded } from '../random/bounded.ts';
import type { Popularity } from '../scenario/scenario.ts';

/** A product for a uniform 32-bit word. */
export type ProductChoice = (word: number) => number;

const ZIPF_SKEW = 0.99;

export function createProductChoice(shop: Shop, popularity: Popularity): ProductChoice {
  const { products } = shop.counts;
  switch (popularity) {
    case 'log-normal':
      return shop.productAt;
    case 'uniform':
      return (word) => shop.productOfRank(bounded(word, products));
    case 'zipf': {
      const rankOf = zipfRank(products, ZIPF_SKEW);
      return (word) => shop.productOfRank(rankOf((word + 0.5) / 2 ** 32));
    }
  }
}

/**
 * A rank from 0 to n - 1, rank k with a probability in proportion to (k + 1)^-skew, for a uniform number
 * between 0 and 1. Exact for the first two ranks, else within some percent of the exact probability.
 * Source: Gray et al., Quickly Generating Billion-Record Synthetic Databases, SIGMOD 1994.
 */
export function zipfRank(n: number, skew: number): (uniform: number) => number {
  const second = 0.5 ** skew;
  let zeta = 0;
  for (let k = n; k >= 1; k--) zeta += k ** -skew;
  const alpha = 1 / (1 - skew);
  const eta = (1 - (2 / n) ** (1 - skew)) / (1 - (1 + second) / zeta);
  return (uniform) => {
    const share = uniform * zeta;
    if (share < 1) return 0;
    if (share < 1 + second) return 1;
    return Math.min(n - 1, Math.floor(n * (eta * uniform - eta + 1) ** alpha));
  };
}
