import { bounded } from '../random/bounded.ts';
import { cell, columnKey } from '../random/cell.ts';
import { hashName } from '../random/hash32.ts';
import { shuffle } from '../random/shuffle.ts';
import { CART_STATUSES } from '../schema/tables.ts';
import { createBlockPermutation } from './block-permutation.ts';
import { AS_OF_US, HOUR_US, SECOND_US, timeAt } from './calendar.ts';
import type { CustomerBook } from './customer-book.ts';
import type { DatasetSpec } from './dataset-spec.ts';
import { expand } from './order-archetypes.ts';
import type { ProductPicker } from './product-picker.ts';
import { profileShape } from './profiles.ts';
import { skewed } from './skewed.ts';

/** Carts of a block, each an archetype: first those that were left, then those that became orders. */
const CARTS_PER_BLOCK = 1000;
/** 30 % of carts become orders (OTTO). */
const ORDERED_PER_BLOCK = 300;
const LEFT_PER_BLOCK = CARTS_PER_BLOCK - ORDERED_PER_BLOCK;
/** Of those left, three in four belong to a shopper who has logged in. */
const OWNED_PER_BLOCK = 525;
/** The last third of the carts: about the last two weeks. Older ones count as abandoned. */
const OPEN_SHARE = 1 / 3;

/** The code of a status: its place in `CART_STATUSES`. */
const STATUS = {
  open: CART_STATUSES.indexOf('open'),
  converted: CART_STATUSES.indexOf('converted'),
  abandoned: CART_STATUSES.indexOf('abandoned'),
} as const;

/**
 * Carts <-> their orders, items, customers and products. Carts are purged after some six weeks, when
 * 9 % of the orders are younger: these have a cart, and for each three of them there are seven carts
 * that no one paid for. The items of a cart that was paid for have become the lines of its order.
 */
export interface CartBook {
  readonly carts: number;
  readonly items: number;
  readonly openCarts: number;
  /** Code: place in `CART_STATUSES`. */
  statusOf(cart: number): number;
  /** -1 while no one has logged in. */
  customerOf(cart: number): number;
  createdAt(cart: number): number;
  /** When its last item was added, or its order placed. */
  updatedAt(cart: number): number;
  /** The cart of an order; -1 when it has been purged. */
  cartOf(order: number): number;
  /** The cart of an item row, and which of the cart's items it is. */
  cartOfItem(item: number): number;
  itemIndexOf(item: number): number;
  /** When the `index`-th item was added. */
  addedAt(cart: number, index: number): number;
  /** The product of an item: all items of a cart have different ones. */
  productOf(item: number): number;
  /** The `index`-th open cart. */
  openCartAt(index: number): number;
}

export function createCartBook(
  spec: DatasetSpec,
  customers: CustomerBook,
  pickProduct: ProductPicker,
  placedAt: (order: number) => number,
): CartBook {
  const blocks = Math.max(1, Math.round((0.3 * spec.orders) / CARTS_PER_BLOCK));
  const openBlocks = Math.ceil(OPEN_SHARE * blocks);
  const keptOrders = blocks * ORDERED_PER_BLOCK;
  const firstOrder = spec.orders - keptOrders;
  const permutation = createBlockPermutation(spec.seed, 'carts', CARTS_PER_BLOCK);
  const counts = expand(profileShape(spec.profile).linesPerCart);
  const itemsPerBlock = counts.reduce((sum, count) => sum + count, 0);
  shuffle(counts, hashName('cart lines'));
  const offsets = new Uint16Array(LEFT_PER_BLOCK);
  const owners = new Uint16Array(itemsPerBlock);
  let offset = 0;
  for (const [archetype, count] of counts.entries()) {
    offsets[archetype] = offset;
    owners.fill(archetype, offset, offset + count);
    offset += count;
  }
  const customerKey = columnKey(spec.seed, 'carts', 'customer_id');
  const timeKey = columnKey(spec.seed, 'carts', 'created_at');
  const productKey = columnKey(spec.seed, 'cart_items', 'product_id');

  const blockOf = (cart: number): number => Math.floor(cart / CARTS_PER_BLOCK);
  const archetypeOf = (cart: number): number => {
    const block = blockOf(cart);
    return permutation.archetypeAt(block, cart - block * CARTS_PER_BLOCK);
  };
  const cartAt = (block: number, archetype: number): number =>
    block * CARTS_PER_BLOCK + permutation.positionOf(block, archetype);
  /** -1 for a cart that was left. */
  const orderOf = (cart: number): number => {
    const archetype = archetypeOf(cart);
    return archetype < LEFT_PER_BLOCK
      ? -1
      : firstOrder + blockOf(cart) * ORDERED_PER_BLOCK + archetype - LEFT_PER_BLOCK;
  };
  const customerOf = (cart: number): number => {
    const order = orderOf(cart);
    if (order >= 0) {
      return customers.customerOf(order);
    }
    return archetypeOf(cart) < OWNED_PER_BLOCK
      ? bounded(cell(customerKey, cart), customers.customers)
      : -1;
  };
  const createdAt = (cart: number): number => {
    const word = cell(timeKey, cart);
    const order = orderOf(cart);
    if (order >= 0) {
      return placedAt(order) - 30 * SECOND_US - skewed(word, 2 * HOUR_US);
    }
    // As often, at any time, as the orders beside it.
    const share = (blockOf(cart) + word / 0x100000000) / blocks;
    const us = timeAt((firstOrder + share * keptOrders) / spec.orders);
    const customer = customerOf(cart);
    const signedUp = customer < 0 ? 0 : customers.createdAt(customer);
    if (us > signedUp) {
      return us;
    }
    return signedUp + Math.floor((word / 0x100000000) * (AS_OF_US - signedUp));
  };
  const addedAt = (cart: number, index: number): number => {
    const createdUs = createdAt(cart);
    const visit = Math.min(
      skewed(cell(timeKey, cart, 1), 2 * HOUR_US),
      AS_OF_US - SECOND_US - createdUs,
    );
    const count = counts[archetypeOf(cart)] ?? 1;
    return createdUs + Math.floor((Math.max(visit, 0) * (index + 1)) / count);
  };
  const firstItemOf = (item: number): number => {
    const block = Math.floor(item / itemsPerBlock);
    const archetype = owners[item - block * itemsPerBlock] ?? 0;
    return block * itemsPerBlock + (offsets[archetype] ?? 0);
  };
  // The cart that was asked for last, by its first item: mostly its next item comes next.
  let readFirst = -1;
  const chosen: number[] = [];

  return {
    carts: blocks * CARTS_PER_BLOCK,
    items: blocks * itemsPerBlock,
    openCarts: openBlocks * LEFT_PER_BLOCK,
    statusOf(cart) {
      if (archetypeOf(cart) >= LEFT_PER_BLOCK) {
        return STATUS.converted;
      }
      return blockOf(cart) < blocks - openBlocks ? STATUS.abandoned : STATUS.open;
    },
    customerOf,
    createdAt,
    updatedAt(cart) {
      const order = orderOf(cart);
      return order < 0 ? addedAt(cart, (counts[archetypeOf(cart)] ?? 1) - 1) : placedAt(order);
    },
    cartOf(order) {
      if (order < firstOrder) {
        return -1;
      }
      const block = Math.floor((order - firstOrder) / ORDERED_PER_BLOCK);
      return cartAt(block, LEFT_PER_BLOCK + order - firstOrder - block * ORDERED_PER_BLOCK);
    },
    cartOfItem(item) {
      const block = Math.floor(item / itemsPerBlock);
      return cartAt(block, owners[item - block * itemsPerBlock] ?? 0);
    },
    itemIndexOf: (item) => item - firstItemOf(item),
    addedAt,
    productOf(item) {
      const first = firstItemOf(item);
      if (first !== readFirst) {
        readFirst = first;
        chosen.length = 0;
      }
      // Each item draws until it finds a product that no earlier item of the cart has.
      for (let row = first + chosen.length; row <= item; row++) {
        let draw = 0;
        let product = pickProduct(cell(productKey, row, draw++));
        while (chosen.includes(product)) {
          product = pickProduct(cell(productKey, row, draw++));
        }
        chosen.push(product);
      }
      return chosen[item - first] ?? 0;
    },
    openCartAt(index) {
      const block = Math.floor(index / LEFT_PER_BLOCK);
      return cartAt(blocks - openBlocks + block, index - block * LEFT_PER_BLOCK);
    },
  };
}
