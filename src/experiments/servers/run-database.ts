import type { ServerAddress } from '../../database/server-address.ts';

/** What one run uses. */
export interface RunDatabase {
  readonly state: 'fresh' | 'in-place';
  readonly primary: ServerAddress;
  readonly replicas: readonly ServerAddress[];
  /** What the clients reach the primary through; null: nothing stands between. */
  readonly pooler: ServerAddress | null;
  /** Gives it back: a clone is dropped. */
  close(): Promise<void>;
}

/** Clones of a shop, each for one run. Left over only by a killed command. */
export const RUN_PREFIX = 'run_';

/** The name of the clone that one run uses. */
export function runDatabaseName(id: string): string {
  const name = id.replaceAll(/[^a-z0-9]+/gi, '_').toLowerCase();
  return RUN_PREFIX + name.slice(0, 50);
}
