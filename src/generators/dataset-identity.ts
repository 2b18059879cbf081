import { createHash } from 'node:crypto';
import { AS_OF_US } from './calendar.ts';
import type { DatasetSpec } from './dataset-spec.ts';

/** Goes up with every change that changes a byte of the data. */
export const GENERATOR_VERSION = 4;

/** Two datasets with one identity are the same to the byte. */
export interface DatasetIdentity {
  /** First 16 hex digits of the SHA-256 over the other fields. */
  readonly id: string;
  readonly generatorVersion: number;
  readonly poolHash: string;
  readonly seed: number;
  readonly orders: number;
  readonly profile: string;
  /** ISO 8601. */
  readonly asOf: string;
}

/** The identity of the dataset that `spec` describes. */
export function datasetIdentity(spec: DatasetSpec, poolHash: string): DatasetIdentity {
  // In this order: it is the canonical form that is hashed.
  const facts = {
    generatorVersion: GENERATOR_VERSION,
    poolHash,
    seed: spec.seed,
    orders: spec.orders,
    profile: spec.profile,
    asOf: new Date(AS_OF_US / 1000).toISOString(),
  };
  const id = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
  return { id, ...facts };
}
