import { join } from 'node:path';
import { withConnection } from '../../database/connect.ts';
import { readIndexedShop } from '../../database/index-definitions.ts';
import { requireIndex } from '../../experiments/indexes/require-index.ts';
import { openRolledBackStage } from '../../experiments/indexes/rolled-back-stage.ts';
import type { IndexStage } from '../../experiments/indexes/stage.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { type BenchTarget, benchAndKeep } from '../bench/bench-target.ts';
import type { CommandContext } from '../context.ts';
import { shownPath } from '../shown-path.ts';
import type { IndexQuestion } from './index-question.ts';

/** Longer than this a scenario is not run to see which indexes it uses. */
const LONGEST_MS = 20_000;
const LONGEST_WARM_UP_MS = 2000;

/**
 * Sees to it that the question can be answered, before anything runs.
 *
 * @returns where a target that is not ours is measured; null: on clones of the shop
 * @throws CartloadError BAD_OPTION where there is no such index, TARGET_IN_USE
 */
export async function lookFirst(
  target: BenchTarget,
  { arm, only }: Pick<IndexQuestion, 'arm' | 'only'>,
  signal: AbortSignal,
): Promise<IndexStage | null> {
  const run = await target.openRun(arm.scenario, 'indexes');
  const database = run.primary;
  try {
    if (target.kind === 'external') {
      const stage = await openRolledBackStage({ database, arm, signal });
      requireIndex(stage.shop.indexes, only);
      return stage;
    }
    const purpose = { purpose: 'check' };
    requireIndex((await withConnection(database, purpose, readIndexedShop)).indexes, only);
    return null;
  } finally {
    await run.close();
  }
}

/** Runs the scenario under load for a while, on all nodes, to see what it uses of which index. */
export async function runForUsage(
  context: CommandContext,
  target: BenchTarget,
  scenario: Scenario,
): Promise<{ readonly folder: string; readonly record: RunRecord }> {
  const record = await benchAndKeep(context, target, shortened(scenario), 'usage');
  const folder = shownPath(join(context.runsDirectory, record.id), context.userDirectory);
  return { folder, record };
}

function shortened(scenario: Scenario): Scenario {
  const { load } = scenario;
  const warmupMs = Math.min(load.warmupMs, LONGEST_WARM_UP_MS);
  const isConstant = load.executor === 'constant-arrival-rate' || load.executor === 'constant-vus';
  const durationMs = isConstant ? Math.min(load.durationMs, LONGEST_MS) : load.durationMs;
  return { ...scenario, load: { ...load, warmupMs, durationMs } };
}
