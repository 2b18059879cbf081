import type { ForeignKey } from '../../database/index-definitions.ts';
import type { ReplayedAction } from '../../measurements/replay-record.ts';
import { type Change, type ChangedReplay, ChangeRefusedError, type IndexStage } from './stage.ts';
import { type MixWeights, mixCost } from './weigh-replays.ts';

/** Bounds of a signed rank test at 0.05 need so many rounds; more than the second would tell little. */
const FEWEST_ROUNDS = 5;
const MOST_ROUNDS = 12;

/** Something that is done to a clone, and what it came to in each round. */
export interface Trial {
  readonly change: Change & { readonly sql: string };
  /** Of the first time; and the shop as it is beside it, where that is not always the same. */
  actions: readonly ReplayedAction[];
  beside: ChangedReplay['beside'];
  bytes: number;
  checks: ReadonlyMap<string, number>;
  /** What the server said where it would not do it: it is not measured then. */
  refused: string | null;
  /** Server CPU of the mix less that of the whole shop beside it, round by round. */
  readonly cpuMs: number[];
}

/** A trial that has not been made yet. */
export function newTrial(
  sql: string,
  { made, checks = [] }: { readonly made?: string; readonly checks?: readonly ForeignKey[] } = {},
): Trial {
  const change = made === undefined ? { sql, checks } : { sql, made, checks };
  return { change, actions: [], beside: [], bytes: 0, checks: new Map(), refused: null, cpuMs: [] };
}

export interface TrialOptions {
  readonly weights: MixWeights;
  readonly onTrial: (done: number, total: number) => void;
}

/** Makes each trial once, for what repeats: buffers, log, plans and answers. How long one took, in milliseconds. */
export async function measureOnce(
  trials: readonly Trial[],
  stage: IndexStage,
  { onTrial }: TrialOptions,
): Promise<number> {
  const startedAt = performance.now();
  for (const [done, trial] of trials.entries()) {
    onTrial(done, trials.length);
    try {
      Object.assign(trial, await stage.replay(trial.change));
    } catch (error) {
      if (!(error instanceof ChangeRefusedError)) throw error;
      trial.refused = error.message;
    }
  }
  return (performance.now() - startedAt) / Math.max(1, trials.length);
}

/**
 * Makes trials again in rounds, for CPU, which does not repeat, with a replay of the whole shop before and after
 * every two of them: as many of the first ones as there is time to bound, then as many rounds as are left.
 *
 * @param trialMs how long one takes
 */
export async function measureCpu(
  trials: readonly Trial[],
  stage: IndexStage,
  options: TrialOptions & { readonly trialMs: number; readonly endsAt: number },
): Promise<void> {
  const { trialMs, endsAt } = options;
  const roundMs = (count: number) => (count + 1 + Math.ceil(count / 2)) * trialMs;
  let count = trials.length;
  while (count > 0 && performance.now() + FEWEST_ROUNDS * roundMs(count) > endsAt) count--;
  if (count === 0) return;
  let longestMs = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const startedAt = performance.now();
    // A first few are always whole: without them nothing is bounded.
    if (round >= FEWEST_ROUNDS && startedAt + longestMs > endsAt) return;
    await measureRound(trials.slice(0, count), stage, options, round);
    longestMs = Math.max(longestMs, performance.now() - startedAt);
  }
}

async function measureRound(
  trials: readonly Trial[],
  stage: IndexStage,
  { weights, onTrial }: TrialOptions,
  round: number,
): Promise<void> {
  const cpuOf = async (change: Change) =>
    mixCost((await stage.replay(change)).actions, weights).cpuMs ?? Number.NaN;
  let before = await cpuOf(WHOLE);
  for (let index = 0; index < trials.length; index += 2) {
    const found: { trial: Trial; cpuMs: number }[] = [];
    for (const trial of trials.slice(index, index + 2)) {
      onTrial(round * trials.length + index + found.length, MOST_ROUNDS * trials.length);
      found.push({ trial, cpuMs: await cpuOf(trial.change) });
    }
    const after = await cpuOf(WHOLE);
    // What drifts in the mean drifts in both.
    for (const { trial, cpuMs } of found) trial.cpuMs.push(cpuMs - (before + after) / 2);
    before = after;
  }
}

const WHOLE: Change = { sql: null, checks: [] };
