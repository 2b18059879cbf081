import { z } from 'zod';

const perName = z.record(z.string(), z.number());

const statement = z.object({
  name: z.string(),
  calls: z.number(),
  /** Per call, as are rows and records. */
  buffers: z.number(),
  rows: z.number(),
  walRecords: z.number(),
  /** The generic plan, and those for the first values that it was executed with, each once. */
  plans: z.array(z.string()),
  /** A sum over all rows that it answered: the same for the same answers. */
  answers: z.string().default(''),
  /** Tables that it reads from end to end, with the columns that it compares or orders by there. */
  scans: z
    .array(
      z.object({
        table: z.string(),
        equal: z.array(z.string()),
        ordered: z.array(z.string()),
      }),
    )
    .default([]),
});

/** What the server did for one kind of action, per execution. */
export const replayedActionSchema = z.object({
  name: z.string(),
  executions: z.number(),
  outcomes: z.object({ committed: z.number(), rejected: z.number(), failed: z.number() }),
  /** Shared buffers hit and read, by all statements of the action and the triggers that they set off. */
  buffers: z.number(),
  rows: z.number(),
  /** Write-ahead log without full-page images. */
  walBytes: z.number(),
  walRecords: z.number(),
  /** Of the session's process; null where it cannot be told. */
  cpuMs: z.number().nullable().default(null),
  /** By table, and by index. */
  sequentialScans: perName,
  indexScans: perName,
  /** Log records of each index itself, in bytes without page images; by partitioned index where it has parts. */
  indexWalBytes: perName.default({}),
  /** By table; HOT ones make no entry in any index. */
  updates: perName.default({}),
  hotUpdates: perName.default({}),
  statements: z.array(statement),
});

export type ReplayedAction = z.infer<typeof replayedActionSchema>;
export type ReplayedStatement = z.infer<typeof statement>;

const evidence = z.object({
  name: z.string(),
  /** Null: this side does not run it. */
  baseline: statement.nullable(),
  candidate: statement.nullable(),
});

const finding = z.object({
  action: z.string(),
  measure: z.enum(['buffers', 'walBytes', 'failed']),
  /** Per execution. */
  baseline: z.number(),
  candidate: z.number(),
  direction: z.enum(['worse', 'better']),
  /** The statements that it comes from, the largest share first. */
  statements: z.array(evidence),
});

const planChange = z.object({
  action: z.string(),
  statement: z.string(),
  baseline: z.array(z.string()),
  candidate: z.array(z.string()),
});

/** Both arms' replays, and what differs: each finding was found twice, on clones with other statistics. */
export const replayRecordSchema = z.object({
  /** Of each kind of action. */
  executions: z.number(),
  baseline: z.array(replayedActionSchema),
  candidate: z.array(replayedActionSchema),
  findings: z.array(finding),
  planChanges: z.array(planChange),
  /** What makes the arms differ in what they do, not only in what it costs. */
  notes: z.array(z.string()),
  verdict: z.enum(['pass', 'regression', 'improvement']),
});

export type ReplayRecord = z.infer<typeof replayRecordSchema>;
export type ReplayFinding = z.infer<typeof finding>;
export type PlanChange = z.infer<typeof planChange>;
