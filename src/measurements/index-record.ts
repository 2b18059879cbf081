import { z } from 'zod';

const count = z.int().nonnegative();

/** A change per thousand headline transactions of the mix, with bounds of 0.95 each; null: not bounded. */
const change = z.object({
  value: z.number(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
});

const measured = z.object({
  /** Shared buffers touched more without it (less, where negative). */
  buffers: z.number(),
  /** Bytes of the log, without page images, written for it. */
  walBytes: z.number(),
  /** Server CPU saved by it, less what it costs, in milliseconds; null where it cannot be told. */
  netCpuMs: change.nullable(),
  /** How often it was measured. */
  rounds: count,
  /** Statements whose plan is another without it. */
  plans: z.array(
    z.object({
      action: z.string(),
      statement: z.string(),
      with: z.array(z.string()),
      without: z.array(z.string()),
      /** Buffers of a call. */
      buffersWith: z.number(),
      buffersWithout: z.number(),
    }),
  ),
  /** Statements that answered otherwise without it: rows of equal rank, or a mistake. */
  otherAnswers: z.array(z.string()),
});

export const INDEX_VERDICTS = [
  'keep',
  'drop candidate',
  'neutral',
  'undecided',
  'structural',
] as const;

const card = z.object({
  name: z.string(),
  table: z.string(),
  definition: z.string(),
  bytes: z.number(),
  /** What it is for besides speed. */
  enforces: z.enum(['primary key', 'unique', 'exclusion']).nullable(),
  /** Foreign keys whose checks it serves. */
  foreignKeys: z.array(z.string()),
  /** Statements of the mix whose plan names it. */
  usedBy: z.array(z.string()),
  /** Scans by a thousand headline transactions. */
  scans: z.number(),
  /** Another one that can do all that it does. */
  redundantTo: z.object({ name: z.string(), kind: z.enum(['duplicate', 'prefix']) }).nullable(),
  /** What goes when it goes; null where it cannot be dropped by itself. */
  measured: measured.nullable(),
  verdict: z.enum(INDEX_VERDICTS),
  reason: z.string(),
});

const missing = z.object({
  definition: z.string(),
  table: z.string(),
  bytes: z.number(),
  /** Why it was tried. */
  why: z.string(),
  measured,
  verdict: z.enum(['worth it', 'not worth it', 'undecided']),
  reason: z.string(),
});

export const indexRecordSchema = z.object({
  /** Executions of each kind of action in a replay. */
  executions: count,
  /** Server CPU of a thousand headline transactions and what comes with them, in milliseconds. */
  cpuMs: z.number().nullable(),
  buffers: z.number(),
  walBytes: z.number(),
  cards: z.array(card),
  missing: z.array(missing),
  /** What could not be told, and why. */
  notes: z.array(z.string()),
});

export type IndexRecord = z.infer<typeof indexRecordSchema>;
export type IndexCard = z.infer<typeof card>;
export type MissingIndex = z.infer<typeof missing>;
export type MeasuredIndex = z.infer<typeof measured>;
