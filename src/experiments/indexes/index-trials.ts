import type { ForeignKey, IndexDefinition } from '../../database/index-definitions.ts';
import type { ReplayedAction } from '../../measurements/replay-record.ts';
import { servedBy } from './index-facts.ts';
import { type Candidate, candidates } from './missing-indexes.ts';
import type { IndexStage } from './stage.ts';
import { newTrial, type Trial } from './trials.ts';

/** What is tried with an index that is there. */
export interface IndexTrials {
  readonly index: IndexDefinition;
  /** Without it. */
  readonly dropped: Trial;
  /** Kept up, but hidden from the planner; null where nothing reads it, or it cannot be hidden. */
  readonly hidden: Trial | null;
}

/** An index that is not there, built. */
export interface BuildTrial {
  readonly candidate: Candidate;
  readonly trial: Trial;
}

/** @param isRead whether anything in the mix reads it: only then do its two sides need to be told apart */
export function trialsOf(
  index: IndexDefinition,
  foreignKeys: readonly ForeignKey[],
  { isRead, canHide }: { readonly isRead: boolean; readonly canHide: boolean },
): IndexTrials {
  const checks = servedBy(index, foreignKeys);
  return {
    index,
    dropped: newTrial(`drop index ${index.name}`, { checks }),
    // What relies on its uniqueness fails without it.
    hidden: isRead && canHide && !index.isUnique ? newTrial(hide(index.name)) : null,
  };
}

/** Only on a clone that is thrown away: a catalogue is not to be written to. */
function hide(index: string): string {
  return `update pg_index set indisvalid = false where indexrelid = '${index}'::regclass
    or indexrelid in (select inhrelid from pg_inherits where inhparent = '${index}'::regclass)`;
}

/** What the shop might miss, by the scans of its mix and by its foreign keys. */
export function buildsFor(
  whole: readonly ReplayedAction[],
  { shop: { indexes, foreignKeys, large } }: IndexStage,
): readonly BuildTrial[] {
  const scans = whole
    .flatMap(({ statements }) => statements)
    .flatMap(({ name: statement, scans: seen }) => seen.map((scan) => ({ statement, ...scan })))
    .filter(({ table }) => large.has(table));
  return candidates(scans, foreignKeys, indexes).map((candidate, number) => {
    const { table, columns, foreignKey } = candidate;
    const name = `trial_${number + 1}`;
    const sql = `create index ${name} on ${table} (${columns.join(', ')})`;
    const checks = foreignKey === null ? [] : [foreignKey];
    return { candidate, trial: newTrial(sql, { made: `shop.${name}`, checks }) };
  });
}
