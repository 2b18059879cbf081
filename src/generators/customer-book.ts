import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import { hashName } from '../random/hash32.ts';
import { shuffle } from '../random/shuffle.ts';
import { createBlockPermutation } from './block-permutation.ts';
import { DAY_US, MINUTE_US, SECOND_US, timeAt } from './calendar.ts';
import { COUNTRIES } from './data/places.ts';
import { type DatasetSpec, ORDERS_PER_BLOCK } from './dataset-spec.ts';
import { expand } from './order-archetypes.ts';
import { type ProfileShape, profileShape } from './profiles.ts';
import { remembered } from './remembered.ts';
import { skewed } from './skewed.ts';

/**
 * How long customers take to come back, as a share of all orders of the history: up to this after
 * their last order, mostly much sooner; those who come often, sooner.
 */
const LONGEST_GAP = 0.25;
const LONGEST_GAP_OF_MANY = 0.6;

/**
 * Customers <-> orders <-> addresses. A block has customer archetypes with fixed numbers of orders and
 * addresses. First orders lie in the block of their customer, so that ids go with the time of signing
 * up; each repeat slot lies a fixed number of blocks later, and those that would lie after the end come
 * round to the beginning (their customers signed up early, with late ids).
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
  /** A customer's rank within his block, in no order. */
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
  const shape = profileShape(spec.profile);
  const { orderCounts, firstSlots, repeatSlots, slotOwners, addressCounts, ...archetypes } =
    customerArchetypes(shape);
  const { addressOffsets, addressOwners } = archetypes;
  const addressesPerBlock = addressOwners.length;
  const buyerArchetypes = slotOwners.subarray(0, shape.buyers);
  const permutation = createBlockPermutation(spec.seed, 'customers', shape.customers);
  const dealing = createBlockPermutation(spec.seed, 'orders of customers', ORDERS_PER_BLOCK);
  const delays = repeatDelays(spec.seed, shape, orderCounts, slotOwners, blocks);
  const countryKey = columnKey(spec.seed, 'customers', 'country');
  const createdKey = columnKey(spec.seed, 'customers', 'created_at');

  const blockOf = (customer: number): number => Math.floor(customer / shape.customers);
  // Who was asked for last: the columns of a row ask for the same customer again.
  let readCustomer = -1;
  let readArchetype = 0;
  const archetypeOf = (customer: number): number => {
    if (customer !== readCustomer) {
      const block = blockOf(customer);
      readArchetype = permutation.archetypeAt(block, customer - block * shape.customers);
      readCustomer = customer;
    }
    return readArchetype;
  };
  const customerAt = (block: number, archetype: number): number => {
    readCustomer = block * shape.customers + permutation.positionOf(block, archetype);
    readArchetype = archetype;
    return readCustomer;
  };
  const orderOf = (customer: number, index: number): number => {
    const archetype = archetypeOf(customer);
    const slot =
      index === 0 ? (firstSlots[archetype] ?? 0) : (repeatSlots[archetype] ?? 0) + index - 1;
    const delayed = blockOf(customer) + (delays[slot] ?? 0);
    const block = delayed < blocks ? delayed : delayed - blocks;
    return block * ORDERS_PER_BLOCK + dealing.positionOf(block, slot);
  };
  const createdAt = remembered((customer: number): number => {
    const count = orderCounts[archetypeOf(customer)] ?? 0;
    if (count === 0) {
      return timeAt((blockOf(customer) + cell(createdKey, customer) / 0x100000000) / blocks);
    }
    let first = orderOf(customer, 0);
    for (let i = 1; i < count; i++) {
      first = Math.min(first, orderOf(customer, i));
    }
    // Two in five sign up on the way to their first checkout.
    const signsUpAtCheckout = cell(createdKey, customer) < 0.4 * 0x100000000;
    const range = signsUpAtCheckout ? 25 * MINUTE_US : 180 * DAY_US;
    return placedAt(first) - 30 * SECOND_US - skewed(cell(createdKey, customer, 1), range);
  });

  return {
    customers: blocks * shape.customers,
    addresses: blocks * addressesPerBlock,
    buyers: blocks * shape.buyers,
    customerOf(order) {
      const block = Math.floor(order / ORDERS_PER_BLOCK);
      const slot = dealing.archetypeAt(block, order - block * ORDERS_PER_BLOCK);
      const source = block - (delays[slot] ?? 0);
      return customerAt(source < 0 ? source + blocks : source, slotOwners[slot] ?? 0);
    },
    orderCountOf: (customer) => orderCounts[archetypeOf(customer)] ?? 0,
    orderOf,
    addressCountOf: (customer) => addressCounts[archetypeOf(customer)] ?? 1,
    addressOf: (customer, index) =>
      blockOf(customer) * addressesPerBlock + (addressOffsets[archetypeOf(customer)] ?? 0) + index,
    ownerOfAddress(address) {
      const block = Math.floor(address / addressesPerBlock);
      return customerAt(block, addressOwners[address - block * addressesPerBlock] ?? 0);
    },
    buyerAt(index) {
      const block = Math.floor(index / shape.buyers);
      return customerAt(block, buyerArchetypes[index - block * shape.buyers] ?? 0);
    },
    countryOf: (customer) => COUNTRY_BY_DRAW[bounded(cell(countryKey, customer), 1000)] ?? 0,
    createdAt,
    archetypeOf,
    customerAt,
  };
}

function customerArchetypes(shape: ProfileShape) {
  const orderCounts = new Uint8Array(shape.customers);
  orderCounts.set(expand(shape.ordersPerBuyer));
  shuffle(orderCounts, hashName('customer orders'));
  const addressCounts = expand(shape.addressCounts);
  shuffle(addressCounts, hashName('customer addresses'));
  const first = ownersOf(orderCounts.map((count) => Math.min(count, 1)));
  const repeat = ownersOf(orderCounts.map((count) => Math.max(count - 1, 0)));
  const addresses = ownersOf(addressCounts);
  return {
    orderCounts,
    /** Where the first order of an archetype lies among the slots of its block, and where its others. */
    firstSlots: first.offsets,
    repeatSlots: repeat.offsets.map((offset) => shape.buyers + offset),
    slotOwners: Uint16Array.of(...first.owners, ...repeat.owners),
    addressCounts,
    addressOffsets: addresses.offsets,
    addressOwners: addresses.owners,
  };
}

/** How many blocks after its customer's block the order of each slot lies: 0 for first orders. */
function repeatDelays(
  seed: number,
  shape: ProfileShape,
  orderCounts: Uint8Array,
  slotOwners: Uint16Array,
  blocks: number,
): Float64Array {
  const key = columnKey(seed, 'orders', 'customer_id');
  let owner = -1;
  let share = 0;
  return Float64Array.from(slotOwners, (archetype, slot) => {
    if (slot < shape.buyers) {
      return 0;
    }
    if (archetype !== owner) {
      owner = archetype;
      share = 0;
    }
    const longest = Math.min(LONGEST_GAP, LONGEST_GAP_OF_MANY / (orderCounts[archetype] ?? 1));
    const draw = cell(key, slot) / 0x100000000;
    share += draw * draw * longest;
    return Math.floor(share * blocks);
  });
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
