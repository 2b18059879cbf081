import type { Clock } from '../../clock.ts';
import type { Arrival } from './arrival-schedule.ts';

/** Takes an arrival at its time; resolves when it has ended, however it ended. Never rejects. */
export type Dispatch = (arrival: Arrival) => Promise<void>;

export interface ExecutorContext {
  readonly clock: Clock;
  /** The clock's time at the start of the warm-up. */
  readonly startedAt: number;
  readonly dispatch: Dispatch;
  /** Aborted: no further arrival. */
  readonly signal: AbortSignal;
}

/**
 * Hands arrivals to clients. Resolves once no further arrival will come; those under way may still
 * run. Who serves an arrival is not its business.
 */
export type Executor = (context: ExecutorContext) => Promise<void>;
