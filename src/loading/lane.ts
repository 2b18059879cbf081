import { connect } from '../database/connect.ts';
import type { ServerAddress } from '../database/server-address.ts';
import type { DatasetSpec } from '../generators/dataset-spec.ts';
import { createShop } from '../generators/shop.ts';
import { copyChunk } from './copy-chunk.ts';
import { LoadCounters } from './load-counters.ts';
import { planChunks } from './load-plan.ts';

/** One connection that copies chunks, as plain data for a thread. */
export interface LaneOptions {
  readonly spec: DatasetSpec;
  readonly target: ServerAddress;
  readonly counters: SharedArrayBuffer;
  /** By index in the plan: 1 where the chunk is in already. */
  readonly loaded: Uint8Array;
}

/** How a lane's session is called, so that one left over from a killed load can be found. */
export const LANE_PURPOSE = 'load lane';

/** Held (shared) by every lane: whoever gets it alone knows that no lane is left. */
export const LANE_LOCK = 0x6c616e65;

/** Copies chunks until none is left or the counters say stop. */
export async function runLane(options: LaneOptions): Promise<void> {
  const counters = new LoadCounters(options.counters);
  const shop = createShop(options.spec);
  const plan = planChunks(shop.generators);
  const client = await connect(options.target, { purpose: LANE_PURPOSE });
  try {
    await client.query('select pg_advisory_lock_shared($1)', [LANE_LOCK]);
    // A commit that a crash of the server takes back takes its ledger row with it, so none needs to
    // wait for the disk: the last one of the load does, and with it all before.
    await client.query('set synchronous_commit = off');
    while (!counters.isStopped) {
      const index = counters.takeChunk();
      const chunk = plan[index];
      if (chunk === undefined) return;
      if (options.loaded[index] === 1) continue;
      await copyChunk(client, shop.identity.id, chunk, counters);
    }
  } finally {
    await client.end().catch(() => {});
  }
}
