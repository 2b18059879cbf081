import { join } from 'node:path';
import { withConnection } from '../../database/connect.ts';
import { readIndexedShop } from '../../database/index-definitions.ts';
import { requireIndex } from '../../experiments/indexes/require-index.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { type BenchTarget, benchAndKeep } from '../bench/bench-target.ts';
import type { CommandContext } from '../context.ts';

/** Longer than this a scenario is not run to see which indexes it uses. */
const LONGEST_MS = 20_000;
const LONGEST_WARM_UP_MS = 2000;

/**
 * Runs the scenario under load for a while, on all nodes, to see what it uses of which index.
 *
 * @param only the index that is asked about; null: all
 * @throws CartloadError BAD_OPTION where there is none of that name, before anything runs
 */
export async function runForUsage(
  context: CommandContext,
  target: BenchTarget,
  scenario: Scenario,
  only: string | null,
): Promise<{ readonly folder: string; readonly record: RunRecord }> {
  if (only !== null) {
    const run = await target.openRun(scenario, 'indexes');
    try {
      const purpose = { purpose: 'check' };
      const { indexes } = await withConnection(run.primary, purpose, readIndexedShop);
      requireIndex(indexes, only);
    } finally {
      await run.close();
    }
  }
  const record = await benchAndKeep(context, target, shortened(scenario), 'usage');
  return { folder: join(context.runsDirectory, record.id), record };
}

function shortened(scenario: Scenario): Scenario {
  const { load } = scenario;
  const warmupMs = Math.min(load.warmupMs, LONGEST_WARM_UP_MS);
  const isConstant = load.executor === 'constant-arrival-rate' || load.executor === 'constant-vus';
  const durationMs = isConstant ? Math.min(load.durationMs, LONGEST_MS) : load.durationMs;
  return { ...scenario, load: { ...load, warmupMs, durationMs } };
}
