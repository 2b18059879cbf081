import { cell, columnKey } from '../random/cell.ts';

/**
 * In which order the archetypes of each block appear: a keyed affine permutation of [0, size) a block.
 * Without it, every 17th order of a block would have the same number of lines.
 */
export interface BlockPermutation {
  /** Where archetype `archetype` stands in block `block`. */
  positionOf(block: number, archetype: number): number;
  /** Which archetype stands at `position` of block `block`. */
  archetypeAt(block: number, position: number): number;
}

export function createBlockPermutation(seed: number, name: string, size: number): BlockPermutation {
  const key = columnKey(seed, name, 'block permutation');
  const { units, inverses } = unitsModulo(size);
  // Two draws of one word: the factor from its low half, the shift from its high half.
  const wordOf = (block: number) => cell(key, block);
  return {
    positionOf(block, archetype) {
      const word = wordOf(block);
      const factor = units[(word & 0xffff) % units.length] ?? 1;
      return (archetype * factor + (word >>> 16)) % size;
    },
    archetypeAt(block, position) {
      const word = wordOf(block);
      const inverse = inverses[(word & 0xffff) % units.length] ?? 1;
      return (((position - ((word >>> 16) % size) + size) % size) * inverse) % size;
    },
  };
}

/** The numbers below `modulus` that can be divided by, with their inverses. */
function unitsModulo(modulus: number): { units: Uint16Array; inverses: Uint16Array } {
  const units: number[] = [];
  const inverses: number[] = [];
  for (let a = 1; a < modulus; a++) {
    const b = inverseModulo(a, modulus);
    if (b !== undefined) {
      units.push(a);
      inverses.push(b);
    }
  }
  return { units: Uint16Array.from(units), inverses: Uint16Array.from(inverses) };
}

/** Extended Euclid; undefined when the two share a factor. */
function inverseModulo(a: number, modulus: number): number | undefined {
  let [r, nextR] = [modulus, a];
  let [t, nextT] = [0, 1];
  while (nextR !== 0) {
    const quotient = Math.floor(r / nextR);
    [r, nextR] = [nextR, r - quotient * nextR];
    [t, nextT] = [nextT, t - quotient * nextT];
  }
  return r === 1 ? (t + modulus) % modulus : undefined;
}
