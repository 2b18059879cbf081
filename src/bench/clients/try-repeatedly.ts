import type { Clock } from '../../clock.ts';
import type { PgSession } from '../../database/pg-session.ts';
import { RETRYABLE_OUTCOMES, type RetryableOutcome } from '../../measurements/outcome.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Transaction } from '../../workloads/transaction.ts';
import { type AttemptEnd, attempt } from './attempt.ts';
import { backoffMs } from './backoff.ts';
import type { DeadlockReport } from './deadlock-report.ts';

/** What the attempts at one arrival came to. */
export interface ArrivalEnd {
  readonly end: AttemptEnd;
  readonly attempts: number;
  readonly failedAttempts: readonly RetryableOutcome[];
  /** Start of the first and of the last attempt on the clock. */
  readonly firstAttemptAt: number;
  readonly lastAttemptAt: number;
}

export interface RetryOptions {
  readonly scenario: Scenario;
  readonly clock: Clock;
  /** Aborted: nothing is tried again. */
  readonly signal: AbortSignal;
  /** The arrival's next uniform 32-bit word, for the jitter. */
  readonly word: () => number;
  readonly onDeadlock: (report: DeadlockReport) => void;
}

/**
 * Runs a transaction until it has ended otherwise than by a deadlock, a serialization failure or a
 * standby conflict, or may not be tried again.
 *
 * @throws as `attempt` does
 */
export async function tryRepeatedly<Input>(
  session: PgSession,
  role: 'primary' | 'replica',
  transaction: Transaction<Input>,
  input: Input,
  { scenario, clock, signal, word, onDeadlock }: RetryOptions,
): Promise<ArrivalEnd> {
  const { maxAttempts, backoff } = scenario.retry;
  const failedAttempts: RetryableOutcome[] = [];
  const firstAttemptAt = clock.now();
  for (let attempts = 1, lastAttemptAt = firstAttemptAt; ; attempts++) {
    const end = await attempt(session, role, transaction, input, {
      isolation: scenario.isolation,
      identifies: scenario.security.rowLevel,
    });
    if (end.kind === 'failed' && end.deadlock !== null) onDeadlock(end.deadlock);
    const retryable = end.kind === 'failed' ? asRetryable(end.cause.outcome) : null;
    if (retryable !== null) failedAttempts.push(retryable);
    const ended = { end, attempts, failedAttempts, firstAttemptAt, lastAttemptAt };
    if (retryable === null || attempts >= maxAttempts || session.isLost) return ended;
    const waitMs = backoffMs(backoff, attempts - 1, word() / 2 ** 32);
    await clock.sleep(waitMs, signal).catch(() => {});
    if (signal.aborted) return ended;
    lastAttemptAt = clock.now();
  }
}

function asRetryable(outcome: string): RetryableOutcome | null {
  return RETRYABLE_OUTCOMES.find((each) => each === outcome) ?? null;
}
