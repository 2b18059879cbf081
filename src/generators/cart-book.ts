import { cell, columnKey } from '../random/cell.ts';
import { hashName } from '../random/hash32.ts';
import { shuffle } from '../random/shuffle.ts';
import { createBlockPermutation } from './block-permutation.ts';
import { AS_OF_US, DAY_US, HOUR_US, SECOND_US, timeAt } from './calendar.ts';
import type { CustomerBook } from './customer-book.ts';
import { type DatasetSpec, ORDERS_PER_BLOCK } from './dataset-spec.ts';
import { expand } from './order-archetypes.ts';
import type { ProductPicker } from './product-picker.ts';
import { profileShape } from './profiles.ts';
import { skewed } from './skewed.ts';

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
  const shape = profileShape(spec.profile);
  const { carts: cartsPerBlock, openCarts: openPerBlock } = shape;
  const permutation = createBlockPermutation(spec.seed, 'carts', cartsPerBlock);
  const counts = expand(shape.linesPerCart);
  const itemsPerBlock = counts.reduce((sum, count) => sum + count, 0);
  shuffle(counts, hashName('cart lines'));
  const offsets = new Uint16Array(cartsPerBlock);
  const owners = new Uint16Array(itemsPerBlock);
  let offset = 0;
  for (const [archetype, count] of counts.entries()) {
    offsets[archetype] = offset;
    owners.fill(archetype, offset, offset + count);
    offset += count;
  }
  const byOpenness = Array.from({ length: cartsPerBlock }, (_, archetype) => archetype);
  shuffle(byOpenness, hashName('open carts'));
  const openArchetypes = byOpenness.slice(0, openPerBlock);
  const openFlags = new Uint8Array(cartsPerBlock);
  for (const archetype of openArchetypes) {
    openFlags[archetype] = 1;
  }
  const timeKey = columnKey(spec.seed, 'carts', 'created_at');
  const productKey = columnKey(spec.seed, 'cart_items', 'product_id');

  const archetypeOf = (cart: number): number => {
    const block = Math.floor(cart / cartsPerBlock);
    return permutation.archetypeAt(block, cart - block * cartsPerBlock);
  };
  const customerOf = (cart: number): number => {
    const archetype = archetypeOf(cart);
    return archetype < shape.ownedCarts
      ? customers.customerAt(Math.floor(cart / cartsPerBlock), archetype)
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
    const block = Math.floor(item / itemsPerBlock);
    const archetype = owners[item - block * itemsPerBlock] ?? 0;
    return block * itemsPerBlock + (offsets[archetype] ?? 0);
  };
  const chosen: number[] = [];

  return {
    carts: blocks * cartsPerBlock,
    items: blocks * itemsPerBlock,
    openCarts: blocks * openPerBlock,
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
      const block = Math.floor(item / itemsPerBlock);
      const archetype = owners[item - block * itemsPerBlock] ?? 0;
      return block * cartsPerBlock + permutation.positionOf(block, archetype);
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
      const block = Math.floor(index / openPerBlock);
      const archetype = openArchetypes[index - block * openPerBlock] ?? 0;
      return block * cartsPerBlock + permutation.positionOf(block, archetype);
    },
  };
}
