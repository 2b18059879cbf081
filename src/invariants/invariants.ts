import { systemClock } from '../clock.ts';
import type { BooksCheck } from '../measurements/run-record.ts';
import { convertedCarts } from './converted-carts.ts';
import { couponUses } from './coupon-uses.ts';
import { customerSpend } from './customer-spend.ts';
import { dailySales } from './daily-sales.ts';
import type { Invariant } from './invariant.ts';
import { lowStockAlerts } from './low-stock-alerts.ts';
import { orderDiscounts } from './order-discounts.ts';
import { orderStatusHistory } from './order-status-history.ts';
import { orderTotals } from './order-totals.ts';
import { payments } from './payments.ts';
import { productRatings } from './product-ratings.ts';
import { refunds } from './refunds.ts';
import { saleMovements } from './sale-movements.ts';
import { schemaValidity } from './schema-validity.ts';
import { shipments } from './shipments.ts';
import { stockLedger } from './stock-ledger.ts';
import { stockReservations } from './stock-reservations.ts';

/** The shop's books, in the order in which they are checked and shown. */
export const INVARIANTS: readonly Invariant[] = [
  schemaValidity,
  orderTotals,
  orderDiscounts,
  payments,
  refunds,
  customerSpend,
  couponUses,
  stockLedger,
  stockReservations,
  saleMovements,
  orderStatusHistory,
  shipments,
  convertedCarts,
  productRatings,
  lowStockAlerts,
  dailySales,
];

interface Client {
  query(text: string): Promise<{ rows: readonly { [column: string]: unknown }[] }>;
}

const MOST_EXAMPLES = 10;

/** The books that this shop keeps: all but those that only triggers keep up, where these are switched off. */
export async function keptInvariants(client: Client): Promise<readonly Invariant[]> {
  const kept: Invariant[] = [];
  for (const invariant of INVARIANTS) {
    const { keptBy } = invariant;
    if (keptBy !== undefined) {
      const { rows } = await client.query(`select shop.keeps('${keptBy}') as kept`);
      if (rows[0]?.['kept'] !== true) continue;
    }
    kept.push(invariant);
  }
  return kept;
}

/**
 * Checks the shop's books, one query each. Each sees a consistent state of its own; nothing is
 * locked and nothing changed.
 *
 * @returns for each invariant how many rows violate it, and the first ten of them by their key
 * @throws the signal's reason when aborted between two checks
 */
export async function checkInvariants(client: Client, signal?: AbortSignal): Promise<BooksCheck[]> {
  const results: BooksCheck[] = [];
  for (const invariant of await keptInvariants(client)) {
    signal?.throwIfAborted();
    results.push(await checkInvariant(client, invariant));
  }
  return results;
}

/** Checks one of the books. */
export async function checkInvariant(client: Client, invariant: Invariant): Promise<BooksCheck> {
  const { name, question, violations } = invariant;
  const startedAt = systemClock.now();
  // As JSON, because only there a bigint is a number whatever the client's type parsers do.
  const { rows } = await client.query(
    `select violation.total, to_jsonb(violation) - 'total' as example
     from (
       select *, (count(*) over ())::int as total
       from (${violations}) found
       order by found
       limit ${MOST_EXAMPLES}
     ) violation`,
  );
  return {
    name,
    question,
    violations: Number(rows[0]?.['total'] ?? 0),
    examples: rows.map((row) => row['example'] as Record<string, unknown>),
    durationMs: systemClock.now() - startedAt,
  };
}
