import { bounded } from './bounded.ts';
import { cell } from './cell.ts';

/** Puts `values` into an order that depends on `key` alone (Fisher-Yates), in place. */
export function shuffle(values: Uint8Array | Uint16Array | number[], key: number): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = bounded(cell(key, i), i + 1);
    const kept = values[i] ?? 0;
    values[i] = values[j] ?? 0;
    values[j] = kept;
  }
}
