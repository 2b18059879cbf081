import { withConnection } from '../../database/connect.ts';
import {
  type ExperimentServers,
  QUIET_SERVER,
} from '../../database/embedded/experiment-servers.ts';
import {
  type IndexDefinition,
  readForeignKeys,
  readIndexDefinitions,
  readLargeTables,
} from '../../database/index-definitions.ts';
import { withDatabase } from '../../database/server-address.ts';
import { CartloadError } from '../../errors.ts';
import { createShop } from '../../generators/shop.ts';
import { requireDiskSpace } from '../../loading/disk-space.ts';
import type {
  IndexCard,
  IndexRecord,
  MeasuredIndex,
  MissingIndex,
} from '../../measurements/index-record.ts';
import type { ReplayedAction } from '../../measurements/replay-record.ts';
import { signedRankShift } from '../../statistics/signed-rank.ts';
import type { Arm } from '../arms/arm.ts';
import { type ArmDatabasesOptions, armTemplate, makeArmTemplates } from '../arms/arm-databases.ts';
import { redundantTo, servedBy } from './index-facts.ts';
import { judgeIndex, judgeMissing } from './judge-index.ts';
import { type Candidate, candidates } from './missing-indexes.ts';
import { type CloneReplayOptions, replayChanged } from './replay-changed.ts';
import { measureRounds, newTrial, type Trial } from './trials.ts';
import { differencesOf, type MixWeights, mixCost, scansOf, usersOf } from './weigh-replays.ts';

export interface IndexesOptions
  extends Pick<ArmDatabasesOptions, 'workers' | 'onStep' | 'onProgress' | 'onCount' | 'signal'> {
  readonly servers: ExperimentServers;
  readonly arm: Arm;
  /** How often each action of the mix comes for one headline transaction. */
  readonly weights: MixWeights;
  /** Of one index alone; null: all. */
  readonly only: string | null;
  /** No round is begun that would end later than this after the start; the first is always made. */
  readonly budgetMs: number;
  readonly onIndex: (done: number, total: number, round: number) => void;
}

const EXECUTIONS = 100;
/** The template, one clone of it, and the one that is being made. */
const SHOP_COPIES = 3;
/** What each bound may be wrong with. */
const ALPHA = 0.05;

/**
 * Measures every index of the shop for a mix: the same seeded actions on a clone with it and on one without
 * it, one at a time. Buffers, log and plans repeat and are read from the first round; CPU does not, so that
 * rounds follow as long as the budget lasts, each with a replay of the whole shop beside each few others.
 *
 * @throws CartloadError BAD_OPTION where there is no index of the name that is asked for
 */
export async function runIndexes(options: IndexesOptions): Promise<IndexRecord> {
  const { servers, arm, weights, budgetMs, onStep, signal } = options;
  const startedAt = performance.now();
  const shop = createShop(arm.scenario.dataset);
  await requireDiskSpace(servers.dataDirectory, shop.spec.orders, SHOP_COPIES);
  const server = await servers.create('a', QUIET_SERVER);
  await makeArmTemplates({ ...options, server, shop, arms: [arm], localCopies: SHOP_COPIES });
  const { indexes, foreignKeys, large } = await withConnection(
    withDatabase(server, armTemplate(arm)),
    { purpose: 'experiment' },
    async (client) => ({
      indexes: await readIndexDefinitions(client),
      foreignKeys: await readForeignKeys(client),
      large: await readLargeTables(client),
    }),
  );
  if (!indexes.some(({ name }) => isAsked(options, name))) {
    throw new CartloadError('BAD_OPTION', `The shop has no index "${options.only}".`, {
      hint: 'Leave out --only to see all of them.',
    });
  }
  const replay: CloneReplayOptions = { server, arm, shop, executions: EXECUTIONS, signal };
  const droppable = indexes.filter(
    ({ constraint, name }) => constraint === null && isAsked(options, name),
  );
  const drops = new Map(
    droppable.map(({ name }): [string, Trial] => [name, newTrial(`drop index ${name}`)]),
  );
  onStep(`replaying ${EXECUTIONS} actions of each kind, with and without each index`);
  const whole = (await replayChanged(replay, null)).actions;
  const builds = options.only === null ? buildsFor(whole, { indexes, foreignKeys, large }) : [];
  const trials = [...drops.values(), ...builds.map(({ trial }) => trial)];
  const rounds = await measureRounds(trials, replay, options, startedAt + budgetMs);
  const cost = mixCost(whole, weights);
  const context: Context = { indexes, foreignKeys, whole, weights, rounds };
  const cards = indexes
    .filter(({ name }) => isAsked(options, name))
    .map((index): IndexCard => {
      const trial = drops.get(index.name);
      const card = cardOf(index, trial, context);
      return { ...card, ...judgeIndex(card, cost) };
    });
  const built = builds.filter(({ trial }) => trial.refused === null);
  const missing = built.map(({ candidate: { table, why }, trial }): MissingIndex => {
    // Without it is how the shop is: what is measured is the other way round.
    const measured = measuredOf(trial, context, -1);
    const part = { definition: trial.change, table, bytes: trial.bytes, why, measured };
    return { ...part, ...judgeMissing(part, cost) };
  });
  // What spares most first, and of those that spare the same the smallest.
  missing.sort((a, b) => b.measured.buffers - a.measured.buffers || a.bytes - b.bytes);
  return {
    executions: EXECUTIONS,
    ...cost,
    cards,
    missing,
    notes: notesOf(rounds, cost.cpuMs, trials),
  };
}

interface Build {
  readonly candidate: Candidate;
  readonly trial: Trial;
}

/** What the shop might miss, by the scans of its mix and by its foreign keys. */
function buildsFor(
  whole: readonly ReplayedAction[],
  shop: Pick<Context, 'indexes' | 'foreignKeys'> & { readonly large: ReadonlySet<string> },
): readonly Build[] {
  const scans = whole
    .flatMap(({ statements }) => statements)
    .flatMap(({ name: statement, scans: seen }) => seen.map((scan) => ({ statement, ...scan })))
    .filter(({ table }) => shop.large.has(table));
  return candidates(scans, shop.foreignKeys, shop.indexes).map((candidate, number) => {
    const { table, columns } = candidate;
    const name = `trial_${number + 1}`;
    const change = `create index ${name} on ${table} (${columns.join(', ')})`;
    return { candidate, trial: newTrial(change, `shop.${name}`) };
  });
}

function isAsked({ only }: IndexesOptions, name: string): boolean {
  return only === null || name === only || name === `shop.${only}`;
}

interface Context {
  readonly indexes: readonly IndexDefinition[];
  readonly foreignKeys: Awaited<ReturnType<typeof readForeignKeys>>;
  readonly whole: readonly ReplayedAction[];
  readonly weights: MixWeights;
  readonly rounds: number;
}

function cardOf(
  index: IndexDefinition,
  trial: Trial | undefined,
  context: Context,
): Omit<IndexCard, 'verdict' | 'reason'> {
  const { indexes, foreignKeys, whole, weights } = context;
  const served = servedBy(index, foreignKeys).filter(
    // Of several that serve a key, none is needed for it.
    (foreignKey) =>
      !indexes.some(
        (other) => other.name !== index.name && servedBy(other, [foreignKey]).length > 0,
      ),
  );
  return {
    name: index.name,
    table: index.table,
    definition: index.definition,
    bytes: index.bytes,
    enforces: index.constraint ?? (index.isUnique ? 'unique' : null),
    foreignKeys: served.map(({ name }) => name),
    usedBy: [...usersOf(whole, index.name)],
    scans: scansOf(whole, weights, index.name),
    redundantTo: redundantTo(index, indexes),
    measured: trial === undefined || trial.refused !== null ? null : measuredOf(trial, context, 1),
  };
}

/** @param sign 1: the trial is without the index, -1: it is with it */
function measuredOf(trial: Trial, { whole, weights }: Context, sign: 1 | -1): MeasuredIndex {
  const [here, there] = [mixCost(whole, weights), mixCost(trial.actions, weights)];
  const nets = trial.cpuMs.map((value) => sign * value);
  const shift = nets.length === 0 ? null : signedRankShift(nets, ALPHA);
  const bound = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    buffers: sign * (there.buffers - here.buffers),
    walBytes: sign * (here.walBytes - there.walBytes),
    netCpuMs:
      shift === null
        ? null
        : { value: shift.estimate, lower: bound(shift.lower), upper: bound(shift.upper) },
    rounds: nets.length,
    ...(sign === 1 ? differencesOf(whole, trial.actions) : differencesOf(trial.actions, whole)),
  };
}

function notesOf(rounds: number, cpuMs: number | null, trials: readonly Trial[]): string[] {
  return [
    ...trials.flatMap(({ change, refused }) =>
      refused === null ? [] : [`Not measured: ${change} (${refused}).`],
    ),
    ...(cpuMs === null ? ['The CPU of the server cannot be told on this system.'] : []),
    ...(rounds < 5
      ? [
          `The budget allowed ${rounds} of the 5 rounds that bound CPU: verdicts rest on buffers, log and plans.`,
        ]
      : []),
    'Reads that go to a replica are replayed on the primary: what only they read counts here, too.',
  ];
}
