import type pg from 'pg';
import { checkInvariants } from '../../invariants/invariants.ts';
import type { AcknowledgedSet, FoundOrder } from '../../measurements/acknowledged-set.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { arrivalOfToken, checkoutToken } from '../../workloads/shopper.ts';

const PAGE_ORDERS = 10_000;

export interface BooksOptions {
  readonly client: pg.Client;
  readonly runTag: string;
  readonly acknowledged: AcknowledgedSet;
  /** Total in cents by arrival, of the checkouts that were lost at COMMIT; null where it is unknown. */
  readonly inDoubt: ReadonlyMap<number, number | null>;
}

/**
 * Checks the books after a run: every acknowledged checkout is in the database once, with its total;
 * the doubtful ones are settled by their tokens; and the shop as a whole adds up.
 */
export async function checkBooks(options: BooksOptions): Promise<RunRecord['books']> {
  const { client, acknowledged, inDoubt } = options;
  let doubtfulFound = 0;
  let doubtfulDifferent = 0;
  async function* certainOrders(): AsyncGenerator<FoundOrder> {
    for await (const order of placedOrders(client, options.runTag)) {
      const expectedCents = inDoubt.get(order.arrival);
      if (expectedCents === undefined) yield order;
      else {
        doubtfulFound += 1;
        if (expectedCents !== null && expectedCents !== order.totalCents) doubtfulDifferent += 1;
      }
    }
  }
  const { unexpectedArrivals: _, ...compared } = await acknowledged.compare(certainOrders());
  const different = compared.different + doubtfulDifferent;
  const invariants = await checkInvariants(client);
  return {
    ...compared,
    different,
    inDoubt: {
      total: inDoubt.size,
      committed: doubtfulFound,
      lost: inDoubt.size - doubtfulFound,
    },
    invariants: invariants.map((check) => ({ ...check, examples: [...check.examples] })),
    checked: true,
    balanced:
      compared.missing + different + compared.doubled + compared.unexpected === 0 &&
      invariants.every((check) => check.violations === 0),
  };
}

/** The orders of one run, in the order of their arrivals. */
async function* placedOrders(client: pg.Client, runTag: string): AsyncGenerator<FoundOrder> {
  let after = checkoutToken(runTag, 0);
  const last = checkoutToken(runTag, 2 ** 48 - 1);
  for (let comparison = '>='; ; comparison = '>') {
    const { rows } = await client.query<{ token: string; totalCents: number }>(
      `select checkout_token as token, total_cents as "totalCents" from shop.orders
       where checkout_token ${comparison} $1 and checkout_token <= $2
       order by checkout_token limit ${PAGE_ORDERS}`,
      [after, last],
    );
    for (const { token, totalCents } of rows) yield { arrival: arrivalOfToken(token), totalCents };
    const newest = rows.at(-1);
    if (newest === undefined || rows.length < PAGE_ORDERS) return;
    after = newest.token;
  }
}
