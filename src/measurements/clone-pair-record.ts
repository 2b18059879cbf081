import { z } from 'zod';

const both = z.object({ baseline: z.number(), candidate: z.number() });

const transaction = z.object({
  /** Median of the logarithms of candidate over baseline within pairs. */
  logRatio: z.number(),
  /** Mean service time on the baseline. */
  serviceMs: z.number(),
  /** Service time of both arms together. */
  spentMs: z.number(),
});

/** What one clone pair of a duet came to: a value for each arm, or for both together. */
export const clonePairSchema = z.object({
  /** Server CPU per arrival, over the whole mix; null where it cannot be told. */
  cpuMs: both.nullable(),
  /** Of the headline transaction alone. */
  headlineCpuMs: both.nullable(),
  /** By transaction, of the pairs that both committed. */
  transactions: z.record(z.string(), transaction),
  /** Those medians in the mean, each weighted with what its transaction contributes to all service time. */
  logRatio: z.number(),
  /** Mean service time of the baseline's arrivals, which the ratio is of. */
  serviceMs: z.number(),
  headlineP95Ms: both.nullable(),
  /** Of all arrivals. */
  failedShare: both,
  /** Pairs of arrivals. */
  pairs: z.int().nonnegative(),
  /** Share of the machine that others took while its blocks ran; null where it cannot be told. */
  othersShare: z.number().nullable(),
  /** Whether both servers were kept on the same processors. */
  isPinned: z.boolean(),
});

export type ClonePair = z.infer<typeof clonePairSchema>;
