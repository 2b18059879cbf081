import type { ReplayedAction } from '../../measurements/replay-record.ts';
import { ChangeRefusedError, type CloneReplayOptions, replayChanged } from './replay-changed.ts';
import { type MixWeights, mixCost } from './weigh-replays.ts';

/** Rounds after which more would tell little: bounds of a signed rank test are exact from five on. */
const MOST_ROUNDS = 12;

/** Something that is done to a clone, and what it came to in each round. */
export interface Trial {
  readonly change: string;
  readonly made?: string;
  /** Of the first round. */
  actions: readonly ReplayedAction[];
  bytes: number;
  /** What the server said where it would not do it: it is not measured then. */
  refused: string | null;
  /** Server CPU of the mix less that of the whole shop beside it, round by round. */
  readonly cpuMs: number[];
}

/** A trial that has not been made yet. */
export function newTrial(change: string, made?: string): Trial {
  const known = made === undefined ? { change } : { change, made };
  return { ...known, actions: [], bytes: 0, refused: null, cpuMs: [] };
}

/**
 * Makes each trial once, and again as long as there is time, with a replay of the whole shop before and after
 * every two of them.
 *
 * @returns how many rounds were made
 */
export async function measureRounds(
  trials: readonly Trial[],
  replay: CloneReplayOptions,
  {
    weights,
    onIndex,
  }: {
    readonly weights: MixWeights;
    readonly onIndex: (done: number, total: number, round: number) => void;
  },
  endsAt: number,
): Promise<number> {
  if (trials.length === 0) return 0;
  let longestMs = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const startedAt = performance.now();
    if (round > 0 && startedAt + longestMs > endsAt) return round;
    // A whole one before and after every two: what drifts in the mean drifts in both.
    let before = await cpuOf(replay, weights);
    for (let index = 0; index < trials.length; index += 2) {
      const pair = trials.slice(index, index + 2);
      const found: (number | null)[] = [];
      for (const [place, trial] of pair.entries()) {
        onIndex(index + place, trials.length, round);
        found.push(await measureOnce(trial, replay, weights, round));
      }
      const after = await cpuOf(replay, weights);
      for (const [place, trial] of pair.entries()) {
        const own = found[place] ?? null;
        if (own !== null && before !== null && after !== null) {
          trial.cpuMs.push(own - (before + after) / 2);
        }
      }
      before = after;
    }
    longestMs = Math.max(longestMs, performance.now() - startedAt);
  }
  return MOST_ROUNDS;
}

/** CPU of the mix on a clone with the change; null where the server refused it. */
async function measureOnce(
  trial: Trial,
  replay: CloneReplayOptions,
  weights: MixWeights,
  round: number,
): Promise<number | null> {
  if (trial.refused !== null) return null;
  try {
    const { actions, bytes } = await replayChanged(replay, trial.change, trial.made);
    if (round === 0) Object.assign(trial, { actions, bytes });
    return mixCost(actions, weights).cpuMs;
  } catch (error) {
    if (!(error instanceof ChangeRefusedError)) throw error;
    trial.refused = error.message;
    return null;
  }
}

async function cpuOf(replay: CloneReplayOptions, weights: MixWeights): Promise<number | null> {
  return mixCost((await replayChanged(replay, null)).actions, weights).cpuMs;
}
