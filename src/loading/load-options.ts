import type { Migrations } from '../database/migrations.ts';
import type { ServerAddress } from '../database/server-address.ts';
import type { Shop } from '../generators/shop.ts';
import type { CopyProgress } from './load-watch.ts';

export interface LoadOptions {
  readonly target: ServerAddress;
  readonly shop: Shop;
  /** The schema to load into; that of the running code where absent. */
  readonly migrations?: Migrations;
  /** Threads that generate and send, each with a connection of its own. */
  readonly workers: number;
  /** Throw away another dataset, or a changed one, that the database holds. */
  readonly replace: boolean;
  /** Compare with the generator, and check the books, at the end. */
  readonly verify: boolean;
  /** Servers on the target's own machine that will hold the shop: 2 with a replica beside it. */
  readonly localCopies: number;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
  readonly onProgress: (progress: CopyProgress) => void;
  /** `done` of `total` indexes, keys or tables of the current step. */
  readonly onCount: (done: number, total: number) => void;
}
