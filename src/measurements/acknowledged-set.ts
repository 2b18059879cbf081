/** Arrival numbers stay below this, so that all arithmetic on them is exact. */
const MAX_ARRIVALS = 2 ** 40;
const PAGE = 65_536;
const BLOCK = 1024;
const BLOCKS = PAGE / BLOCK;
const EXAMPLES = 1000;

/** What the database holds for one arrival. */
export interface FoundOrder {
  readonly arrival: number;
  readonly totalCents: number;
}

/** How the orders in the database compare with those that were acknowledged. */
export interface BooksComparison {
  /** Orders that the server confirmed: `found` + `missing`. */
  readonly acknowledged: number;
  /** Acknowledged orders that are there, each counted once. */
  readonly found: number;
  /** Acknowledged orders that are not there. */
  readonly missing: number;
  /**
   * Blocks of 1024 arrivals with all their acknowledged orders there, whose totals do not add up:
   * in each at least one order has another total. A lower bound also because a block with a missing
   * order cannot be checked, and differences that cancel out within a block do not show.
   */
  readonly different: number;
  /** Further orders of an arrival that already has one. */
  readonly doubled: number;
  /** Arrivals with an order that nobody acknowledged. */
  readonly unexpected: number;
  /** The first 1000 of them. */
  readonly unexpectedArrivals: readonly number[];
}

/** A stretch of arrivals: which ones are in, and the totals of each block of 1024. */
interface Page {
  readonly bits: Uint32Array;
  readonly counts: Uint16Array;
  readonly sumsCents: Float64Array;
}

/** The set as it crosses threads. */
export interface AcknowledgedState {
  readonly size: number;
  readonly pages: ReadonlyMap<number, Page>;
}

/**
 * The orders that the server acknowledged, by arrival number. Takes 1 bit an arrival and 10 bytes a
 * block, in pages of 65,536 arrivals that are made when first needed: 9 kB a page.
 */
export class AcknowledgedSet {
  readonly #pages = new Map<number, Page>();
  #size = 0;

  /** Number of acknowledged orders. */
  get size(): number {
    return this.#size;
  }

  /** Adds an order. Throws where the arrival has one already: nothing is ever acknowledged twice. */
  add(arrival: number, totalCents: number): void {
    if (!insert(this.#pages, arrival, totalCents)) {
      throw new Error(`Arrival ${arrival} was acknowledged twice.`);
    }
    this.#size += 1;
  }

  /** What another thread needs to go on with it. */
  toState(): AcknowledgedState {
    return { size: this.#size, pages: this.#pages };
  }

  /** Adds all orders that another thread had acknowledged. Throws where an arrival is in both. */
  absorb({ size, pages }: AcknowledgedState): void {
    for (const [number, page] of pages) {
      const own = this.#pages.get(number);
      if (own === undefined) this.#pages.set(number, page);
      else joinPage(own, page);
    }
    this.#size += size;
  }

  has(arrival: number): boolean {
    return contains(this.#pages, arrival);
  }

  /** Compares with the orders of the database, which may come in any order. */
  async compare(orders: AsyncIterable<FoundOrder>): Promise<BooksComparison> {
    const seen = new Map<number, Page>();
    const unexpectedPages = new Map<number, Page>();
    const unexpectedArrivals: number[] = [];
    let found = 0;
    let doubled = 0;
    let unexpected = 0;
    for await (const { arrival, totalCents } of orders) {
      const isExpected = this.has(arrival);
      if (!insert(isExpected ? seen : unexpectedPages, arrival, totalCents)) {
        doubled += 1;
      } else if (isExpected) {
        found += 1;
      } else {
        unexpected += 1;
        if (unexpectedArrivals.length < EXAMPLES) unexpectedArrivals.push(arrival);
      }
    }
    return {
      acknowledged: this.#size,
      found,
      missing: this.#size - found,
      different: this.#differentBlocks(seen),
      doubled,
      unexpected,
      unexpectedArrivals,
    };
  }

  #differentBlocks(seen: ReadonlyMap<number, Page>): number {
    let different = 0;
    for (const [number, page] of this.#pages) {
      const other = seen.get(number);
      if (other === undefined) continue;
      for (let block = 0; block < BLOCKS; block++) {
        // `seen` holds acknowledged arrivals only: equal counts are equal members.
        const isComplete = page.counts[block] === other.counts[block];
        if (isComplete && page.sumsCents[block] !== other.sumsCents[block]) different += 1;
      }
    }
    return different;
  }
}

function joinPage(page: Page, other: Page): void {
  for (const [word, bits] of other.bits.entries()) {
    const own = page.bits[word] ?? 0;
    if ((own & bits) !== 0) throw new Error('An arrival was acknowledged in two threads.');
    page.bits[word] = own | bits;
  }
  for (let block = 0; block < BLOCKS; block++) {
    page.counts[block] = (page.counts[block] ?? 0) + (other.counts[block] ?? 0);
    page.sumsCents[block] = (page.sumsCents[block] ?? 0) + (other.sumsCents[block] ?? 0);
  }
}

/** False where the arrival was in already: then nothing changes. */
function insert(pages: Map<number, Page>, arrival: number, totalCents: number): boolean {
  if (!Number.isInteger(arrival) || arrival < 0 || arrival >= MAX_ARRIVALS) {
    throw new RangeError(`Arrival numbers are whole and from 0 to 2^40 - 1, got ${arrival}.`);
  }
  const number = Math.floor(arrival / PAGE);
  let page = pages.get(number);
  if (page === undefined) {
    page = {
      bits: new Uint32Array(PAGE / 32),
      counts: new Uint16Array(BLOCKS),
      sumsCents: new Float64Array(BLOCKS),
    };
    pages.set(number, page);
  }
  const place = arrival % PAGE;
  const word = place >>> 5;
  const bit = 1 << (place & 31);
  const bits = page.bits[word] ?? 0;
  if ((bits & bit) !== 0) return false;
  page.bits[word] = bits | bit;
  const block = Math.floor(place / BLOCK);
  page.counts[block] = (page.counts[block] ?? 0) + 1;
  page.sumsCents[block] = (page.sumsCents[block] ?? 0) + totalCents;
  return true;
}

function contains(pages: ReadonlyMap<number, Page>, arrival: number): boolean {
  const place = arrival % PAGE;
  const bits = pages.get(Math.floor(arrival / PAGE))?.bits[place >>> 5] ?? 0;
  return (bits & (1 << (place & 31))) !== 0;
}
