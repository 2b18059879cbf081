/**
 * Slots [0, total) dealt out in runs to owners. A guide of one entry an owner makes the search for a
 * slot's owner O(1) on average. Two words an owner: at 10m orders the map of products has to share
 * a core's cache with everything else.
 */
export interface SlotMap {
  readonly total: number;
  firstOf(owner: number): number;
  countOf(owner: number): number;
  ownerOf(slot: number): number;
}

/** Deals out `total` slots in proportion to `weights`; rounding moves no border by a whole slot. */
export function createSlotMap(weights: ArrayLike<number>, total: number): SlotMap {
  const size = weights.length;
  const last = size - 1;
  const starts = total < 2 ** 32 ? new Uint32Array(size) : new Float64Array(size);
  let sum = 0;
  for (let i = 0; i < size; i++) {
    sum += weights[i] ?? 0;
  }
  let before = 0;
  for (let i = 0; i < size; i++) {
    starts[i] = Math.floor((before / sum) * total);
    before += weights[i] ?? 0;
  }
  const slotsPerCell = total / size;
  // Dividing takes four times as long as multiplying.
  const cellsPerSlot = size / total;
  const guide = new Uint32Array(size + 1);
  let owner = 0;
  for (let i = 0; i <= size; i++) {
    // One slot before the cell's first, so that rounding cannot make the guide too high.
    const slot = Math.floor(i * slotsPerCell) - 1;
    while (owner < last && (starts[owner + 1] ?? 0) <= slot) {
      owner++;
    }
    guide[i] = owner;
  }
  const firstOf = (index: number): number => (index < size ? (starts[index] ?? 0) : total);
  return {
    total,
    firstOf,
    countOf: (index) => firstOf(index + 1) - firstOf(index),
    ownerOf(slot) {
      let candidate = guide[Math.floor(slot * cellsPerSlot)] ?? 0;
      while (candidate < last && slot >= (starts[candidate + 1] ?? 0)) {
        candidate++;
      }
      return candidate;
    },
  };
}
