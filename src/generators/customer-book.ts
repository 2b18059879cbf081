import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import { createPermutation, permute, unpermute } from '../random/feistel.ts';
import { hashName } from '../random/hash32.ts';
import { shuffle } from '../random/shuffle.ts';
import { createBlockPermutation } from './block-permutation.ts';
import { DAY_US, MINUTE_US, SECOND_US, timeAt } from './calendar.ts';
import { ORDERS_PER_BUYER } from './data/distributions.ts';
import { COUNTRIES } from './data/places.ts';
import { type DatasetSpec, ORDERS_PER_BLOCK } from './dataset-spec.ts';
import { expand } from './order-archetypes.ts';
import { skewed } from './skewed.ts';

const CUSTOMERS_PER_BLOCK = 800;
const ADDRESSES_PER_BLOCK = 950;
const BUYERS_PER_BLOCK = 620;
/** Of 800 customers: 680 have one address, 90 two, 30 three. */
const ADDRESS_COUNTS: readonly number[] = [680, 90, 30];

/**
 * Customers <-> orders <-> addresses. A block has 800 customer archetypes with fixed numbers of orders
 * and addresses; the order slots of all customers are dealt out to the order numbers by a permutation.
 */
export interface CustomerBook {
  readonly customers: number;
  readonly addresses: number;
  readonly buyers: number;
  customerOf(order: number): number;
  orderCountOf(customer: number): number;
  /** The `index`-th order of a customer, in no order of time. */
  orderOf(customer: number, index: number): number;
  addressCountOf(customer: number): number;
  /** The address row of a customer; index 0 is his default. */
  addressOf(customer: number, index: number): number;
  ownerOfAddress(address: number): number;
  /** The `index`-th of those who have bought something. */
  buyerAt(index: number): number;
  /** Index into `COUNTRIES`. */
  countryOf(customer: number): number;
  /** Microseconds since the Unix epoch; before his first order. */
  createdAt(customer: number): number;
  /** A customer's rank within his block, from 0 to 799, in no order. */
  archetypeOf(customer: number): number;
  customerAt(block: number, archetype: number): number;
}

const COUNTRY_BY_DRAW = Uint8Array.from(
  COUNTRIES.flatMap((country, i) => Array<number>(country.share).fill(i)),
);

export function createCustomerBook(
  spec: DatasetSpec,
  placedAt: (order: number) => number,
): CustomerBook {
  const blocks = spec.orders / ORDERS_PER_BLOCK;
  const { orderCounts, orderOffsets, orderOwners, addressCounts, addressOffsets, addressOwners } =
    customerArchetypes();
  const buyerArchetypes = Uint16Array.from(
    Array.from(orderCounts.keys()).filter((archetype) => orderCounts[archetype] !== 0),
  );
  const permutation = createBlockPermutation(spec.seed, 'customers', CUSTOMERS_PER_BLOCK);
  const dealing = createPermutation(spec.orders, columnKey(spec.seed, 'orders', 'customer_id'));
  const countryKey = columnKey(spec.seed, 'customers', 'country');
  const createdKey = columnKey(spec.seed, 'customers', 'created_at');

  const blockOf = (customer: number): number => Math.floor(customer / CUSTOMERS_PER_BLOCK);
  const archetypeOf = (customer: number): number => {
    const block = blockOf(customer);
    return permutation.archetypeAt(block, customer - block * CUSTOMERS_PER_BLOCK);
  };
  const customerAt = (block: number, archetype: number): number =>
    block * CUSTOMERS_PER_BLOCK + permutation.positionOf(block, archetype);
  const orderOf = (customer: number, index: number): number =>
    permute(
      dealing,
      blockOf(customer) * ORDERS_PER_BLOCK + (orderOffsets[archetypeOf(customer)] ?? 0) + index,
    );

  return {
    customers: blocks * CUSTOMERS_PER_BLOCK,
    addresses: blocks * ADDRESSES_PER_BLOCK,
    buyers: blocks * BUYERS_PER_BLOCK,
    customerOf(order) {
      const slot = unpermute(dealing, order);
      const block = Math.floor(slot / ORDERS_PER_BLOCK);
      return customerAt(block, orderOwners[slot - block * ORDERS_PER_BLOCK] ?? 0);
    },
    orderCountOf: (customer) => orderCounts[archetypeOf(customer)] ?? 0,
    orderOf,
    addressCountOf: (customer) => addressCounts[archetypeOf(customer)] ?? 1,
    addressOf: (customer, index) =>
      blockOf(customer) * ADDRESSES_PER_BLOCK +
      (addressOffsets[archetypeOf(customer)] ?? 0) +
      index,
    ownerOfAddress(address) {
      const block = Math.floor(address / ADDRESSES_PER_BLOCK);
      return customerAt(block, addressOwners[address - block * ADDRESSES_PER_BLOCK] ?? 0);
    },
    buyerAt(index) {
      const block = Math.floor(index / BUYERS_PER_BLOCK);
      return customerAt(block, buyerArchetypes[index - block * BUYERS_PER_BLOCK] ?? 0);
    },
    countryOf: (customer) => COUNTRY_BY_DRAW[bounded(cell(countryKey, customer), 1000)] ?? 0,
    createdAt(customer) {
      const count = orderCounts[archetypeOf(customer)] ?? 0;
      if (count === 0) {
        return timeAt(cell(createdKey, customer) / 0x100000000);
      }
      let first = orderOf(customer, 0);
      for (let i = 1; i < count; i++) {
        first = Math.min(first, orderOf(customer, i));
      }
      // Two in five sign up on the way to their first checkout.
      const signsUpAtCheckout = cell(createdKey, customer) < 0.4 * 0x100000000;
      const range = signsUpAtCheckout ? 25 * MINUTE_US : 180 * DAY_US;
      return placedAt(first) - 30 * SECOND_US - skewed(cell(createdKey, customer, 1), range);
    },
    archetypeOf,
    customerAt,
  };
}

function customerArchetypes() {
  const orderCounts = new Uint8Array(CUSTOMERS_PER_BLOCK);
  orderCounts.set(expand(ORDERS_PER_BUYER));
  shuffle(orderCounts, hashName('customer orders'));
  const addressCounts = expand(ADDRESS_COUNTS);
  shuffle(addressCounts, hashName('customer addresses'));
  const orders = ownersOf(orderCounts);
  const addresses = ownersOf(addressCounts);
  return {
    orderCounts,
    orderOffsets: orders.offsets,
    orderOwners: orders.owners,
    addressCounts,
    addressOffsets: addresses.offsets,
    addressOwners: addresses.owners,
  };
}

function ownersOf(counts: Uint8Array): { offsets: Uint16Array; owners: Uint16Array } {
  const owners: number[] = [];
  const offsets = Uint16Array.from(counts, (count, archetype) => {
    const offset = owners.length;
    for (let k = 0; k < count; k++) {
      owners.push(archetype);
    }
    return offset;
  });
  return { offsets, owners: Uint16Array.from(owners) };
}
