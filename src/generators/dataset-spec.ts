import { CartloadError } from '../errors.ts';
import { PROFILES, type Profile } from '../schema/profiles.ts';

/** What decides every byte of the data, beside the version of the generators. */
export interface DatasetSpec {
  /** The scale: a positive multiple of 1000. */
  readonly orders: number;
  /** 0 to 2^32 - 1. */
  readonly seed: number;
  readonly profile: Profile;
}

/** Orders in a block, the unit in which every table's size is fixed. */
export const ORDERS_PER_BLOCK = 1000;
/** Up to here each customer has a 32-bit word of his own and every count of stock fits `integer`. */
const MAX_ORDERS = 5_000_000_000;
const MAX_SEED = 2 ** 32 - 1;

/** Throws BAD_OPTION unless the data of `spec` can be made. */
export function assertDatasetSpec(spec: DatasetSpec): void {
  const { orders, seed, profile } = spec;
  if (
    !Number.isSafeInteger(orders) ||
    orders <= 0 ||
    orders > MAX_ORDERS ||
    orders % ORDERS_PER_BLOCK !== 0
  ) {
    throw new CartloadError('BAD_OPTION', `The scale cannot be ${orders} orders.`, {
      hint: 'It is a whole number of thousands, from 1000 to 5 billion: 20k, 1m, 2.5m.',
    });
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED) {
    throw new CartloadError('BAD_OPTION', `The seed cannot be ${seed}.`, {
      hint: 'A seed is a whole number from 0 to 4294967295.',
    });
  }
  if (!PROFILES.includes(profile)) {
    throw new CartloadError('BAD_OPTION', `There is no profile "${String(profile)}".`, {
      hint: `A profile is one of ${PROFILES.join(', ')}.`,
    });
  }
}
