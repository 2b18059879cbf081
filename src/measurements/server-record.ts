import { z } from 'zod';

/** Counters by name, as differences over the load. */
const counters = z.record(z.string(), z.number());

const waits = z.object({
  /** Sessions of the load that were seen at work, summed over all samples. */
  sessionSamples: z.number(),
  samples: z.number(),
  /** Samples in which the server did not answer. */
  failedSamples: z.number(),
  /** Of those sessions, what they waited for: `Lock/transactionid`, `IO/WalSync`; `CPU` for nothing. */
  events: z.record(z.string(), z.number()),
});

const serverNode = z.object({
  name: z.string(),
  /** User and system time of all processes of the server; null where it is not on this machine. */
  cpuSeconds: z.number().nullable(),
  database: counters,
  /** Of the whole server: records, full-page images, bytes of both. Null on a replica. */
  wal: counters.nullable(),
  checkpoints: counters.nullable(),
  io: counters.nullable(),
  /** Reads cancelled by replay, by reason; null on a primary. */
  conflicts: counters.nullable(),
  tables: z.record(z.string(), counters),
  indexes: z.record(z.string(), counters),
  /** By statement name; null without pg_stat_statements. */
  statements: z.record(z.string(), counters).nullable(),
  waits,
});

/** What a committed transaction cost the primary, in the mean over the whole load. */
const perAction = z.object({
  committed: z.number(),
  walBytes: z.number().nullable(),
  walRecords: z.number().nullable(),
  walImages: z.number().nullable(),
  blocksHit: z.number(),
  blocksRead: z.number(),
  tempBytes: z.number(),
  /** Of all nodes together; null where one of them is not on this machine. */
  cpuMs: z.number().nullable(),
});

export const serverRecordSchema = z.object({
  /** From before the first arrival of the warm-up to after the last session of the load had ended. */
  window: z.literal('load'),
  nodes: z.array(serverNode),
  perAction: perAction.nullable(),
  /** The indexes of the shop on the primary at the end of the load, used or not, the largest first. */
  indexes: z
    .array(
      z.object({
        name: z.string(),
        table: z.string(),
        /** What it is kept for besides speed. */
        enforces: z.enum(['primary key', 'uniqueness']).nullable(),
        bytes: z.number(),
        /** Of it, in shared buffers; null where it could not be told. */
        cachedBytes: z.number().nullable().default(null),
        /** Share of a B-tree's leaf pages that is in use; freshly built it is 0.9. */
        leafDensity: z.number().nullable().default(null),
      }),
    )
    .default([]),
  /** Generic plan of each statement of the mix on the primary at the end of the load, in one line. */
  plans: z.record(z.string(), z.string()).default({}),
  /** Why something could not be read: a node by its name, `indexes`, `index pages` or `plans` of the primary. */
  unavailable: z.record(z.string(), z.string()),
  /** The sessions of the load at work on the primary, in the mean of an interval of the series. */
  activity: z.array(
    z.object({
      atMs: z.number(),
      cpu: z.number(),
      lock: z.number(),
      io: z.number(),
      other: z.number(),
    }),
  ),
});

export type ServerRecord = z.infer<typeof serverRecordSchema>;
export type ServerNodeRecord = z.infer<typeof serverNode>;
