import { withConnection } from '../../database/connect.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import type { FigureRecord } from '../../measurements/experiment-record.ts';
import type { BoundedChange, IndexDuet } from '../../measurements/index-record.ts';
import { decide } from '../duet/decide.ts';
import { GATE_MARGINS } from '../duet/duet-figures.ts';
import {
  type DuetSetting,
  findRate,
  GATE_TIMING,
  openDuet,
  pairsWithin,
} from '../duet/open-duet.ts';
import type { CloneStageOptions } from './clone-stage.ts';

/** What a first look takes, with what comes before it: where less is left, none is begun. */
const LEAST_MS = 120_000;

export interface DuetIndexesOptions extends CloneStageOptions {
  /** Names, the most important first. */
  readonly indexes: readonly string[];
  readonly headline: string | null;
  /** No clone pair is begun that would end later. */
  readonly endsAt: number;
  readonly onPair: (index: string, clonePairs: number, nextLook: number) => void;
}

/**
 * Runs the shop with and without an index at once, as a gate runs two commits: what replays of one session
 * cannot tell, many at once may. As many of them as there is time for.
 */
export async function duetIndexes(
  options: DuetIndexesOptions,
): Promise<ReadonlyMap<string, IndexDuet>> {
  const { servers, arm, indexes, headline, endsAt, onPair } = options;
  const found = new Map<string, IndexDuet>();
  const startedAt = performance.now();
  if (indexes.length === 0 || endsAt - startedAt < LEAST_MS) return found;
  const setting: DuetSetting = {
    ...options,
    baseline: arm,
    // The same shop on the other server; its clones lose the index.
    candidate: { ...arm },
    timing: GATE_TIMING,
    budgetMs: endsAt - startedAt,
  };
  await servers.stop('a');
  await withConnection(await servers.start('a'), { purpose: 'experiment' }, (client) =>
    client.query('alter system set fsync = on'),
  );
  const duet = await openDuet(setting, { headline, firstPair: 0 });
  try {
    const ratePerSecond = await findRate(setting, duet);
    const measure = pairsWithin(setting, duet, ratePerSecond, startedAt);
    for (const index of indexes) {
      const { status, figures, measured, isCutShort } = await decide(
        ({ clonePairs, nextLook }) => {
          onPair(index, clonePairs, nextLook);
          return measure((clone) => dropIndex(clone, index));
        },
        headline,
        GATE_MARGINS,
      );
      if (measured.length > 0) {
        found.set(index, {
          clonePairs: measured.length,
          verdict: status,
          cpu: shiftOf(figures, 'server CPU per action'),
          serviceTime: shiftOf(figures, 'service time, paired'),
        });
      }
      if (isCutShort) break;
    }
    return found;
  } finally {
    await duet.close();
  }
}

async function dropIndex(clone: ServerAddress, index: string): Promise<void> {
  await withConnection(clone, { purpose: 'experiment' }, (client) =>
    client.query(`drop index ${index}`),
  );
}

function shiftOf(figures: readonly FigureRecord[], name: string): BoundedChange | null {
  const shift = figures.find((figure) => figure.name === name)?.shift ?? null;
  return shift === null ? null : { value: shift.estimate, lower: shift.lower, upper: shift.upper };
}
