import { type Catalogue, PRODUCT_STATUS } from './catalogue.ts';
import { createSlotMap } from './slot-map.ts';

/** An active product by popularity, from a uniform 32-bit word. */
export type ProductPicker = (word: number) => number;

export function createProductPicker(catalogue: Catalogue): ProductPicker {
  const weights = Float64Array.from({ length: catalogue.products }, (_, product) =>
    catalogue.statusOf(product) === PRODUCT_STATUS.active ? catalogue.weightOf(product) : 0,
  );
  const shares = createSlotMap(weights, 2 ** 31);
  return (word) => shares.ownerOf(word >>> 1);
}
