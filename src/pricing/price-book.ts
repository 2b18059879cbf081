import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CartloadError, messageOf } from '../errors.ts';

/** What speaks for a price, the best first. */
export const CONFIDENCES = [
  'list-file',
  'two-agree',
  'one-source',
  'indirect',
  'recalled',
  'not-found',
] as const;

const price = z.strictObject({
  /** `rds-postgresql`, `rds-storage`, `nat-gateway`, ... */
  service: z.string(),
  /** What of it: an instance class, or `gp3-storage`. */
  class: z.string(),
  region: z.string(),
  deployment: z.string(),
  /** What one of it is: `hour`, `GB-month`. */
  unit: z.string(),
  /** Of a reservation; its unit is `effective-hour`, the upfront part spread over the term. */
  term: z.enum(['1yr', '3yr']).optional(),
  paymentOption: z.enum(['No Upfront', 'Partial Upfront', 'All Upfront']).optional(),
  /** null: nobody has a source for it. */
  usd: z.number().positive().nullable(),
  /** `2026-10-06`, `2026-04` or `2026`. */
  asOf: z
    .string()
    .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/)
    .nullable(),
  source: z.array(z.string()),
  confidence: z.enum(CONFIDENCES),
  note: z.string().optional(),
});

const limits = z.object({
  class: z.string(),
  vcpu: z.number(),
  memoryGiB: z.number(),
  /** What it holds for ever, and for half an hour a day. */
  ebsBaselineMbps: z.number().nullable(),
  ebsMaxMbps: z.number().nullable(),
  ebsBaselineIops: z.number().nullable(),
  ebsMaxIops: z.number().nullable(),
  /** Of burstable classes. */
  cpuCreditsPerHour: z.number().nullable(),
  /** Share of its processors that it may use for ever. */
  baselineCpuPctPerVcpu: z.number().nullable(),
});

const priceBookSchema = z.object({
  schemaVersion: z.literal(1),
  compiled: z.iso.date(),
  currency: z.literal('USD'),
  confidenceValues: z.record(z.string(), z.string()),
  sources: z.record(
    z.string(),
    z.object({
      title: z.string(),
      date: z.string(),
      kind: z.string(),
      note: z.string().optional(),
    }),
  ),
  prices: z.array(price),
  instanceLimits: z.array(limits.loose()),
});

/** Prices as they stood on some day, each with what speaks for it. */
export type PriceBook = z.infer<typeof priceBookSchema>;
export type Price = z.infer<typeof price>;
export type InstanceLimits = z.infer<typeof limits>;

/** What a price is looked up by. */
export type PriceKey = Pick<Price, 'service' | 'class' | 'region' | 'deployment' | 'unit'> &
  Partial<Pick<Price, 'term' | 'paymentOption'>>;

/** A price older than this may have changed. */
const STALE_AFTER_DAYS = 180;
const DAY_MS = 24 * 60 * 60 * 1000;

/** @throws CartloadError BAD_PRICES where the file is not a snapshot of prices */
export function readPriceBook(file: string): PriceBook {
  try {
    return priceBookSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CartloadError('BAD_PRICES', `${file} is no snapshot of prices: ${messageOf(cause)}`, {
      hint: 'The one that Cartload comes with is pricing/aws.json.',
      cause,
    });
  }
}

/** The entry of a key, which may be without a price; undefined where there is none. */
export function findPrice(book: PriceBook, key: PriceKey): Price | undefined {
  return book.prices.find(
    (each) =>
      each.service === key.service &&
      each.class === key.class &&
      each.region === key.region &&
      each.deployment === key.deployment &&
      each.unit === key.unit &&
      each.term === key.term &&
      each.paymentOption === key.paymentOption,
  );
}

export function limitsOf(book: PriceBook, instanceClass: string): InstanceLimits | undefined {
  return book.instanceLimits.find((each) => each.class === instanceClass);
}

/** Whether a price is older than 180 days, or of a day that nobody knows; a month or a year counts from its start. */
export function isStale({ asOf }: Pick<Price, 'asOf'>, today: Date): boolean {
  if (asOf === null) return true;
  const [year = '', month = '01', day = '01'] = asOf.split('-');
  const since = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return today.getTime() - since > STALE_AFTER_DAYS * DAY_MS;
}
