import type { KindSpec } from './data/product-kinds.ts';
import { createTextPool, encodeText, type TextPool } from './text-pool.ts';

/** An attribute of a product, ready to be written: `start` is all up to its value. */
export interface AttributeTexts {
  readonly start: Uint8Array;
  readonly values: TextPool | 'feature';
}

/** What is said of the products of a kind, encoded. */
export interface KindTexts {
  readonly openings: TextPool;
  readonly closings: TextPool;
  readonly attributes: readonly AttributeTexts[];
}

export function createKindTexts(kind: KindSpec, colorsJson: TextPool): KindTexts {
  return {
    openings: createTextPool(kind.openings),
    closings: createTextPool(kind.closings),
    attributes: kind.attributes.map(([key, values], i) => ({
      start: encodeText(`${i === 0 ? '{' : ', '}"${key}": `),
      values: valuesOf(values, colorsJson),
    })),
  };
}

function valuesOf(
  values: KindSpec['attributes'][number][1],
  colorsJson: TextPool,
): TextPool | 'feature' {
  if (values === 'feature') {
    return values;
  }
  return values === 'color' ? colorsJson : createTextPool(values);
}
