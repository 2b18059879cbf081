import { withConnection } from '../../database/connect.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import { createShop } from '../../generators/shop.ts';
import type { ClonePair } from '../../measurements/clone-pair-record.ts';
import type { TransferRecord } from '../../measurements/experiment-record.ts';
import { headlineOf } from '../../scenario/headline.ts';
import { medianOf } from '../../statistics/median.ts';
import {
  type DuetSetting,
  findRate,
  openDuet,
  openFirstServer,
  pairsWithin,
} from '../duet/open-duet.ts';

export interface EqualArmsOptions extends DuetSetting {
  readonly clonePairs: number;
  readonly onPair: (measured: readonly ClonePair[]) => void;
}

export interface EqualArms {
  readonly pairs: readonly ClonePair[];
  readonly headline: string | null;
  readonly transfer: TransferRecord | null;
}

/** Clone pairs that measure the transfer: the cost is large against the noise of one. */
const TRANSFER_PAIRS = 4;
/** Below this share of a headline transaction's own CPU the added cost is not sure to have run. */
const LEAST_INJECTED = 0.05;
/** About half a millisecond of server CPU for each order. */
const KNOWN_COST = `
  create function shop.known_cost() returns trigger language plpgsql as $$
    declare x int := 0; begin for k in 1..30000 loop x := x + 1; end loop; return null; end $$;
  create trigger zz_known_cost after insert on shop.orders for each row execute function shop.known_cost()`;

/**
 * Measures two arms that are the same, for a self-test: as many clone pairs as asked for, or as the budget
 * allows; and then, with a known CPU cost for one of them, how much of it the duet sees.
 */
export async function measureEqualArms(options: EqualArmsOptions): Promise<EqualArms> {
  const { clonePairs, onPair, onStep } = options;
  const startedAt = performance.now();
  const headline = headlineOf(options.candidate.scenario);
  await openFirstServer(options, createShop(options.candidate.scenario.dataset));
  const duet = await openDuet(options, { headline, firstPair: 0 });
  try {
    const ratePerSecond = await findRate(options, duet);
    const measure = pairsWithin(options, duet, ratePerSecond, startedAt);
    const pairs: ClonePair[] = [];
    for (let pair = await measure(); pair !== null; pair = await measure()) {
      pairs.push(pair);
      onPair(pairs);
      if (pairs.length === clonePairs) break;
    }
    onStep('adding a known CPU cost to one of them');
    const costly: ClonePair[] = [];
    while (costly.length < TRANSFER_PAIRS) {
      const pair = await measure(addKnownCost);
      if (pair === null) break;
      costly.push(pair);
    }
    return { pairs, headline, transfer: transferOf(costly, headline) };
  } finally {
    await duet.close();
  }
}

/** What was added to the headline transaction and what was seen of it; null where it was not added. */
export function transferOf(
  pairs: readonly ClonePair[],
  headline: string | null,
): TransferRecord | null {
  const told = pairs.flatMap(({ headlineCpuMs, transactions }) => {
    const timed = headline === null ? undefined : transactions[headline];
    if (headlineCpuMs === null || timed === undefined) return [];
    const { baseline, candidate } = headlineCpuMs;
    return [
      {
        share: (candidate - baseline) / baseline,
        injectedMs: candidate - baseline,
        seenMs: timed.serviceMs * Math.expm1(timed.logRatio),
      },
    ];
  });
  if (told.length === 0 || medianOf(told.map(({ share }) => share)) < LEAST_INJECTED) return null;
  return {
    injectedMs: medianOf(told.map(({ injectedMs }) => injectedMs)),
    seenMs: medianOf(told.map(({ seenMs }) => seenMs)),
  };
}

async function addKnownCost(clone: ServerAddress): Promise<void> {
  await withConnection(clone, { purpose: 'experiment' }, (client) => client.query(KNOWN_COST));
}
