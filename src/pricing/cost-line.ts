import { z } from 'zod';
import { CONFIDENCES, findPrice, isStale, type PriceBook, type PriceKey } from './price-book.ts';

export const HOURS_PER_MONTH = 730;

/** How instances of the database and the cache are paid. */
export const TERMS = [
  'on-demand',
  '1yr No Upfront',
  '1yr Partial Upfront',
  '1yr All Upfront',
  '3yr No Upfront',
  '3yr Partial Upfront',
  '3yr All Upfront',
] as const;
export type Term = (typeof TERMS)[number];

export const costLineSchema = z.object({
  what: z.string(),
  quantity: z.number(),
  unit: z.string(),
  /** Of one; null: unpriced. */
  usd: z.number().nullable(),
  usdPerHour: z.number().nullable(),
  asOf: z.string().nullable(),
  confidence: z.enum([...CONFIDENCES, 'own']),
  /** Keys of the snapshot's sources. */
  source: z.array(z.string()),
  /** Older than 180 days. */
  isStale: z.boolean(),
});

export type CostLine = z.infer<typeof costLineSchema>;

export interface CostOptions {
  readonly book: PriceBook;
  readonly today: Date;
  readonly term: Term;
  /**
   * Share of the primary's processors that the load used, where it was measured: burstable classes on RDS
   * are charged for what lies above their baseline.
   */
  readonly cpuShare?: number | undefined;
}

/** Instances, which can be reserved: on demand by the hour, else by the effective hour of the term. */
export function reservable(
  what: { readonly what: string; readonly quantity: number },
  key: Omit<PriceKey, 'unit'>,
  options: CostOptions,
): CostLine {
  const { term } = options;
  if (term === 'on-demand') return lineOf({ ...what, hours: 1 }, { ...key, unit: 'hour' }, options);
  const [years, ...payment] = term.split(' ');
  return lineOf(
    { ...what, hours: 1 },
    {
      ...key,
      service: `${key.service}-reserved`,
      unit: 'effective-hour',
      term: years as '1yr' | '3yr',
      paymentOption: payment.join(' ') as 'No Upfront',
    },
    options,
  );
}

/** What so many of something cost, by their price in the snapshot. */
export function lineOf(
  { what, quantity, hours }: { what: string; quantity: number; hours: number },
  key: PriceKey,
  { book, today }: CostOptions,
): CostLine {
  const price = findPrice(book, key);
  if (price === undefined || price.usd === null)
    return { ...withoutPrice(what, key.unit), quantity };
  const { usd, asOf, confidence, source } = price;
  return {
    what,
    quantity,
    unit: key.unit,
    usd,
    usdPerHour: (usd * quantity) / hours,
    asOf,
    confidence,
    source,
    isStale: isStale(price, today),
  };
}

/** What is there and has no price. */
export function withoutPrice(what: string, unit: string): CostLine {
  return {
    what,
    quantity: 1,
    unit,
    usd: null,
    usdPerHour: null,
    asOf: null,
    confidence: 'not-found',
    source: [],
    isStale: false,
  };
}
