import type { ForeignKey, IndexedShop } from '../../database/index-definitions.ts';
import type { IndexRecord } from '../../measurements/index-record.ts';
import type { ReplayedAction } from '../../measurements/replay-record.ts';

/** What is done to the shop for one replay. */
export interface Change {
  /** Null: nothing. */
  readonly sql: string | null;
  /** Name of the index that it makes. */
  readonly made?: string;
  /** Foreign keys whose checks are looked at after it. */
  readonly checks: readonly ForeignKey[];
}

export interface ChangedReplay {
  readonly actions: readonly ReplayedAction[];
  /** The shop as it is, just before and just after, where each replay leaves something behind; else empty. */
  readonly beside: readonly (readonly ReplayedAction[])[];
  /** Of the index that the change made; 0 where it made none. */
  readonly bytes: number;
  /** Buffers of a check, by foreign key. */
  readonly checks: ReadonlyMap<string, number>;
}

/** Where the mix is replayed on the shop with one change, which is gone afterwards. */
export interface IndexStage {
  readonly by: IndexRecord['by'];
  /** Whether an index can be hidden from the planner and still be kept up, and one be built. */
  readonly isClone: boolean;
  /** Of each kind of action in a replay. */
  readonly executions: number;
  readonly shop: IndexedShop;
  /** @throws ChangeRefusedError */
  replay(change: Change): Promise<ChangedReplay>;
}

/** The server would not make the change: something hangs on the index, or there is no such column. */
export class ChangeRefusedError extends Error {
  override readonly name = 'ChangeRefusedError';
}
