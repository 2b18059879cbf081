import { withConnection } from '../../database/connect.ts';
import { cloneDatabase, dropDatabase } from '../../database/embedded/database-clones.ts';
import { type ServerAddress, withDatabase } from '../../database/server-address.ts';
import type { Shop } from '../../generators/shop.ts';
import type { ReplayedAction, ReplayRecord } from '../../measurements/replay-record.ts';
import type { Arm } from '../arms/arm.ts';
import { armTemplate } from '../arms/arm-databases.ts';
import { compareReplays, foundTwice, replayVerdict } from './compare-replays.ts';
import { replayArm } from './replay-arm.ts';

export interface RunReplayOptions {
  /** Database `postgres` of the server that has the arms' templates. */
  readonly server: ServerAddress;
  readonly shop: Shop;
  readonly baseline: Arm;
  readonly candidate: Arm;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
}

const EXECUTIONS = 200;

/** Replays both arms; what differs is looked for again on new clones, after statistics of their own. */
export async function runReplay(options: RunReplayOptions): Promise<ReplayRecord> {
  const { baseline, candidate, onStep } = options;
  onStep(`replaying ${EXECUTIONS} actions of each kind, one at a time`);
  const before = await replayClone(options, baseline, false);
  const after = await replayClone(options, candidate, false);
  let found = compareReplays(before, after);
  if (found.findings.length > 0 || found.planChanges.length > 0) {
    onStep('replaying again, on other clones, with statistics gathered anew');
    const again = compareReplays(
      await replayClone(options, baseline, true),
      await replayClone(options, candidate, true),
    );
    found = foundTwice(found, again);
  }
  return {
    executions: EXECUTIONS,
    baseline: before,
    candidate: after,
    ...found,
    verdict: replayVerdict(found),
  };
}

async function replayClone(
  { server, shop, signal }: RunReplayOptions,
  arm: Arm,
  analyzes: boolean,
): Promise<ReplayedAction[]> {
  const name = `replay_${arm.name}`;
  return withConnection(server, { purpose: 'experiment' }, async (primary) => {
    await cloneDatabase({ primary, replicas: [], template: armTemplate(arm), name, signal });
    try {
      const database = withDatabase(server, name);
      return await replayArm({ database, arm, shop, executions: EXECUTIONS, analyzes, signal });
    } finally {
      await dropDatabase(primary, name);
    }
  });
}
