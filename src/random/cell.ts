import { hashName, mix32 } from './hash32.ts';

/**
 * The key of one column's random numbers. Keys depend on names, not on positions: a new column
 * changes no other column. A change of what a column means takes a new name (`price@2`).
 */
export function columnKey(seed: number, table: string, column: string): number {
  return mix32(mix32(seed ^ 0x5eed5eed) ^ hashName(`${table}.${column}`));
}

/**
 * The uniform 32-bit word of one cell: a pure function of key, row and draw. `row` may be any
 * integer from 0 to 2^53: its high word enters the key, so that rows 2^32 apart do not repeat.
 */
export function cell(key: number, row: number, draw = 0): number {
  let columnWord = key;
  if (row > 0xffffffff) {
    columnWord = mix32(columnWord ^ mix32(Math.floor(row / 0x100000000)));
  }
  // The key enters twice, on both sides of the first mix: entering once, two columns would be one
  // sequence in two orders.
  const mixedRow = mix32((row ^ columnWord) >>> 0);
  return mix32((mixedRow + Math.imul(columnWord, 0x9e3779b1) + Math.imul(draw, 0x85ebca6b)) >>> 0);
}
