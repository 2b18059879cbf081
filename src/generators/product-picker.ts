import { mix32 } from '../random/hash32.ts';
import { type Catalogue, PRODUCT_STATUS } from './catalogue.ts';
import { createSlotMap } from './slot-map.ts';

/** An active product by popularity, from a uniform 32-bit word. */
export type ProductPicker = (word: number) => number;

export function createProductPicker(catalogue: Catalogue): ProductPicker {
  const shares = createSlotMap(catalogue.popularity, 2 ** 31);
  return (word) => {
    let rank = shares.ownerOf(word >>> 1);
    for (let next = word; catalogue.statusAt(rank) !== PRODUCT_STATUS.active; ) {
      next = mix32(next);
      rank = shares.ownerOf(next >>> 1);
    }
    return catalogue.productAt(rank);
  };
}
