import type { TableGenerator } from '../generators/table-generator.ts';

/** A contiguous range of a table's rows, loaded alone. */
export interface Chunk {
  readonly generator: TableGenerator;
  /** Within the table, from 0. */
  readonly number: number;
  /** From 0. */
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * Rows of a chunk, some 5 MB: many enough that a commit costs nothing, few enough that little is lost
 * by a kill. It is part of what the ledger's chunk numbers mean: a load that was begun with another
 * size could not be continued.
 */
export const CHUNK_ROWS = 50_000;

/** All chunks of a shop, the same list for every thread. */
export function planChunks(generators: readonly TableGenerator[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (const generator of generators) {
    for (let firstRow = 0, number = 0; firstRow < generator.rowCount; number++) {
      const rows = Math.min(CHUNK_ROWS, generator.rowCount - firstRow);
      chunks.push({ generator, number, firstRow, rows });
      firstRow += rows;
    }
  }
  return chunks;
}
