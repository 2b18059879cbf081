import type { IndexDefinition } from '../../database/index-definitions.ts';
import type {
  BoundedChange,
  ForeignKeyCheck,
  IndexCard,
  MeasuredIndex,
  MissingIndex,
} from '../../measurements/index-record.ts';
import type { ReplayedAction } from '../../measurements/replay-record.ts';
import type { ServerRecord } from '../../measurements/server-record.ts';
import { signedRankShift } from '../../statistics/signed-rank.ts';
import { redundantTo, servedBy } from './index-facts.ts';
import type { BuildTrial, IndexTrials } from './index-trials.ts';
import type { IndexStage } from './stage.ts';
import type { Trial } from './trials.ts';
import {
  differencesOf,
  type MixCost,
  type MixWeights,
  mixCost,
  scansOf,
  usersOf,
  weigh,
} from './weigh-replays.ts';

/** What each bound may be wrong with. */
const ALPHA = 0.05;

/** What all cards of an experiment have in common. */
export interface CardContext {
  readonly stage: IndexStage;
  /** The replay of the shop as it is. */
  readonly whole: readonly ReplayedAction[];
  /** Buffers of the checks of all foreign keys there. */
  readonly checks: ReadonlyMap<string, number>;
  readonly weights: MixWeights;
  /** What a run under load has seen; null: its servers were not watched. */
  readonly server: ServerRecord | null;
}

/** @param trials null: it cannot be dropped by itself */
export function cardOf(
  index: IndexDefinition,
  trials: IndexTrials | null,
  context: CardContext,
): Omit<IndexCard, 'verdict' | 'reason'> {
  const { stage, whole, weights, server } = context;
  const { indexes, foreignKeys } = stage.shop;
  const served = servedBy(index, foreignKeys).filter(
    // Of several that serve a key, none is needed for it.
    (foreignKey) =>
      !indexes.some(
        (other) => other.name !== index.name && servedBy(other, [foreignKey]).length > 0,
      ),
  );
  const catalogued = server?.indexes.find(({ name }) => name === index.name);
  const isMeasured = trials !== null && trials.dropped.refused === null;
  return {
    name: index.name,
    table: index.table,
    definition: index.definition,
    bytes: index.bytes,
    enforces: index.constraint ?? (index.isUnique ? 'unique' : null),
    foreignKeys: served.map(({ name }) => name),
    usedBy: [...usersOf(whole, index.name)],
    scans: scansOf(whole, weights, index.name),
    usage: usageOf(index.name, server),
    cachedBytes: catalogued?.cachedBytes ?? null,
    leafDensity: catalogued?.leafDensity ?? null,
    checks: isMeasured
      ? checksOf(context.checks, trials.dropped.checks).filter(({ foreignKey }) =>
          served.some(({ name }) => name === foreignKey),
        )
      : [],
    redundantTo: redundantTo(index, indexes),
    measured: isMeasured ? measuredWithout(index, trials, context) : null,
    duet: null,
  };
}

/** What a missing one would give and take: it is measured the other way round. */
export function missingOf(
  { candidate: { table, why }, trial }: BuildTrial,
  { whole, checks, weights }: CardContext,
): Omit<MissingIndex, 'verdict' | 'reason'> {
  const { sql, made = '' } = trial.change;
  const [here, there] = [mixCost(whole, weights), mixCost(trial.actions, weights)];
  return {
    definition: sql,
    table,
    bytes: trial.bytes,
    why,
    checks: checksOf(trial.checks, checks),
    measured: {
      buffers: here.buffers - there.buffers,
      walBytes: there.walBytes - here.walBytes,
      ownWalBytes: ownLogOf(made, trial.actions, weights),
      hotUpdates: hotUpdatesOf(table, whole, weights) - hotUpdatesOf(table, trial.actions, weights),
      apart: null,
      netCpuMs: boundedBy(trial.cpuMs.map((value) => -value)),
      rounds: trial.cpuMs.length,
      ...differencesOf(trial.actions, whole),
    },
  };
}

function measuredWithout(
  { name, table }: IndexDefinition,
  { dropped, hidden }: IndexTrials,
  { stage, whole: first, weights }: CardContext,
): MeasuredIndex {
  const { actions, beside } = dropped;
  const [whole = first] = beside;
  // What drifts in the mean drifts in both.
  const here = meanOf(
    (beside.length === 0 ? [first] : beside).map((each) => mixCost(each, weights)),
  );
  const there = mixCost(actions, weights);
  return {
    buffers: there.buffers - here.buffers,
    walBytes: stage.isClone ? here.walBytes - there.walBytes : null,
    ownWalBytes: ownLogOf(name, whole, weights),
    hotUpdates: hotUpdatesOf(table, actions, weights) - hotUpdatesOf(table, whole, weights),
    apart: hidden === null ? null : apartOf(dropped, hidden, here.buffers, weights),
    netCpuMs: boundedBy(dropped.cpuMs),
    rounds: dropped.cpuMs.length,
    ...differencesOf(whole, actions),
  };
}

function meanOf(costs: readonly MixCost[]): Pick<MixCost, 'buffers' | 'walBytes'> {
  const mean = (of: (cost: MixCost) => number) =>
    costs.reduce((sum, cost) => sum + of(cost), 0) / costs.length;
  return { buffers: mean(({ buffers }) => buffers), walBytes: mean(({ walBytes }) => walBytes) };
}

/** Hidden, reads do without it and writes pay for it; dropped, neither has it. */
function apartOf(
  dropped: Trial,
  hidden: Trial,
  wholeBuffers: number,
  weights: MixWeights,
): MeasuredIndex['apart'] {
  if (hidden.refused !== null) return null;
  const hiddenBuffers = mixCost(hidden.actions, weights).buffers;
  return {
    readBuffers: hiddenBuffers - wholeBuffers,
    writeBuffers: hiddenBuffers - mixCost(dropped.actions, weights).buffers,
    readCpuMs: boundedBy(hidden.cpuMs),
    writeCpuMs: boundedBy(
      hidden.cpuMs.flatMap((value, round) => {
        const without = dropped.cpuMs[round];
        return without === undefined ? [] : [value - without];
      }),
    ),
  };
}

function boundedBy(values: readonly number[]): BoundedChange | null {
  if (values.length === 0) return null;
  const { estimate, lower, upper } = signedRankShift(values, ALPHA);
  const bound = (value: number) => (Number.isFinite(value) ? value : null);
  return { value: estimate, lower: bound(lower), upper: bound(upper) };
}

/** Null where no replay tells the log by index. */
function ownLogOf(
  name: string,
  actions: readonly ReplayedAction[],
  weights: MixWeights,
): number | null {
  if (actions.every(({ indexWalBytes }) => Object.keys(indexWalBytes).length === 0)) return null;
  return weigh(actions, weights, ({ indexWalBytes }) => indexWalBytes[name] ?? 0);
}

function hotUpdatesOf(
  table: string,
  actions: readonly ReplayedAction[],
  weights: MixWeights,
): number {
  return weigh(actions, weights, ({ hotUpdates }) => hotUpdates[table] ?? 0);
}

function usageOf(name: string, server: ServerRecord | null): IndexCard['usage'] {
  return (server?.nodes ?? []).map(({ name: node, indexes }) => {
    const of = (counter: string) => indexes[name]?.[counter] ?? 0;
    return {
      node,
      scans: of('scans'),
      entriesRead: of('entriesRead'),
      rowsFetched: of('rowsFetched'),
      blocksHit: of('blocksHit'),
      blocksRead: of('blocksRead'),
    };
  });
}

function checksOf(
  withIt: ReadonlyMap<string, number>,
  without: ReadonlyMap<string, number>,
): ForeignKeyCheck[] {
  return [...withIt].flatMap(([foreignKey, buffersWith]) => {
    const buffersWithout = without.get(foreignKey);
    return buffersWithout === undefined ? [] : [{ foreignKey, buffersWith, buffersWithout }];
  });
}
