import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CartloadError } from '../../errors.ts';
import { compareRuns, type RunArm } from '../../experiments/comparison/compare-runs.ts';
import { initHistograms } from '../../measurements/histogram.ts';
import { RUN_RECORD_FILE, readRunRecord } from '../../measurements/run-record-file.ts';
import { packageVersion } from '../../package-info.ts';
import { targetPhrase } from '../../reports/headline.ts';
import type { Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { EXPERIMENT_FILES, finishExperiment } from '../finish-experiment.ts';
import { textOption } from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';

/** Compares runs, or sets of repeats, with the first of them. */
export const compare: Command = {
  name: 'compare',
  usage: 'compare <arms..>',
  describe: 'Compare runs, or sets of repeats, with the first',
  optionNames: ['out'],
  options: (args) =>
    args
      .positional('arms', {
        type: 'string',
        array: true,
        describe: 'A run, or repeats of one: RUN RUN, or before=RUN,RUN,RUN after=RUN,RUN,RUN',
      })
      .option('out', {
        type: 'string',
        describe: 'Folder of the comparison (default runs/TIME-compare)',
      }),
  async run(context, values) {
    const id = runId('compare');
    const directory = chooseDirectory(context, textOption(values, 'out'), id, EXPERIMENT_FILES);
    const arms: RunArm[] = [];
    for (const [index, text] of (values['arms'] as readonly string[]).entries()) {
      arms.push(await readArm(context, text, index));
    }
    checkArms(arms);
    await initHistograms();
    const record = compareRuns({
      id,
      startedAt: new Date().toISOString(),
      cartloadVersion: packageVersion,
      command: context.commandLine,
      kind: 'compare',
      arms,
      describeTarget: targetPhrase,
      isPaired: false,
    });
    return finishExperiment(context, record, directory);
  },
};

/** `NAME=RUN,RUN`: the name may be missing, and one run is a set, too. */
async function readArm(context: CommandContext, text: string, index: number): Promise<RunArm> {
  const [, name, list] = /^([A-Za-z][\w.-]*)=(.+)$/.exec(text) ?? [];
  const folders = (list ?? text).split(',').filter((each) => each !== '');
  if (folders.length === 0) {
    throw new CartloadError('BAD_OPTION', `"${text}" names no run.`, {
      hint: 'Write a run, or repeats of one: before=RUN,RUN,RUN.',
    });
  }
  const runs = [];
  for (const folder of folders) runs.push(await readRunRecord(findRun(context, folder)));
  return { name: name ?? String.fromCharCode('A'.charCodeAt(0) + (index % 26)), runs };
}

/** A run's folder, or its record, where the user stands or among all runs. */
function findRun({ userDirectory, runsDirectory }: CommandContext, folder: string): string {
  const here = resolve(userDirectory, folder);
  const among = join(runsDirectory, folder);
  return !existsSync(here) && existsSync(join(among, RUN_RECORD_FILE)) ? among : here;
}

function checkArms(arms: readonly RunArm[]): void {
  if (arms.length < 2) {
    throw new CartloadError('BAD_OPTION', 'There is nothing to compare the run with.', {
      hint: 'Name at least two: npm run compare -- RUN RUN.',
    });
  }
  const names = arms.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new CartloadError('BAD_OPTION', `Two arms are called ${twice}.`, {
      hint: 'Give each a name of its own: before=RUN after=RUN.',
    });
  }
  const ids = arms.flatMap(({ runs }) => runs.map(({ id }) => id));
  const doubled = ids.find((id, index) => ids.indexOf(id) !== index);
  if (doubled !== undefined) {
    throw new CartloadError('BAD_OPTION', `Run ${doubled} was given more than once.`, {
      hint: 'A run counts once: repeats are runs of their own.',
    });
  }
}
