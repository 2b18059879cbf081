import { createBlockPermutation } from './block-permutation.ts';
import { ORDERS_PER_BLOCK } from './dataset-spec.ts';

/** Share of the newest orders whose life is still going on: about the last two weeks. */
const OPEN_SHARE = 0.03;
/** Of these, the share that comes after the last that has been sent. */
const NEW_SHARE = 0.3;

/**
 * Where an order stands: its block, and its archetype, from 0 to 999 in a settled block and from
 * 1000 to 1999 in an open one. Mutable and reused, so that the row path allocates nothing.
 */
export interface OrderPlace {
  block: number;
  archetype: number;
}

/**
 * Order numbers <-> (block, archetype). Settled blocks are runs of 1000 orders. The last blocks are
 * the open zone and interleave: there the archetype is the rank by age (1000 = oldest), so that the
 * state of an order follows from its age.
 */
export interface Zones {
  readonly blocks: number;
  readonly settledBlocks: number;
  readonly openBlocks: number;
  readonly settledOrders: number;
  /** The youngest part of the open zone: what is not sent after about four days. */
  readonly newOrders: number;
  locate(order: number, place: OrderPlace): void;
  orderOf(block: number, archetype: number): number;
}

export function createZones(seed: number, orders: number): Zones {
  const blocks = orders / ORDERS_PER_BLOCK;
  const openBlocks = Math.ceil(OPEN_SHARE * blocks);
  const settledBlocks = blocks - openBlocks;
  const settledOrders = settledBlocks * ORDERS_PER_BLOCK;
  const permutation = createBlockPermutation(seed, 'orders', ORDERS_PER_BLOCK);
  return {
    blocks,
    settledBlocks,
    openBlocks,
    settledOrders,
    newOrders: Math.floor(NEW_SHARE * openBlocks * ORDERS_PER_BLOCK),
    locate(order, place) {
      if (order < settledOrders) {
        const block = Math.floor(order / ORDERS_PER_BLOCK);
        place.block = block;
        place.archetype = permutation.archetypeAt(block, order - block * ORDERS_PER_BLOCK);
        return;
      }
      const sinceOpen = order - settledOrders;
      const rank = Math.floor(sinceOpen / openBlocks);
      place.block = settledBlocks + sinceOpen - rank * openBlocks;
      place.archetype = ORDERS_PER_BLOCK + rank;
    },
    orderOf(block, archetype) {
      return archetype < ORDERS_PER_BLOCK
        ? block * ORDERS_PER_BLOCK + permutation.positionOf(block, archetype)
        : settledOrders + (archetype - ORDERS_PER_BLOCK) * openBlocks + (block - settledBlocks);
    },
  };
}
