import { availableParallelism } from 'node:os';
import { openCloneStage } from '../../experiments/indexes/clone-stage.ts';
import { duetIndexes } from '../../experiments/indexes/duet-indexes.ts';
import { type IndexesOptions, runIndexes } from '../../experiments/indexes/run-indexes.ts';
import { weightsOf } from '../../experiments/indexes/weigh-replays.ts';
import type { IndexRecord } from '../../measurements/index-record.ts';
import { withBenchTarget } from '../bench/bench-target.ts';
import type { ArgumentValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { withExperimentServers } from '../experiment-servers.ts';
import { loadCallbacks } from '../load-progress.ts';
import type { IndexQuestion } from './index-question.ts';
import { lookFirst, runForUsage } from './usage-run.ts';

/** Runs the scenario for its use of indexes, then takes them away: rolled back on a named target, else on clones. */
export async function measureIndexes(
  context: CommandContext,
  values: ArgumentValues,
  question: IndexQuestion,
): Promise<IndexRecord> {
  const { arm, headline, only, endsAt } = question;
  const { terminal, signal } = context;
  const { scenario } = arm;
  const callbacks = loadCallbacks(context);
  const measure = (how: Pick<IndexesOptions, 'run' | 'stage' | 'duet'>): Promise<IndexRecord> =>
    runIndexes({
      ...how,
      weights: weightsOf(scenario.mix, headline ?? ''),
      only,
      endsAt,
      onStep: callbacks.onStep,
      onTrial: (done, total) => terminal.live(`  ${done} of ${total} replays`),
    });
  const { run, found } = await withBenchTarget(context, values, [scenario], async (target) => {
    const stage = await lookFirst(target, question, signal);
    const { folder, record } = await runForUsage(context, target, scenario);
    const used = { folder, server: record.server ?? null };
    const rolledBack = stage === null ? null : await measure({ run: used, stage, duet: null });
    return { run: used, found: rolledBack };
  });
  if (found !== null) return found;
  return withExperimentServers(context, async (servers) => {
    const workers = Math.min(2, availableParallelism());
    const options = { ...callbacks, servers, arm, workers, signal };
    return measure({
      run,
      stage: await openCloneStage(options),
      duet: (open) =>
        duetIndexes({
          ...options,
          indexes: open,
          headline,
          endsAt,
          onPair: (index, clonePairs, nextLook) =>
            terminal.live(`  ${index}: clone pair ${clonePairs + 1} of ${nextLook}`),
        }),
    });
  });
}
