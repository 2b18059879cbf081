import type { LoadProgress } from '../loading/load-shop.ts';
import type { Terminal } from './terminal.ts';

/** Shows how far a load is: share of rows, rows per second, what is being filled. */
export function showLoadProgress(terminal: Terminal): (progress: LoadProgress) => void {
  return ({ table, rowsDone, rowsTotal, elapsedMs }) => {
    const share = Math.floor((100 * rowsDone) / rowsTotal);
    const rate = Math.round(rowsDone / (elapsedMs / 1000));
    terminal.live(
      `  ${share} % · ${count(rowsDone)} of ${count(rowsTotal)} rows · ${count(rate)} rows/s · ${table}`,
    );
  };
}

function count(value: number): string {
  return value.toLocaleString('en');
}
