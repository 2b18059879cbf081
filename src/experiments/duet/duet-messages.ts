import type { ServerAddress } from '../../database/server-address.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { DealOptions } from './deal-pairs.ts';

/** What one arm of a duet is, for the thread that runs it. */
export interface DuetArmPlan {
  /** Folder of the build whose transactions it runs. */
  readonly root: string;
  readonly scenario: Scenario;
  readonly connections: number;
}

export type ToDuetArm =
  | { readonly kind: 'open'; readonly database: ServerAddress; readonly runTag: string }
  | { readonly kind: 'run'; readonly startedAt: number; readonly deal: DealOptions }
  | { readonly kind: 'close' };

export type FromDuetArm =
  | { readonly kind: 'opened' }
  | { readonly kind: 'ended'; readonly samples: DuetSamples }
  | { readonly kind: 'closed' }
  | { readonly kind: 'fault'; readonly message: string };

/** What became of the arrivals of a block, in the order of their numbers. */
export interface DuetSamples {
  /** The transactions that the mix chose, by their names in `names`. */
  readonly names: readonly string[];
  readonly transaction: Uint8Array;
  /** 0 committed, 1 rejected by a business rule, 2 failed. */
  readonly outcome: Uint8Array;
  /** From the first statement to the last answer, retries included. */
  readonly serviceMs: Float64Array;
  /** Of its server's process; NaN where it cannot be told. */
  readonly cpuMs: Float64Array;
}

export const COMMITTED = 0;
export const REJECTED = 1;
export const FAILED = 2;
