import type { ExperimentServers } from '../../database/embedded/experiment-servers.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import { createShop, type Shop } from '../../generators/shop.ts';
import type {
  ComparisonRecord,
  DuetRecord,
  FigureRecord,
} from '../../measurements/experiment-record.ts';
import type { ReplayRecord } from '../../measurements/replay-record.ts';
import { isOpenModel } from '../../scenario/scenario.ts';
import type { Arm } from '../arms/arm.ts';
import { type ArmDatabasesOptions, makeArmTemplates } from '../arms/arm-databases.ts';
import { overallVerdict } from '../comparison/judge.ts';
import { Duet, type DuetPair } from '../duet/run-duet.ts';
import { runReplay } from '../replay/run-replay.ts';
import { decide, judgePairs } from './decide.ts';
import type { GateMargins } from './duet-figures.ts';

export interface GateOptions
  extends Pick<ArmDatabasesOptions, 'workers' | 'onStep' | 'onProgress' | 'onCount' | 'signal'> {
  readonly servers: ExperimentServers;
  readonly baseline: Arm;
  readonly candidate: Arm;
  readonly margins: GateMargins;
  readonly timing: { readonly warmUpMs: number; readonly blockMs: number };
  /** No clone pair is begun that would end later than this after the start. */
  readonly budgetMs: number;
  readonly onPair: (progress: GateProgress) => void;
}

/** How a duet stands. */
export interface GateProgress {
  readonly clonePairs: number;
  /** When the next look is taken. */
  readonly nextLook: number;
  readonly isConfirmation: boolean;
  readonly figures: readonly FigureRecord[];
}

/** What a gate has measured, and what came of it. */
export interface GateOutcome {
  readonly replay: ReplayRecord;
  readonly duet: DuetRecord | null;
  readonly headline: string | null;
  /** Of the duet; null where the replay had decided. */
  readonly comparison: ComparisonRecord | null;
  readonly status: 'pass' | 'regression' | 'improvement' | 'undecided' | 'invalid';
  readonly reasons: readonly string[];
}

/** How long the blocks of a gate are. */
export const GATE_TIMING = { warmUpMs: 1000, blockMs: 3000 } as const;
const CONNECTIONS = 8;
/** Of one processor set, by one arm's server: above it, arms wait for each other, and effects are hidden. */
const MOST_CPU = 0.25;
const CALIBRATION_RATE = 50;

/**
 * Asks whether the candidate is worse than the baseline: first by replay, which noise cannot touch, and
 * where that finds nothing worse by a duet, in two looks; a red of the duet is confirmed on new clones.
 */
export async function runGate(options: GateOptions): Promise<GateOutcome> {
  const startedAt = performance.now();
  const headline = headlineOf(options.candidate);
  const shop = createShop(options.candidate.scenario.dataset);
  const first = await openFirstServer(options, shop);
  const replay = await runReplay({ ...options, server: first, shop });
  if (replay.verdict === 'regression') {
    const reasons = [
      'The replay decides: it repeats to the buffer, whatever else the machine does.',
    ];
    return { replay, duet: null, headline, comparison: null, status: 'regression', reasons };
  }
  if (performance.now() - startedAt > options.budgetMs) {
    const reasons = ['The budget ended with the replay.', ...betterReason(replay)];
    return { replay, duet: null, headline, comparison: null, status: 'undecided', reasons };
  }
  const duet = await openDuet(options, headline);
  try {
    return await timeBoth(options, duet, headline, replay, startedAt);
  } finally {
    await duet.close();
  }
}

/** Measures clone pairs alone, for a self-test: as many as asked for, or as the budget allows. */
export async function measurePairs(
  options: GateOptions,
  count: number,
): Promise<{ readonly pairs: readonly DuetPair[]; readonly headline: string | null }> {
  const startedAt = performance.now();
  const headline = headlineOf(options.candidate);
  await openFirstServer(options, createShop(options.candidate.scenario.dataset));
  const duet = await openDuet(options, headline);
  try {
    const next = await calibrated(options, duet, startedAt);
    const pairs: DuetPair[] = [];
    for (let pair = await next.pair(); pair !== null; pair = await next.pair()) {
      pairs.push(pair);
      const figures = judgePairs(pairs, headline, options.margins);
      const nextLook = count;
      options.onPair({ clonePairs: pairs.length, nextLook, isConfirmation: false, figures });
      if (pairs.length === count) break;
    }
    return { pairs, headline };
  } finally {
    await duet.close();
  }
}

async function openFirstServer(options: GateOptions, shop: Shop): Promise<ServerAddress> {
  const { servers, baseline, candidate } = options;
  const server = await servers.create('a');
  // Two servers, each with the shop, both arms and a clone.
  const localCopies = 8;
  await makeArmTemplates({ ...options, server, shop, arms: [baseline, candidate], localCopies });
  return server;
}

async function openDuet(options: GateOptions, headline: string | null): Promise<Duet> {
  const { servers, onStep } = options;
  onStep('making a second server, alike to the last byte');
  await servers.stop('a');
  await servers.copy('a', 'b');
  const stages = [
    { name: 'a', address: await servers.start('a') },
    { name: 'b', address: await servers.start('b') },
  ] as const;
  return new Duet({
    ...options,
    stages,
    headline,
    connections: CONNECTIONS,
    ...options.timing,
    ratePerSecond: CALIBRATION_RATE,
  });
}

/** A duet at its rate, as long as the budget lasts: null where the next pair might end after it. */
async function calibrated(
  { candidate, budgetMs, onStep }: GateOptions,
  duet: Duet,
  startedAt: number,
): Promise<{ readonly ratePerSecond: number; readonly pair: () => Promise<DuetPair | null> }> {
  onStep('finding a rate at which the arms do not wait for each other');
  const ratePerSecond = rateFor(candidate, await duet.measurePair());
  onStep(`running both at once, ${Math.round(ratePerSecond)} actions/s each`);
  let longestMs = 0;
  return {
    ratePerSecond,
    async pair() {
      if (performance.now() - startedAt + longestMs > budgetMs) return null;
      const pairStartedAt = performance.now();
      const pair = await duet.measurePair(ratePerSecond);
      longestMs = Math.max(longestMs, performance.now() - pairStartedAt);
      return pair;
    },
  };
}

async function timeBoth(
  options: GateOptions,
  duet: Duet,
  headline: string | null,
  replay: ReplayRecord,
  startedAt: number,
): Promise<GateOutcome> {
  const { onStep, onPair, margins, timing } = options;
  const next = await calibrated(options, duet, startedAt);
  const { ratePerSecond } = next;
  const decision = await decide(
    ({ pairs, clonePairs, nextLook, isConfirmation }) => {
      if (clonePairs > 0) {
        const figures = judgePairs(pairs, headline, margins);
        onPair({ clonePairs, nextLook, isConfirmation, figures });
      } else if (isConfirmation) onStep('confirming on new clones');
      return next.pair();
    },
    headline,
    margins,
  );
  const { figures, looks, measured } = decision;
  const isBetter = replay.verdict === 'improvement';
  const status = decision.status === 'pass' && isBetter ? 'improvement' : decision.status;
  const reasons =
    status === 'undecided' ? [...decision.reasons, ...betterReason(replay)] : decision.reasons;
  return {
    replay,
    headline,
    status,
    reasons,
    comparison: { arm: 1, figures: [...figures], shiftCurve: [], verdict: overallVerdict(figures) },
    duet: {
      ratePerSecond,
      ...timing,
      pairs: measured.reduce((sum, pair) => sum + pair.pairs, 0),
      isPinned: measured.every(({ isPinned }) => isPinned),
      othersShare: measured.map(({ othersShare }) => othersShare),
      looks,
    },
  };
}

/** What an undecided gate should not hide. */
function betterReason({ verdict }: ReplayRecord): readonly string[] {
  return verdict === 'improvement' ? ['The replay found the candidate better.'] : [];
}

/** `checkout` where the mix has it, else what it has most of. */
function headlineOf({ scenario }: Arm): string | null {
  const weights = Object.entries(scenario.mix);
  if (weights.some(([name]) => name === 'checkout')) return 'checkout';
  return weights.sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

/** The scenario's own rate, or the one at which an arm's server is as busy as it may be. */
function rateFor({ scenario: { load } }: Arm, { cpuMs }: DuetPair): number {
  const own = isOpenModel(load)
    ? load.executor === 'constant-arrival-rate'
      ? load.ratePerSecond
      : Math.max(load.startRatePerSecond, ...load.stages.map(({ target }) => target))
    : Number.POSITIVE_INFINITY;
  const costMs = cpuMs === null ? null : Math.max(cpuMs.baseline, cpuMs.candidate);
  if (costMs === null) return Math.min(own, CALIBRATION_RATE);
  return Math.min(own, (1000 * MOST_CPU) / costMs);
}
