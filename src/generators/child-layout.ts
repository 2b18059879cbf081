import { ORDERS_PER_BLOCK } from './dataset-spec.ts';
import type { OrderPlace, Zones } from './zones.ts';

/** A child row: the order it belongs to, and which of the order's children it is, from 0. */
export interface ChildPlace extends OrderPlace {
  index: number;
}

/**
 * Row numbers of a table whose rows belong to orders <-> (order, index), both ways in O(1). In a
 * settled block the rows lie by archetype; in the open zone by archetype (age) first, so that there,
 * too, ids go with time.
 */
export interface ChildLayout {
  readonly rowCount: number;
  /** How many children an order of `archetype` has. */
  countOf(archetype: number): number;
  locate(row: number, place: ChildPlace): void;
  rowOf(block: number, archetype: number, index: number): number;
}

/** A new, empty place. */
export function childPlace(): ChildPlace {
  return { block: 0, archetype: 0, index: 0 };
}

/** `counts`: children by archetype, of settled orders (0 to 999) and of open ones (1000 to 1999). */
export function createChildLayout(zones: Zones, counts: Uint8Array): ChildLayout {
  const { settledBlocks, openBlocks } = zones;
  const settled = ownersOf(counts, 0);
  const open = ownersOf(counts, ORDERS_PER_BLOCK);
  const offsets = new Uint16Array(2 * ORDERS_PER_BLOCK);
  offsets.set(settled.offsets);
  offsets.set(open.offsets, ORDERS_PER_BLOCK);
  const settledSize = settled.owners.length;
  const settledRows = settledBlocks * settledSize;
  return {
    rowCount: settledRows + openBlocks * open.owners.length,
    countOf: (archetype) => counts[archetype] ?? 0,
    locate(row, place) {
      if (row < settledRows) {
        const block = Math.floor(row / settledSize);
        const within = row - block * settledSize;
        const archetype = settled.owners[within] ?? 0;
        place.block = block;
        place.archetype = archetype;
        place.index = within - (offsets[archetype] ?? 0);
        return;
      }
      const within = row - settledRows;
      const archetype = open.owners[Math.floor(within / openBlocks)] ?? 0;
      const count = counts[archetype] ?? 1;
      const rest = within - (offsets[archetype] ?? 0) * openBlocks;
      const blockIndex = Math.floor(rest / count);
      place.block = settledBlocks + blockIndex;
      place.archetype = archetype;
      place.index = rest - blockIndex * count;
    },
    rowOf(block, archetype, index) {
      const offset = offsets[archetype] ?? 0;
      return archetype < ORDERS_PER_BLOCK
        ? block * settledSize + offset + index
        : settledRows +
            offset * openBlocks +
            (block - settledBlocks) * (counts[archetype] ?? 0) +
            index;
    },
  };
}

/** For each of 1000 archetypes from `first` where its children begin; for each child its archetype. */
function ownersOf(
  counts: Uint8Array,
  first: number,
): { offsets: Uint16Array; owners: Uint16Array } {
  const offsets = new Uint16Array(ORDERS_PER_BLOCK);
  const owners: number[] = [];
  for (let i = 0; i < ORDERS_PER_BLOCK; i++) {
    offsets[i] = owners.length;
    for (let k = 0; k < (counts[first + i] ?? 0); k++) {
      owners.push(first + i);
    }
  }
  return { offsets, owners: Uint16Array.from(owners) };
}
