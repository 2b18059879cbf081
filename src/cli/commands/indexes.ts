import { indexExperimentRecord } from '../../experiments/indexes/index-experiment-record.ts';
import { packageVersion } from '../../package-info.ts';
import { headlineOf } from '../../scenario/headline.ts';
import { overrideScenario } from '../../scenario/override.ts';
import type { Command } from '../command.ts';
import { EXPERIMENT_FILES, finishExperiment } from '../finish-experiment.ts';
import { measureIndexes } from '../indexes/measure.ts';
import { openArm, WORKING_TREE } from '../open-arm.ts';
import { TARGET_OPTIONS } from '../open-target.ts';
import { durationOption, scaleOption, textOption } from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';

const DEFAULT_BUDGET_MS = 5 * 60_000;

/**
 * Measures what each index of the shop gives to reads and takes from writes: a short run shows its use by node,
 * then it is taken away, on clones of the shop, or in rolled-back transactions on a named target.
 */
export const indexes: Command = {
  name: 'indexes',
  usage: 'indexes [scenario]',
  describe: 'What does each index give to reads, and what does it take from writes?',
  optionNames: ['only', 'budget', 'scale', 'target', 'replica', 'out'],
  options: (args) =>
    args
      .positional('scenario', { type: 'string', default: 'scenarios/checkout' })
      .option('only', { type: 'string', describe: 'One index by its name' })
      .option('budget', {
        type: 'string',
        describe: 'How long it may take, but for taking each away once: 10m',
      })
      .option('scale', { type: 'string', describe: 'Orders of the dataset: 100k' })
      .options(TARGET_OPTIONS)
      .option('out', {
        type: 'string',
        describe: 'Folder of the result (default runs/TIME-indexes)',
      }),
  async run(context, values) {
    const id = runId('indexes');
    const directory = chooseDirectory(context, textOption(values, 'out'), id, EXPERIMENT_FILES);
    const startedAt = new Date().toISOString();
    const endsAt = performance.now() + (durationOption(values, 'budget') ?? DEFAULT_BUDGET_MS);
    const opened = await openArm(context, values, WORKING_TREE);
    const orders = scaleOption(values);
    const arm =
      orders === undefined
        ? opened
        : { ...opened, scenario: overrideScenario(opened.scenario, { orders }) };
    const headline = headlineOf(arm.scenario);
    const only = textOption(values, 'only') ?? null;
    const found = await measureIndexes(context, values, { arm, headline, only, endsAt });
    const record = indexExperimentRecord(found, {
      id,
      startedAt,
      cartloadVersion: packageVersion,
      command: context.commandLine,
      scenario: arm.scenario.name,
      headline: headline ?? '',
    });
    return finishExperiment(context, record, directory);
  },
};
