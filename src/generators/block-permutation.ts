import { cell, columnKey } from '../random/cell.ts';
import { shuffle } from '../random/shuffle.ts';

/**
 * In which order the archetypes of each block appear: one of 32 shuffles of [0, size), rotated, by a
 * draw a block. Without it, every 17th order of a block would have the same number of lines.
 */
export interface BlockPermutation {
  /** Where archetype `archetype` stands in block `block`. */
  positionOf(block: number, archetype: number): number;
  /** Which archetype stands at `position` of block `block`. */
  archetypeAt(block: number, position: number): number;
}

/** So few that both directions stay in a core's cache (128 KiB for blocks of 1000). */
const SHUFFLES = 32;

/** `size`: at most 2^16. */
export function createBlockPermutation(seed: number, name: string, size: number): BlockPermutation {
  const key = columnKey(seed, name, 'block permutation');
  const archetypes = new Uint16Array(SHUFFLES * size);
  const positions = new Uint16Array(SHUFFLES * size);
  for (let i = 0; i < SHUFFLES; i++) {
    const shuffled = Uint16Array.from({ length: size }, (_, archetype) => archetype);
    shuffle(shuffled, columnKey(seed, name, `shuffle ${i}`));
    archetypes.set(shuffled, i * size);
    for (const [position, archetype] of shuffled.entries()) {
      positions[i * size + archetype] = position;
    }
  }
  // The block that was asked for last: mostly the next row is of the same.
  let readBlock = -1;
  let first = 0;
  let rotation = 0;
  const read = (block: number): void => {
    // Two draws of one word: the shuffle from its low bits, the rotation from its high half.
    const word = cell(key, block);
    first = (word & (SHUFFLES - 1)) * size;
    rotation = ((word >>> 16) * size) >>> 16;
    readBlock = block;
  };
  return {
    positionOf(block, archetype) {
      if (block !== readBlock) {
        read(block);
      }
      return wrapped((positions[first + archetype] ?? 0) + rotation - size, size);
    },
    archetypeAt(block, position) {
      if (block !== readBlock) {
        read(block);
      }
      return archetypes[first + wrapped(position - rotation, size)] ?? 0;
    },
  };
}

/** Brings a number from -modulus up to modulus into [0, modulus), without a branch. */
function wrapped(value: number, modulus: number): number {
  return (value + (modulus & (value >> 31))) | 0;
}
