import { z } from 'zod';

const count = z.int().nonnegative();

/** A change per thousand headline transactions of the mix, with bounds of 0.95 each; null: not bounded. */
const change = z.object({
  value: z.number(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
});

/** On one node, over a run under load. */
const usage = z.object({
  node: z.string(),
  scans: z.number(),
  entriesRead: z.number(),
  rowsFetched: z.number(),
  blocksHit: z.number(),
  blocksRead: z.number(),
});

/** Buffers that the check of a foreign key reads for one deleted row. */
const check = z.object({
  foreignKey: z.string(),
  buffersWith: z.number(),
  buffersWithout: z.number(),
});

const measured = z.object({
  /** Shared buffers touched more without it (less, where negative). */
  buffers: z.number(),
  /**
   * Bytes of the log, without page images, written for it: its own records, and what follows from them. Null
   * where page images cannot be told apart.
   */
  walBytes: z.number().nullable(),
  /** Of those, the records of the index itself; null where the server does not tell. */
  ownWalBytes: z.number().nullable().default(null),
  /** Updates of its table that are HOT without it and are not with it. */
  hotUpdates: z.number().default(0),
  /**
   * Both sides, by a clone that keeps it up but hides it from the planner: what reads gain, and what writes
   * pay. Null where that was not tried.
   */
  apart: z
    .object({
      readBuffers: z.number(),
      writeBuffers: z.number(),
      readCpuMs: change.nullable(),
      writeCpuMs: change.nullable(),
    })
    .nullable()
    .default(null),
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

/** Both at once under load, in clone pairs: without it against with it. */
const duet = z.object({
  clonePairs: count,
  verdict: z.enum(['pass', 'regression', 'improvement', 'undecided', 'invalid']),
  /** Server CPU of an action and its service time, as ratios less 1; null: not bounded. */
  cpu: change.nullable(),
  serviceTime: change.nullable(),
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
  /** In a run under load, by node; empty where there was none. */
  usage: z.array(usage).default([]),
  /** Part of it in shared buffers at the end of that run; null where it could not be told. */
  cachedBytes: z.number().nullable().default(null),
  /** Share of its leaf pages that was in use then. */
  leafDensity: z.number().nullable().default(null),
  checks: z.array(check).default([]),
  /** Another one that can do all that it does. */
  redundantTo: z.object({ name: z.string(), kind: z.enum(['duplicate', 'prefix']) }).nullable(),
  /** What goes when it goes; null where it cannot be dropped by itself. */
  measured: measured.nullable(),
  duet: duet.nullable().default(null),
  verdict: z.enum(INDEX_VERDICTS),
  reason: z.string(),
});

const missing = z.object({
  definition: z.string(),
  table: z.string(),
  bytes: z.number(),
  /** Why it was tried. */
  why: z.string(),
  checks: z.array(check).default([]),
  measured,
  verdict: z.enum(['worth it', 'not worth it', 'undecided', 'structural']),
  reason: z.string(),
});

export const indexRecordSchema = z.object({
  /** Executions of each kind of action in a replay. */
  executions: count,
  /** The run under load that usage was read from; null where there was none. */
  run: z.string().nullable().default(null),
  /** How an index was taken away. */
  by: z.enum(['clone', 'rolled-back drop']).default('clone'),
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
export type IndexDuet = z.infer<typeof duet>;
export type ForeignKeyCheck = z.infer<typeof check>;
export type BoundedChange = z.infer<typeof change>;
