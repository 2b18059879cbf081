import { createTransactions } from './registry.ts';

/**
 * What one commit's transactions are to the engine of another: their names, their statements, and what
 * they do with a `Session` and a `Shopper`. It rises when a transaction of the old form no longer runs on
 * the engine of the new one.
 */
export const WORKLOAD_BUNDLE_VERSION = 1;

/** The transactions of a build of Cartload, as another build loads them. */
export interface WorkloadBundle {
  readonly version: number;
  readonly createTransactions: typeof createTransactions;
}

/** Those of this build. */
export const workloadBundle: WorkloadBundle = {
  version: WORKLOAD_BUNDLE_VERSION,
  createTransactions,
};
