import { CartloadError } from '../errors.ts';
import { mix32 } from './hash32.ts';

/** A keyed permutation of [0, size). Made once by `createPermutation`, then only read. */
export interface Permutation {
  readonly size: number;
  /** The domain of the network is `rows` x `columns`, the least that holds `size`. */
  readonly rows: number;
  /** A power of two near the square root of `size`. */
  readonly columns: number;
  readonly key0: number;
  readonly key1: number;
  readonly key2: number;
  readonly key3: number;
}

const MAX_SIZE = 2 ** 52;

/**
 * Makes a permutation of [0, size), for sizes from 1 to 2^52.
 *
 * A four-round Feistel network over mixed radix with cycle walking (Black and Rogaway, "Ciphers
 * with Arbitrary Finite Domains", 2002): x = left x columns + right, and each round adds a keyed
 * hash of one half to the other. The domain exceeds `size` by less than twice its square root, so a
 * walk of more than one step is rare.
 */
export function createPermutation(size: number, key: number): Permutation {
  if (!Number.isSafeInteger(size) || size < 1 || size > MAX_SIZE) {
    throw new CartloadError('BAD_OPTION', `A permutation of ${size} values cannot be made.`, {
      hint: 'Sizes go from 1 to 2^52.',
    });
  }
  let columns = 1;
  while (columns * columns < size) {
    columns *= 2;
  }
  return {
    size,
    rows: Math.ceil(size / columns),
    columns,
    key0: mix32(key ^ 0x243f6a88),
    key1: mix32(key ^ 0x85a308d3),
    key2: mix32(key ^ 0x13198a2e),
    key3: mix32(key ^ 0x03707344),
  };
}

/** Where `value` goes. */
export function permute(permutation: Permutation, value: number): number {
  const { size, rows, columns, key0, key1, key2, key3 } = permutation;
  let x = value;
  do {
    const high = Math.floor(x / columns);
    let left = high | 0;
    let right = (x - high * columns) | 0;
    left = wrapped(left + step(right ^ key0, rows) - rows, rows);
    right = (right + hash(left ^ key1)) & (columns - 1);
    left = wrapped(left + step(right ^ key2, rows) - rows, rows);
    right = (right + hash(left ^ key3)) & (columns - 1);
    x = left * columns + right;
  } while (x >= size);
  return x;
}

/** Where `value` came from: the inverse of `permute`. */
export function unpermute(permutation: Permutation, value: number): number {
  const { size, rows, columns, key0, key1, key2, key3 } = permutation;
  let x = value;
  do {
    const high = Math.floor(x / columns);
    let left = high | 0;
    let right = (x - high * columns) | 0;
    right = (right - hash(left ^ key3)) & (columns - 1);
    left = wrapped(left - step(right ^ key2, rows), rows);
    right = (right - hash(left ^ key1)) & (columns - 1);
    left = wrapped(left - step(right ^ key0, rows), rows);
    x = left * columns + right;
  } while (x >= size);
  return x;
}

/** Brings a number from -modulus up to modulus into [0, modulus); without a branch, which would be mispredicted half of the time. */
function wrapped(value: number, modulus: number): number {
  return (value + (modulus & (value >> 31))) | 0;
}

/** A keyed number in [0, rows): 27 bits of hash times at most 26 of `rows` is an exact double. */
function step(word: number, rows: number): number {
  return ((product(word) >>> 5) * rows * (1 / 0x8000000)) | 0;
}

/** A hash whose low bits are good. */
function hash(word: number): number {
  const x = product(word);
  return x ^ (x >>> 15);
}

/** The middle of `mix32`: a bijection of words whose high bits depend on all bits. */
function product(word: number): number {
  const x = Math.imul(word, 0x21f0aaad);
  return Math.imul(x ^ (x >>> 15), 0xd35a2d97);
}
