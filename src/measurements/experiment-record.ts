import { z } from 'zod';
import { classRecordSchema } from './class-record.ts';
import { clonePairSchema } from './clone-pair-record.ts';
import { indexRecordSchema } from './index-record.ts';
import { replayRecordSchema } from './replay-record.ts';

/**
 * The record of an experiment: arms that were compared, by which measure, and what came of it. It refers
 * to the records of its runs, and holds all that its reports need. Within a version it only grows.
 */
export const EXPERIMENT_RECORD_VERSION = 1;

const count = z.int().nonnegative();

/** What a value counts: `ratio` figures are compared as quotients, `difference` figures as differences. */
export const FIGURE_UNITS = [
  'us',
  'ms',
  'bytes',
  'buffers',
  'records',
  'perSecond',
  'perThousand',
  'share',
] as const;

const shift = z.object({
  /** Candidate against baseline: the quotient less 1, or the difference in the figure's unit. */
  estimate: z.number(),
  /** One-sided bounds; null: the sample is too small to give one. */
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  /** What each bound may be wrong with. */
  alpha: z.number(),
  method: z.enum(['signed-rank', 'rank-sum']),
});

const figure = z.object({
  name: z.string(),
  unit: z.enum(FIGURE_UNITS),
  better: z.enum(['lower', 'higher']),
  /** Decides the verdict of the comparison; the others inform. */
  isPrimary: z.boolean(),
  scale: z.enum(['ratio', 'difference']),
  /** A change up to here does not matter: a share of the baseline, or a difference. */
  margin: z.number(),
  /** One value for each unit of the experiment; null where it could not be told. */
  baseline: z.array(z.number().nullable()),
  candidate: z.array(z.number().nullable()),
  shift: shift.nullable(),
  /** The smallest change for the worse that would be found in 4 of 5 such experiments, as `estimate`. */
  detectable: z.number().nullable(),
  verdict: z.enum(['pass', 'regression', 'improvement', 'undecided']),
  /** Why it is undecided, or cannot be judged; empty where the numbers say it. */
  note: z.string(),
});

const latency = z.object({
  count,
  censored: count,
  maxUs: z.number(),
  /** As in the run record. */
  histogram: z.string(),
});

const shiftPoint = z.object({
  quantile: z.number(),
  estimate: z.number(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
});

/** A known CPU cost, added to one of two equal arms, and what a duet saw of it. */
export const transferSchema = z.object({
  /** Server CPU that the headline transaction cost more. */
  injectedMs: z.number(),
  /** By how much longer its service time was. */
  seenMs: z.number(),
});

const duet = z.object({
  /** Of each arm. */
  ratePerSecond: z.number(),
  warmUpMs: z.number(),
  /** Two of them in each clone pair. */
  blockMs: z.number(),
  /** Pairs of arrivals that were measured, over all clone pairs. */
  pairs: count,
  /** Whether both servers were kept on the same processors, in every clone pair. */
  isPinned: z.boolean(),
  /** Share of the machine that others took, in each clone pair; null where it could not be told. */
  othersShare: z.array(z.number().nullable()),
  /** What each look at the data came to, after how many clone pairs; the last may be the confirmation. */
  looks: z.array(
    z.object({
      clonePairs: count,
      isConfirmation: z.boolean(),
      verdict: z.enum(['pass', 'regression', 'improvement', 'undecided']),
    }),
  ),
  /** In the order in which they were measured, those of the confirmation last. */
  clonePairs: z.array(clonePairSchema).default([]),
  /**
   * How much of a known CPU cost the service time showed when `gate --self-test` ran on this machine; null:
   * it did not, or could not tell.
   */
  transfer: transferSchema.nullable().default(null),
});

/** What can be bought, each with the load that it takes. */
const choice = z.object({
  classes: z.array(classRecordSchema).min(1),
  /** Headline transactions per second that a class is to take; null: none was named. */
  objectivePerSecond: z.number().nullable(),
  /** Names of the classes, the best first; those in one list cannot be told apart. */
  ranking: z.array(z.array(z.string())),
  /** Of the snapshot of prices. */
  pricesCompiled: z.string(),
  /** The sources that prices name, by their keys. */
  priceSources: z.record(z.string(), z.string()),
});

export const DIFFERENCE_KINDS = ['incomparable', 'subject', 'circumstance'] as const;

export const experimentRecordSchema = z.object({
  schemaVersion: z.literal(EXPERIMENT_RECORD_VERSION),
  id: z.string(),
  startedAt: z.iso.datetime(),
  cartloadVersion: z.string(),
  command: z.string(),
  kind: z.enum(['compare', 'variants', 'gate', 'capacity', 'classes', 'campaign', 'indexes']),
  /** The baseline first; empty where classes are ranked and not arms compared. */
  arms: z.array(
    z.object({
      name: z.string(),
      /** What was run, in one phrase. */
      target: z.string(),
      /** Ids of its runs. */
      runs: z.array(z.string()),
      /** Taints of its runs, each with how many of them bear it. */
      taints: z.array(z.object({ rule: z.string(), level: z.string(), runs: count })),
      /** Response time of the committed headline transactions of all its runs; null: there was none. */
      response: latency.nullable(),
    }),
  ),
  scenario: z.string(),
  /** The transaction that the figures lead with. */
  headline: z.string().nullable(),
  /** What is not the same in all arms, with the value of each arm. */
  differences: z.array(
    z.object({
      what: z.string(),
      /** `incomparable` forbids a comparison, `subject` may be what is compared, `circumstance` may confuse it. */
      kind: z.enum(DIFFERENCE_KINDS),
      values: z.array(z.string()),
    }),
  ),
  /** Each further arm against the baseline; empty where they cannot be compared. */
  comparisons: z.array(
    z.object({
      /** Index of the arm. */
      arm: count,
      figures: z.array(figure),
      /** By how much response times of the headline transaction changed at each of their quantiles. */
      shiftCurve: z.array(shiftPoint),
      verdict: z.enum(['pass', 'regression', 'improvement', 'undecided']),
    }),
  ),
  /** What the server does for single actions, one at a time; null where it was not asked. */
  replay: replayRecordSchema.nullable().default(null),
  /** How the timed figures of `comparisons` were made; null where they are those of runs. */
  duet: duet.nullable().default(null),
  /** Of the kinds `capacity`, `classes` and `campaign`. */
  choice: choice.nullable().default(null),
  /** Of the kind `indexes`. */
  indexes: indexRecordSchema.nullable().default(null),
  verdict: z.object({
    status: z.enum(['pass', 'regression', 'improvement', 'undecided', 'invalid', 'incomparable']),
    sentence: z.string(),
    reasons: z.array(z.string()),
  }),
});

export type ExperimentRecord = z.infer<typeof experimentRecordSchema>;
export type ComparisonRecord = ExperimentRecord['comparisons'][number];
export type FigureRecord = z.infer<typeof figure>;
export type DuetRecord = z.infer<typeof duet>;
export type TransferRecord = z.infer<typeof transferSchema>;
export type ChoiceRecord = z.infer<typeof choice>;
export type ComparisonVerdict = FigureRecord['verdict'];
