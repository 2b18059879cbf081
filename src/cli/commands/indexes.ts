import { availableParallelism } from 'node:os';
import { indexExperimentRecord } from '../../experiments/indexes/index-experiment-record.ts';
import { runIndexes } from '../../experiments/indexes/run-indexes.ts';
import { weightsOf } from '../../experiments/indexes/weigh-replays.ts';
import { packageVersion } from '../../package-info.ts';
import { headlineOf } from '../../scenario/headline.ts';
import { overrideScenario } from '../../scenario/override.ts';
import type { Command } from '../command.ts';
import { withExperimentServers } from '../experiment-servers.ts';
import { EXPERIMENT_FILES, finishExperiment } from '../finish-experiment.ts';
import { loadCallbacks } from '../load-progress.ts';
import { openArm, WORKING_TREE } from '../open-arm.ts';
import { durationOption, scaleOption, textOption } from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';

const DEFAULT_BUDGET_MS = 5 * 60_000;

/** Measures what each index of the shop gives to reads and takes from writes. */
export const indexes: Command = {
  name: 'indexes',
  usage: 'indexes [scenario]',
  describe: 'What does each index give to reads, and what does it take from writes?',
  optionNames: ['only', 'budget', 'scale', 'out'],
  options: (args) =>
    args
      .positional('scenario', { type: 'string', default: 'scenarios/checkout' })
      .option('only', { type: 'string', describe: 'One index by its name' })
      .option('budget', { type: 'string', describe: 'Longest time for rounds of CPU: 10m' })
      .option('scale', { type: 'string', describe: 'Orders of the dataset: 100k' })
      .option('out', {
        type: 'string',
        describe: 'Folder of the result (default runs/TIME-indexes)',
      }),
  async run(context, values) {
    const { terminal } = context;
    const id = runId('indexes');
    const directory = chooseDirectory(context, textOption(values, 'out'), id, EXPERIMENT_FILES);
    const startedAt = new Date().toISOString();
    const opened = await openArm(context, values, WORKING_TREE);
    const orders = scaleOption(values);
    const arm =
      orders === undefined
        ? opened
        : { ...opened, scenario: overrideScenario(opened.scenario, { orders }) };
    const headline = headlineOf(arm.scenario) ?? '';
    const only = textOption(values, 'only') ?? null;
    const budgetMs = durationOption(values, 'budget') ?? DEFAULT_BUDGET_MS;
    return withExperimentServers(context, async (servers) => {
      const found = await runIndexes({
        ...loadCallbacks(context),
        servers,
        arm,
        weights: weightsOf(arm.scenario.mix, headline),
        only,
        budgetMs,
        workers: Math.min(2, availableParallelism()),
        onIndex: (done, total, round) =>
          terminal.live(`  round ${round + 1}: ${done} of ${total} indexes`),
      });
      const record = indexExperimentRecord(found, {
        id,
        startedAt,
        cartloadVersion: packageVersion,
        command: context.commandLine,
        scenario: arm.scenario.name,
        headline,
      });
      return finishExperiment(context, record, directory);
    });
  },
};
