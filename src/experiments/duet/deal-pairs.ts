import type { Arrival } from '../../bench/arrivals/arrival-schedule.ts';
import { cell, columnKey } from '../../random/cell.ts';

/** Which of both arms of a duet. */
export type Side = 'baseline' | 'candidate';

export interface DealOptions {
  readonly seed: number;
  /** Of the whole experiment: no two blocks have an arrival in common. */
  readonly block: number;
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly side: Side;
}

/** The arm that comes second starts up to so much later. */
const WIDEST_GAP_MS = 8;
/** More arrivals than any block has. */
const BLOCK_SIZE = 1_000_000;

/**
 * The arrivals of one arm in a block, in the order of their starts. Each number is dealt to both arms, the
 * same transaction of the same shopper, a toss of the coin says to which first, and after a gap to the
 * other: what disturbs the machine disturbs both, and neither has the advantage of its neighbour's cache.
 */
export function dealPairs(options: DealOptions): Arrival[] {
  const { seed, block, ratePerSecond, durationMs, side } = options;
  const key = columnKey(seed, 'duet', 'pairs');
  const uniform = (number: number, draw: number) => (cell(key, number, draw) + 1) / 2 ** 32;
  const arrivals: Arrival[] = [];
  let atMs = 0;
  for (let number = block * BLOCK_SIZE; ; number++) {
    atMs -= (Math.log(uniform(number, 0)) * 1000) / ratePerSecond;
    if (atMs >= durationMs) break;
    const first: Side = uniform(number, 1) <= 0.5 ? 'baseline' : 'candidate';
    const gapMs = WIDEST_GAP_MS * uniform(number, 2);
    arrivals.push({ number, intendedMs: first === side ? atMs : atMs + gapMs });
  }
  return arrivals.sort((a, b) => a.intendedMs - b.intendedMs);
}

/** The number of the first arrival of a block. */
export function firstOf(block: number): number {
  return block * BLOCK_SIZE;
}
