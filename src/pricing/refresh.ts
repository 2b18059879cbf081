import type { Price, PriceBook } from './price-book.ts';

/** What a refresh changed. */
export interface Refreshed {
  readonly book: PriceBook;
  readonly added: number;
  readonly changed: readonly { readonly key: string; readonly from: number; readonly to: number }[];
  readonly unchanged: number;
  /** What somebody should look at before it is believed. */
  readonly warnings: readonly string[];
}

/** A price that moved by more than this since the last snapshot needs a human. */
const LARGEST_MOVE = 0.2;
/** A standby costs as much again, to the third place. */
const STANDBY_TOLERANCE_USD = 0.0015;

/** The snapshot with these prices in the place of its own; prices that they do not have stay as they are. */
export function refreshed(
  book: PriceBook,
  prices: readonly Price[],
  sources: PriceBook['sources'],
  compiled: string,
): Refreshed {
  const known = new Map(book.prices.map((price) => [keyOf(price), price]));
  const changed: { key: string; from: number; to: number }[] = [];
  const warnings: string[] = [];
  let added = 0;
  let unchanged = 0;
  for (const price of prices) {
    const key = keyOf(price);
    const before = known.get(key)?.usd ?? null;
    const to = price.usd ?? 0;
    known.set(key, price);
    if (before === null) added++;
    else if (before === to) unchanged++;
    else {
      changed.push({ key, from: before, to });
      if (Math.abs(to / before - 1) > LARGEST_MOVE) {
        warnings.push(`${key} moved from ${before} to ${to}.`);
      }
    }
  }
  return {
    book: {
      ...book,
      compiled,
      sources: { ...book.sources, ...sources },
      prices: [...known.values()],
    },
    added,
    changed,
    unchanged,
    warnings: [...warnings, ...implausible(prices)],
  };
}

/** Standbys that do not cost what a second instance does. */
function implausible(prices: readonly Price[]): string[] {
  const singles = new Map(
    prices
      .filter(
        ({ service, deployment }) => service === 'rds-postgresql' && deployment === 'Single-AZ',
      )
      .map((price) => [price.class, price.usd ?? 0]),
  );
  return prices
    .filter(({ service, deployment }) => service === 'rds-postgresql' && deployment === 'Multi-AZ')
    .flatMap((price) => {
      const single = singles.get(price.class);
      const usd = price.usd ?? 0;
      if (single === undefined) return [];
      const tolerance = Math.max(STANDBY_TOLERANCE_USD, 0.005 * 2 * single);
      if (Math.abs(usd - 2 * single) <= tolerance) return [];
      return [`${price.class} Multi-AZ costs ${usd}, which is not twice its Single-AZ ${single}.`];
    });
}

function keyOf(price: Price): string {
  const { service, region, deployment, unit, term, paymentOption } = price;
  return [service, price.class, region, deployment, unit, term, paymentOption]
    .filter((part) => part !== undefined)
    .join(' ');
}
