import type { RunRecord } from './run-record.ts';

/** One attempt that ended as a deadlock's victim. */
export interface DeadlockSample {
  readonly victim: DeadlockSide;
  /** Null where it was no session of the run, or is not known any more. */
  readonly blocker: DeadlockSide | null;
  readonly relation: string | null;
  readonly processes: number;
  /** How long the victim's statement waited before it was struck down. */
  readonly waitedMs: number;
}

export interface DeadlockSide {
  readonly transaction: string;
  readonly statement: string;
}

export type DeadlockPair = RunRecord['deadlocks']['pairs'][number];

/** Counts deadlocks by who was struck down, who stood in the way, and over which table. */
export class DeadlockRecorder {
  readonly #pairs = new Map<string, DeadlockPair>();

  record(sample: DeadlockSample): void {
    const { victim, blocker, relation, processes, waitedMs } = sample;
    this.#add({ victim, blocker, relation, processes, waitedMs, count: 1 });
  }

  /** Adds what another thread counted. */
  absorb(pairs: readonly DeadlockPair[]): void {
    for (const pair of pairs) this.#add(pair);
  }

  /** All pairs, the most frequent first. */
  toRecord(): DeadlockPair[] {
    return [...this.#pairs.values()].sort((a, b) => b.count - a.count);
  }

  #add(pair: DeadlockPair): void {
    const { count, waitedMs, ...who } = pair;
    const key = JSON.stringify([who.victim, who.blocker, who.relation, who.processes]);
    const known = this.#pairs.get(key);
    this.#pairs.set(key, {
      ...who,
      count: (known?.count ?? 0) + count,
      waitedMs: (known?.waitedMs ?? 0) + waitedMs,
    });
  }
}
