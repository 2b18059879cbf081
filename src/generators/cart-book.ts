import { cell, columnKey } from '../random/cell.ts';
import { hashName } from '../random/hash32.ts';
import { shuffle } from '../random/shuffle.ts';
import { createBlockPermutation } from './block-permutation.ts';
import { AS_OF_US, DAY_US, HOUR_US, SECOND_US, timeAt } from './calendar.ts';
import type { CustomerBook } from './customer-book.ts';
import { LINES_PER_CART } from './data/distributions.ts';
import { type DatasetSpec, ORDERS_PER_BLOCK } from './dataset-spec.ts';
import { expand } from './order-archetypes.ts';
import type { ProductPicker } from './product-picker.ts';
import { skewed } from './skewed.ts';

const CARTS_PER_BLOCK = 300;
const CART_ITEMS_PER_BLOCK = 700;
const OPEN_PER_BLOCK = 105;
/** Carts whose shopper has logged in; each is another customer's. */
const OWNED_PER_BLOCK = 225;

/** Carts <-> their items, customers and products. Carts that became orders have been purged. */
export interface CartBook {
  readonly carts: number;
  readonly items: number;
  readonly openCarts: number;
  isOpen(cart: number): boolean;
  /** -1 while no one has logged in. */
  customerOf(cart: number): number;
  createdAt(cart: number): number;
  /** When the `index`-th item was added. */
  addedAt(cart: number, index: number): number;
  itemCountOf(cart: number): number;
  /** The cart of an item row, and which of the cart's items it is. */
  cartOfItem(item: number): number;
  itemIndexOf(item: number): number;
  /** The product of an item: all items of a cart have different ones. */
  productOf(item: number): number;
  /** The `index`-th open cart. */
  openCartAt(index: number): number;
}

export function createCartBook(
  spec: DatasetSpec,
  customers: CustomerBook,
  pickProduct: ProductPicker,
): CartBook {
  const blocks = spec.orders / ORDERS_PER_BLOCK;
  const permutation = createBlockPermutation(spec.seed, 'carts', CARTS_PER_BLOCK);
  const counts = expand(LINES_PER_CART);
  shuffle(counts, hashName('cart lines'));
  const offsets = new Uint16Array(CARTS_PER_BLOCK);
  const owners = new Uint16Array(CART_ITEMS_PER_BLOCK);
  let offset = 0;
  for (const [archetype, count] of counts.entries()) {
    offsets[archetype] = offset;
    owners.fill(archetype, offset, offset + count);
    offset += count;
  }
  const byOpenness = Array.from({ length: CARTS_PER_BLOCK }, (_, archetype) => archetype);
  shuffle(byOpenness, hashName('open carts'));
  const openArchetypes = byOpenness.slice(0, OPEN_PER_BLOCK);
  const openFlags = new Uint8Array(CARTS_PER_BLOCK);
  for (const archetype of openArchetypes) {
    openFlags[archetype] = 1;
  }
  const timeKey = columnKey(spec.seed, 'carts', 'created_at');
  const productKey = columnKey(spec.seed, 'cart_items', 'product_id');

  const archetypeOf = (cart: number): number => {
    const block = Math.floor(cart / CARTS_PER_BLOCK);
    return permutation.archetypeAt(block, cart - block * CARTS_PER_BLOCK);
  };
  const customerOf = (cart: number): number => {
    const archetype = archetypeOf(cart);
    return archetype < OWNED_PER_BLOCK
      ? customers.customerAt(Math.floor(cart / CARTS_PER_BLOCK), archetype)
      : -1;
  };
  const createdAt = (cart: number): number => {
    const word = cell(timeKey, cart);
    const us =
      openFlags[archetypeOf(cart)] === 1
        ? AS_OF_US - 10 * SECOND_US - skewed(word, 14 * DAY_US)
        : timeAt(word / 0x100000000);
    const customer = customerOf(cart);
    const signedUp = customer < 0 ? 0 : customers.createdAt(customer);
    if (us > signedUp) {
      return us;
    }
    return signedUp + Math.floor((word / 0x100000000) * (AS_OF_US - signedUp));
  };
  const firstItemOf = (item: number): number => {
    const block = Math.floor(item / CART_ITEMS_PER_BLOCK);
    const archetype = owners[item - block * CART_ITEMS_PER_BLOCK] ?? 0;
    return block * CART_ITEMS_PER_BLOCK + (offsets[archetype] ?? 0);
  };
  const chosen: number[] = [];

  return {
    carts: blocks * CARTS_PER_BLOCK,
    items: blocks * CART_ITEMS_PER_BLOCK,
    openCarts: blocks * OPEN_PER_BLOCK,
    isOpen: (cart) => openFlags[archetypeOf(cart)] === 1,
    customerOf,
    createdAt,
    addedAt(cart, index) {
      const createdUs = createdAt(cart);
      const visit = Math.min(
        skewed(cell(timeKey, cart, 1), 2 * HOUR_US),
        AS_OF_US - SECOND_US - createdUs,
      );
      const count = counts[archetypeOf(cart)] ?? 1;
      return createdUs + Math.floor((Math.max(visit, 0) * (index + 1)) / count);
    },
    itemCountOf: (cart) => counts[archetypeOf(cart)] ?? 0,
    cartOfItem(item) {
      const block = Math.floor(item / CART_ITEMS_PER_BLOCK);
      const archetype = owners[item - block * CART_ITEMS_PER_BLOCK] ?? 0;
      return block * CARTS_PER_BLOCK + permutation.positionOf(block, archetype);
    },
    itemIndexOf: (item) => item - firstItemOf(item),
    productOf(item) {
      // Each item draws until it finds a product that no earlier item of the cart has.
      chosen.length = 0;
      let product = 0;
      for (let row = firstItemOf(item); row <= item; row++) {
        let draw = 0;
        do {
          product = pickProduct(cell(productKey, row, draw++));
        } while (chosen.includes(product));
        chosen.push(product);
      }
      return product;
    },
    openCartAt(index) {
      const block = Math.floor(index / OPEN_PER_BLOCK);
      const archetype = openArchetypes[index - block * OPEN_PER_BLOCK] ?? 0;
      return block * CARTS_PER_BLOCK + permutation.positionOf(block, archetype);
    },
  };
}
