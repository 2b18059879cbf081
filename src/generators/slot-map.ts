/**
 * Slots [0, total) dealt out in runs: owner i has the slots from `starts[i]` up to `starts[i + 1]`.
 * A guide of two entries an owner makes the search for a slot's owner O(1) on average.
 */
export interface SlotMap {
  readonly total: number;
  readonly starts: Float64Array;
  ownerOf(slot: number): number;
}

/** Deals out `total` slots in proportion to `weights`; rounding moves no border by a whole slot. */
export function createSlotMap(weights: ArrayLike<number>, total: number): SlotMap {
  const size = weights.length;
  const starts = new Float64Array(size + 1);
  let sum = 0;
  for (let i = 0; i < size; i++) {
    sum += weights[i] ?? 0;
    starts[i + 1] = sum;
  }
  for (let i = 1; i <= size; i++) {
    starts[i] = Math.floor(((starts[i] ?? 0) / sum) * total);
  }
  const cells = 2 * size;
  const slotsPerCell = total / cells;
  const guide = new Uint32Array(cells + 1);
  let owner = 0;
  for (let i = 0; i <= cells; i++) {
    // One slot before the cell's first, so that rounding cannot make the guide too high.
    const slot = Math.floor(i * slotsPerCell) - 1;
    while (owner < size - 1 && (starts[owner + 1] ?? 0) <= slot) {
      owner++;
    }
    guide[i] = owner;
  }
  return {
    total,
    starts,
    ownerOf(slot) {
      let candidate = guide[Math.floor(slot / slotsPerCell)] ?? 0;
      while (slot >= (starts[candidate + 1] ?? Number.POSITIVE_INFINITY)) {
        candidate++;
      }
      return candidate;
    },
  };
}
