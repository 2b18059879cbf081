/** An order that this run has placed, and the server acknowledged. */
export interface RecentOrder {
  readonly token: string;
  readonly customerId: number;
  /** When a read that showed it had ended, on `performance.now()`; null: none has yet. */
  seenAt: number | null;
}

const KEPT = 64;

/**
 * The last orders that were acknowledged, so that later arrivals can look for them. Which ones these
 * are depends on the run: what an arrival draws from them is the one thing about it that no seed
 * decides.
 */
export class RecentOrders {
  readonly #orders: RecentOrder[] = [];
  #placed = 0;

  add(token: string, customerId: number): void {
    this.#orders[this.#placed++ % KEPT] = { token, customerId, seenAt: null };
  }

  /** One of the last 64 for a 32-bit uniform word, a newer one with more likelihood; null before the first. */
  pick(word: number): RecentOrder | null {
    const size = this.#orders.length;
    const age = Math.floor(size * (word / 2 ** 32) ** 2);
    return this.#orders[(this.#placed - 1 - age + KEPT) % KEPT] ?? null;
  }
}
