/**
 * Slots [0, total) dealt out in runs to owners, by an inverse distribution function in knots: who has
 * a slot is one interpolation between two neighbouring words, without a search, and without a table of
 * the owners. A table of 200,000 products would not fit into a core's cache (1 MiB) beside the rest.
 */
export interface SlotMap {
  readonly total: number;
  firstOf(owner: number): number;
  countOf(owner: number): number;
  ownerOf(slot: number): number;
}

const KNOTS = 4096;
/** Positions are multiples of it, so that the sum of a knot and its distance to the next is exact. */
const STEP = 2 ** -20;

/**
 * Deals out `total` slots in proportion to positive `weights`. Neighbours within the same 4096th of
 * all slots have as many slots each, so many owners should come in the order of their weights; no
 * border between two is further off than such a 4096th and a slot.
 */
export function createSlotMap(weights: ArrayLike<number>, total: number): SlotMap {
  const owners = weights.length;
  const knots = knotsOf(weights);
  const knotsPerSlot = KNOTS / total;
  const ownerOf = (slot: number): number => {
    const x = slot * knotsPerSlot;
    const knot = Math.floor(x);
    const from = knots[knot] ?? 0;
    return Math.floor(from + (x - knot) * ((knots[knot + 1] ?? 0) - from));
  };
  const firstOf = (owner: number): number => {
    if (owner >= owners) {
      return total;
    }
    let low = 0;
    let high = KNOTS - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((knots[middle + 1] ?? 0) > owner) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    const from = knots[low] ?? 0;
    const share = (owner - from) / ((knots[low + 1] ?? 0) - from);
    // A slot less, for the rounding; then the first that is the owner's or a later one's.
    let slot = Math.max(0, Math.floor((low + share) / knotsPerSlot) - 1);
    while (slot < total && ownerOf(slot) < owner) {
      slot++;
    }
    return slot;
  };
  return {
    total,
    firstOf,
    countOf: (owner) => firstOf(owner + 1) - firstOf(owner),
    ownerOf,
  };
}

/** Where among the owners each 4096th of the weight ends: 2.5 is in the middle of the third owner. */
function knotsOf(weights: ArrayLike<number>): Float64Array {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i] ?? 0;
  }
  const knots = new Float64Array(KNOTS + 1);
  let owner = 0;
  let before = 0;
  for (let knot = 0; knot < KNOTS; knot++) {
    const wanted = (knot / KNOTS) * sum;
    while (owner < weights.length - 1 && before + (weights[owner] ?? 0) <= wanted) {
      before += weights[owner++] ?? 0;
    }
    const share = Math.min(1, (wanted - before) / (weights[owner] ?? 1));
    knots[knot] = Math.floor((owner + share) / STEP) * STEP;
  }
  knots[KNOTS] = weights.length - STEP;
  return knots;
}
