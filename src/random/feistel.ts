import { CartloadError } from '../errors.ts';
import { bounded } from './bounded.ts';
import { mix32 } from './hash32.ts';

/** A keyed permutation of [0, size). Made once by `createPermutation`, then only read. */
export interface Permutation {
  readonly size: number;
  /** The domain of the network is `rows` x `columns`, the least near-square that holds `size`. */
  readonly rows: number;
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
 * hash of one half to the other. The domain exceeds `size` by less than its square root, so a walk
 * of more than one step is rare.
 */
export function createPermutation(size: number, key: number): Permutation {
  if (!Number.isSafeInteger(size) || size < 1 || size > MAX_SIZE) {
    throw new CartloadError('BAD_OPTION', `A permutation of ${size} values cannot be made.`, {
      hint: 'Sizes go from 1 to 2^52.',
    });
  }
  const rows = Math.ceil(Math.sqrt(size));
  return {
    size,
    rows,
    columns: Math.ceil(size / rows),
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
    let left = Math.floor(x / columns);
    let right = x - left * columns;
    left = add(left, bounded(mix32(right ^ key0), rows), rows);
    right = add(right, bounded(mix32(left ^ key1), columns), columns);
    left = add(left, bounded(mix32(right ^ key2), rows), rows);
    right = add(right, bounded(mix32(left ^ key3), columns), columns);
    x = left * columns + right;
  } while (x >= size);
  return x;
}

/** Where `value` came from: the inverse of `permute`. */
export function unpermute(permutation: Permutation, value: number): number {
  const { size, rows, columns, key0, key1, key2, key3 } = permutation;
  let x = value;
  do {
    let left = Math.floor(x / columns);
    let right = x - left * columns;
    right = subtract(right, bounded(mix32(left ^ key3), columns), columns);
    left = subtract(left, bounded(mix32(right ^ key2), rows), rows);
    right = subtract(right, bounded(mix32(left ^ key1), columns), columns);
    left = subtract(left, bounded(mix32(right ^ key0), rows), rows);
    x = left * columns + right;
  } while (x >= size);
  return x;
}

function add(a: number, b: number, modulus: number): number {
  const sum = a + b;
  return sum >= modulus ? sum - modulus : sum;
}

function subtract(a: number, b: number, modulus: number): number {
  const difference = a - b;
  return difference < 0 ? difference + modulus : difference;
}
