/**
 * How an arrival can end. Every one of them is printed with its count, zero or not.
 *
 * - `committed`: the server confirmed with the command tag COMMIT (or the last read returned)
 * - `rejected`: a business rule said no (out of stock, card declined); not a failure
 * - `in_doubt`: the connection was lost while COMMIT was under way; settled after the run
 * - `standby_conflict`: a replica cancelled the read because replay needed the rows
 * - `other`: any other SQLSTATE, counted by its code beside
 * - `dropped`: never started, because the queue was full
 * - `unfinished`: still running when the graceful stop ended
 */
export const OUTCOMES = [
  'committed',
  'rejected',
  'deadlock',
  'serialization',
  'standby_conflict',
  'lock_timeout',
  'statement_timeout',
  'unique_violation',
  'connection',
  'in_doubt',
  'other',
  'dropped',
  'unfinished',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** Histograms are kept apart for each of these. */
export const OUTCOME_GROUPS = ['committed', 'rejected', 'failed'] as const;

export type OutcomeGroup = (typeof OUTCOME_GROUPS)[number];

/** The group whose histograms an outcome's sample joins; null when there is no end to measure. */
export function outcomeGroup(outcome: Outcome): OutcomeGroup | null {
  if (outcome === 'committed' || outcome === 'rejected') return outcome;
  return outcome === 'dropped' || outcome === 'unfinished' ? null : 'failed';
}

/** The errors that a retry can mend. */
export const RETRYABLE_OUTCOMES = ['deadlock', 'serialization', 'standby_conflict'] as const;

export type RetryableOutcome = (typeof RETRYABLE_OUTCOMES)[number];
