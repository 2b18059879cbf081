import { BinaryCopyWriter } from '../generators/binary-copy-writer.ts';
import type { Chunk } from './load-plan.ts';

const WARM_UP_MS = 600;
const MEASURED_MS = 600;
// Some blocks of orders: what the rows of a block share is computed once, as in a whole chunk.
const ROWS_A_SAMPLE = 10_000;

/**
 * Rows per second that one thread generates when nothing takes them: pieces of all chunks in turn, so
 * that tables weigh as in the whole load, after a warm-up for the compiler. Takes 1.2 s.
 */
export function measureCeiling(plan: readonly Chunk[]): number {
  const writer = new BinaryCopyWriter();
  const warmAt = performance.now() + WARM_UP_MS;
  const endsAt = warmAt + MEASURED_MS;
  let rows = 0;
  let measuredSince = warmAt;
  // A stride that meets every chunk once before it meets one twice.
  const stride = coprimeStride(plan.length);
  for (let turn = 0, index = 0; ; turn++, index = (index + stride) % plan.length) {
    const now = performance.now();
    if (now < warmAt) {
      rows = 0;
      measuredSince = now;
    } else if (now >= endsAt) return rows / ((now - measuredSince) / 1000);
    const chunk = plan[index];
    if (chunk === undefined) return 0;
    const count = Math.min(ROWS_A_SAMPLE, chunk.rows);
    const first = chunk.firstRow + ((turn * ROWS_A_SAMPLE) % (chunk.rows - count + 1));
    for (let row = first; row < first + count; row++) chunk.generator.writeRow(writer, row);
    rows += count;
    writer.recycle(writer.take());
  }
}

function coprimeStride(n: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  let stride = Math.max(1, Math.floor(n * 0.618));
  while (gcd(stride, n) !== 1) stride += 1;
  return stride;
}
