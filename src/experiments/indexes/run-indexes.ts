import type { IndexCard, IndexDuet, IndexRecord } from '../../measurements/index-record.ts';
import type { ServerRecord } from '../../measurements/server-record.ts';
import { type CardContext, cardOf, missingOf } from './cards.ts';
import { type BuildTrial, buildsFor, type IndexTrials, trialsOf } from './index-trials.ts';
import { judgeIndex, judgeMissing } from './judge-index.ts';
import { requireIndex } from './require-index.ts';
import type { IndexStage } from './stage.ts';
import { measureCpu, measureOnce, type Trial, type TrialOptions } from './trials.ts';
import { type MixCost, type MixWeights, mixCost, scansOf, usersOf } from './weigh-replays.ts';

export interface IndexesOptions extends TrialOptions {
  readonly stage: IndexStage;
  /** Of one index alone; null: all. */
  readonly only: string | null;
  /** No more is begun that would end later: each index is taken away once, whatever time it takes. */
  readonly endsAt: number;
  /** A run under load: its folder, and what it has seen of the servers; null: they were not watched. */
  readonly run: { readonly folder: string; readonly server: ServerRecord | null };
  /** Runs both at once with and without each of these; null: cannot be done here. */
  readonly duet: ((indexes: readonly string[]) => Promise<ReadonlyMap<string, IndexDuet>>) | null;
  readonly onStep: (step: string) => void;
}

/** Below this share of the mix's buffers and log together there is no CPU to be found. */
const LEAST_CHANGE = 0.001;

/**
 * Measures every index of the shop for a mix: the same seeded actions with it and without it, one at a time.
 * Buffers, log and plans repeat and are read once; CPU does not, so that rounds follow, as long as the budget
 * lasts, for those that are open and then for those that change most. What they leave open, a duet decides where
 * there is time for one.
 *
 * @throws CartloadError BAD_OPTION where there is no index of the name that is asked for
 */
export async function runIndexes(options: IndexesOptions): Promise<IndexRecord> {
  const { stage, weights, only, run, endsAt, onStep } = options;
  const { indexes, foreignKeys } = stage.shop;
  const asked = requireIndex(indexes, only);
  onStep(`replaying ${stage.executions} actions of each kind, with and without each index`);
  const { actions: whole, checks } = await stage.replay({ sql: null, checks: foreignKeys });
  const trials = asked
    .filter(({ constraint }) => constraint === null)
    .map((index) => {
      const scans = scansOf(whole, weights, index.name);
      const isRead = scans > 0 || usersOf(whole, index.name).length > 0;
      return trialsOf(index, foreignKeys, { isRead, canHide: stage.isClone });
    });
  const builds = only === null && stage.isClone ? buildsFor(whole, stage) : [];
  const all = [
    ...trials.flatMap(({ dropped, hidden }) => (hidden === null ? [dropped] : [dropped, hidden])),
    ...builds.map(({ trial }) => trial),
  ];
  const trialMs = await measureOnce(all, stage, options);
  const cost = mixCost(whole, weights);
  const context = { stage, whole, checks, weights, server: run.server };
  const byName = new Map(trials.map((each): [string, IndexTrials] => [each.index.name, each]));
  const judged = (card: Omit<IndexCard, 'verdict' | 'reason'>): IndexCard => ({
    ...card,
    ...judgeIndex(card, cost),
  });
  const judgeAll = () =>
    asked.map((index) => judged(cardOf(index, byName.get(index.name) ?? null, context)));
  if (cost.cpuMs !== null) {
    onStep('measuring CPU');
    const open = judgeAll().flatMap(({ name, verdict }) => {
      const { dropped, hidden } = (verdict === 'undecided' && byName.get(name)) || {};
      return [dropped, hidden].filter((trial) => trial !== undefined && trial !== null);
    });
    const changing = byChange(all, cost, weights);
    const inOrder = [
      ...new Set([...changing.filter((trial) => open.includes(trial)), ...changing]),
    ];
    await measureCpu(inOrder, stage, { ...options, trialMs, endsAt });
  }
  const cards = judgeAll();
  const duets = await duetsOf(cards, options);
  return {
    executions: stage.executions,
    by: stage.by,
    run: run.folder,
    ...cost,
    cards: cards.map((card) => judged({ ...card, duet: duets.get(card.name) ?? null })),
    missing: missingFrom(builds, context, cost),
    notes: notesOf(options, cost.cpuMs, all),
  };
}

/** Those that change anything to speak of, most first; an index that is built only where reads gain by it. */
function byChange(trials: readonly Trial[], cost: MixCost, weights: MixWeights): readonly Trial[] {
  const changes = trials.map((trial) => {
    const { buffers, walBytes } = mixCost(trial.actions, weights);
    const isVain = trial.change.made !== undefined && buffers >= cost.buffers;
    const share =
      Math.abs(buffers / cost.buffers - 1) +
      (cost.walBytes === 0 ? 0 : Math.abs(walBytes / cost.walBytes - 1));
    return { trial, share: trial.refused !== null || isVain ? 0 : share };
  });
  return changes
    .filter(({ share }) => share >= LEAST_CHANGE)
    .toSorted((a, b) => b.share - a.share)
    .map(({ trial }) => trial);
}

/** Of what replays cannot decide, the one first that they see most of; and whatever was asked for by name. */
async function duetsOf(
  cards: readonly IndexCard[],
  { duet, only }: IndexesOptions,
): Promise<ReadonlyMap<string, IndexDuet>> {
  const open = cards
    .filter(
      ({ measured, verdict }) => measured !== null && (only !== null || verdict === 'undecided'),
    )
    .toSorted((a, b) => (b.measured?.buffers ?? 0) - (a.measured?.buffers ?? 0));
  if (duet === null || open.length === 0) return new Map();
  return duet(open.map(({ name }) => name));
}

function missingFrom(
  builds: readonly BuildTrial[],
  context: CardContext,
  cost: MixCost,
): IndexRecord['missing'] {
  return (
    builds
      .filter(({ trial }) => trial.refused === null)
      .map((build) => {
        const missing = missingOf(build, context);
        return { ...missing, ...judgeMissing(missing, cost) };
      })
      // What spares most first, and of those that spare the same the smallest.
      .toSorted((a, b) => b.measured.buffers - a.measured.buffers || a.bytes - b.bytes)
  );
}

function notesOf(
  { stage, run }: IndexesOptions,
  cpuMs: number | null,
  trials: readonly Trial[],
): string[] {
  const bounded = trials.filter(({ cpuMs: rounds }) => rounds.length > 0).length;
  return [
    ...trials.flatMap(({ change: { sql }, refused }) =>
      refused === null ? [] : [`Not measured: ${sql} (${refused}).`],
    ),
    ...(stage.isClone
      ? []
      : [
          'Indexes were dropped in transactions that were rolled back. Left out, as they need a clone of the shop: server CPU, the log without page images, reads and writes told apart, missing indexes.',
        ]),
    ...(stage.isClone && cpuMs === null
      ? ['The CPU of the server cannot be told on this system.']
      : []),
    ...(cpuMs !== null && bounded === 0
      ? ['The budget left no time to bound CPU: verdicts rest on buffers, log and plans.']
      : []),
    ...Object.entries(run.server?.unavailable ?? {}).map(
      ([what, why]) => `Not read in the run: ${what} (${why}).`,
    ),
    'Reads that go to a replica are replayed on the primary: what only they read counts here, too.',
  ];
}
