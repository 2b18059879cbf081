import type { Duty } from '../schema/duties.ts';

/** One thing that must hold in the shop's books at any moment between transactions. */
export interface Invariant {
  /** Kebab-case, as in reports. */
  readonly name: string;
  /** What it checks, as a plain question whose answer should be yes. */
  readonly question: string;
  /** Holds only while triggers keep it up; absent: always. */
  readonly keptBy?: Duty;
  /**
   * A query without a final semicolon that returns one row for each violation, the key first. It
   * reads each table at most once and joins whole tables, so that it stays fast on millions of rows.
   */
  readonly violations: string;
}
