import type { ClassRecord } from '../../measurements/class-record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunDatabase } from '../servers/run-database.ts';

/**
 * Where a class comes from. A campaign calls the steps in this order, and `destroy` after whatever went
 * wrong: it must be able to do its work from any state, twice, and after another process was killed.
 */
export interface Provider {
  /** Makes the servers of the class. */
  provision(): Promise<void>;
  /** Loads the shop, or finds it loaded. */
  load(): Promise<void>;
  /** A database for one run. */
  openRun(scenario: Scenario, id: string): Promise<RunDatabase>;
  /** Balances of credits before and after the load, where they are known. */
  collect(): Promise<ClassRecord['steadiness']['balances']>;
  /** Removes all that `provision` made. */
  destroy(): Promise<void>;
  /** What there still is of it, in words: nothing after `destroy`. */
  leftovers(): Promise<readonly string[]>;
  /** Of the server, for the share that its CPU is of them. */
  readonly processors: number;
  readonly kind: 'embedded' | 'external';
}
