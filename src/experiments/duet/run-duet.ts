import { systemClock } from '../../clock.ts';
import { withConnection } from '../../database/connect.ts';
import { cloneDatabase, dropDatabase } from '../../database/embedded/database-clones.ts';
import type { ExperimentServers } from '../../database/embedded/experiment-servers.ts';
import { ownProcessors } from '../../database/embedded/processors.ts';
import { type ServerAddress, withDatabase } from '../../database/server-address.ts';
import { CartloadError } from '../../errors.ts';
import type { ClonePair } from '../../measurements/clone-pair-record.ts';
import type { Arm } from '../arms/arm.ts';
import { armTemplate } from '../arms/arm-databases.ts';
import type { DuetSamples } from './duet-messages.ts';
import { DuetThread } from './duet-thread-client.ts';
import { HostWatch } from './host-watch.ts';
import { pairFigures } from './pair-figures.ts';

export interface DuetServer {
  readonly name: string;
  /** Its database `postgres`. */
  readonly address: ServerAddress;
}

export interface DuetOptions {
  readonly servers: ExperimentServers;
  /** Two that hold the templates of both arms. */
  readonly stages: readonly [DuetServer, DuetServer];
  readonly baseline: Arm;
  readonly candidate: Arm;
  readonly headline: string | null;
  /** Number of the first clone pair: no two of an experiment have the same, so that no block is run twice. */
  readonly firstPair: number;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly blockMs: number;
  readonly signal: AbortSignal;
}

/** Changes a clone before it is used. */
export type AlterClone = (clone: ServerAddress) => Promise<void>;

const START_IN_MS = 20;
/** In the tokens of its orders; the clones are alone, so it need not be any run's own. */
const RUN_TAG = '00000000000000';

/**
 * Both arms at once, each on a server of its own: the same transactions of the same shoppers, dealt in
 * pairs. A clone pair is the unit: each pair has new clones, on the other server than the pair before, and
 * two blocks.
 *
 * Both servers stand on the same processors, in the second block on the others: processors of a shared
 * host differ in speed by several percent for seconds at a time, and only what runs on the same one within
 * milliseconds is spared that (docs/gate.md). It costs little at a low rate, where the arms
 * seldom wait for each other.
 */
export class Duet {
  readonly #options: DuetOptions;
  readonly #threads: Readonly<Record<'baseline' | 'candidate', DuetThread>>;
  readonly #sets: readonly [readonly number[], readonly number[]] | null;
  #pair: number;

  constructor(options: DuetOptions) {
    this.#options = options;
    this.#pair = options.firstPair;
    const { connections } = options;
    const thread = ({ code, scenario }: Arm) =>
      new DuetThread({ root: code.root, scenario, connections });
    this.#threads = { baseline: thread(options.baseline), candidate: thread(options.candidate) };
    this.#sets = processorSets(ownProcessors());
  }

  /**
   * Measures the next clone pair.
   *
   * @param alter of the candidate's clone
   */
  async measurePair(ratePerSecond: number, alter?: AlterClone): Promise<ClonePair> {
    const { servers, stages, headline, warmUpMs, blockMs, signal } = this.#options;
    const pair = this.#pair++;
    const isSwapped = pair % 2 === 1;
    const [first, second] = stages;
    const [baseline, candidate] = isSwapped ? [second, first] : [first, second];
    await Promise.all([
      this.#raise(baseline, this.#options.baseline),
      this.#raise(candidate, this.#options.candidate, alter),
    ]);
    try {
      const blocks: { baseline: DuetSamples; candidate: DuetSamples }[] = [];
      let isPinned = await this.#pin(0);
      await this.#block(3 * pair, ratePerSecond, warmUpMs);
      const host = new HostWatch(() => servers.usedMs(first.name) + servers.usedMs(second.name));
      blocks.push(await this.#block(3 * pair + 1, ratePerSecond, blockMs));
      isPinned = (await this.#pin(1)) && isPinned;
      blocks.push(await this.#block(3 * pair + 2, ratePerSecond, blockMs));
      const othersShare = host.othersShare();
      if (blocks.every(({ baseline: { outcome } }) => outcome.length === 0)) {
        throw new CartloadError(
          'BAD_OPTION',
          `At ${ratePerSecond.toPrecision(2)} actions/s no action took place in ${2 * blockMs} ms.`,
          { hint: 'Give longer blocks, --block 30s, or a scenario with a higher rate.' },
        );
      }
      return { ...pairFigures(blocks, headline), othersShare, isPinned };
    } finally {
      await this.#strike([baseline, candidate]);
      signal.throwIfAborted();
    }
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#threads).map((thread) => thread.close()));
  }

  async #raise({ address }: DuetServer, arm: Arm, alter?: AlterClone): Promise<void> {
    const { signal, baseline } = this.#options;
    const name = cloneName(arm);
    await withConnection(address, { purpose: 'experiment' }, (primary) =>
      cloneDatabase({ primary, replicas: [], template: armTemplate(arm), name, signal }),
    );
    const clone = withDatabase(address, name);
    await alter?.(clone);
    const side = arm === baseline ? 'baseline' : 'candidate';
    await this.#threads[side].open(clone, RUN_TAG);
  }

  async #strike(stages: readonly DuetServer[]): Promise<void> {
    const arms = [this.#options.baseline, this.#options.candidate];
    await Promise.allSettled(Object.values(this.#threads).map((thread) => thread.closeDatabase()));
    await Promise.all(
      stages.map(({ address }, index) =>
        withConnection(address, { purpose: 'experiment' }, (primary) =>
          dropDatabase(primary, cloneName(arms[index] as Arm)),
        ),
      ),
    );
  }

  async #pin(turn: 0 | 1): Promise<boolean> {
    const { servers, stages } = this.#options;
    const sets = this.#sets;
    if (sets === null) return false;
    const pinned = await Promise.all(stages.map(({ name }) => servers.pin(name, sets[turn])));
    return pinned.every((each) => each);
  }

  async #block(block: number, ratePerSecond: number, durationMs: number) {
    this.#options.signal.throwIfAborted();
    const startedAt = systemClock.now() + START_IN_MS;
    const { seed } = this.#options.baseline.scenario.dataset;
    const deal = { seed, block, ratePerSecond, durationMs };
    const [baseline, candidate] = await Promise.all([
      this.#threads.baseline.run(startedAt, { ...deal, side: 'baseline' }),
      this.#threads.candidate.run(startedAt, { ...deal, side: 'candidate' }),
    ]);
    return { baseline, candidate };
  }
}

function cloneName({ name }: Arm): string {
  return `duet_${name}`;
}

/** Two sets of the same size without a processor in common; null where there are fewer than two. */
function processorSets(
  processors: readonly number[],
): readonly [readonly number[], readonly number[]] | null {
  const half = Math.floor(processors.length / 2);
  return half === 0 ? null : [processors.slice(0, half), processors.slice(half, 2 * half)];
}
