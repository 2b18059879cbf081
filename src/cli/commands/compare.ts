import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CartloadError } from '../../errors.ts';
import { choiceRecord } from '../../experiments/capacity/choice-record.ts';
import { compareRuns, type RunArm } from '../../experiments/comparison/compare-runs.ts';
import type { ClassRecord } from '../../measurements/class-record.ts';
import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import {
  EXPERIMENT_RECORD_FILE,
  readExperimentRecord,
} from '../../measurements/experiment-record-file.ts';
import { initHistograms } from '../../measurements/histogram.ts';
import { RUN_RECORD_FILE, readRunRecord } from '../../measurements/run-record-file.ts';
import { packageVersion } from '../../package-info.ts';
import { targetPhrase } from '../../reports/headline.ts';
import type { ArgumentValues, Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { EXPERIMENT_FILES, finishExperiment, verdictExitCode } from '../finish-experiment.ts';
import { rateOption, textOption } from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';
import { openPriceBook } from '../price-book.ts';

/** Compares runs, or sets of repeats, with the first of them. */
export const compare: Command = {
  name: 'compare',
  usage: 'compare <arms..>',
  describe: 'Compare runs, or sets of repeats, with the first',
  optionNames: ['objective', 'out'],
  options: (args) =>
    args
      .positional('arms', {
        type: 'string',
        array: true,
        describe:
          'A run, or repeats of one: RUN RUN, or before=RUN,RUN,RUN after=RUN,RUN,RUN; or searches for capacity',
      })
      .option('objective', {
        type: 'string',
        describe: 'Of searches for capacity: headline transactions that a class is to take: 60/s',
      })
      .option('out', {
        type: 'string',
        describe: 'Folder of the comparison (default runs/TIME-compare)',
      }),
  async run(context, values) {
    const id = runId('compare');
    const directory = chooseDirectory(context, textOption(values, 'out'), id, EXPERIMENT_FILES);
    const given = values['arms'] as readonly string[];
    const classes = await readClasses(context, given);
    if (classes !== null) {
      const record = compareClasses(context, values, id, classes);
      await finishExperiment(context, record, directory);
      return verdictExitCode(record);
    }
    if (values['objective'] !== undefined) {
      throw new CartloadError('BAD_OPTION', '--objective goes with searches for capacity.', {
        hint: 'Make some: npm run bench scenarios/capacity.',
      });
    }
    const arms: RunArm[] = [];
    for (const [index, text] of given.entries()) {
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

interface NamedClasses {
  readonly scenario: string;
  readonly headline: string;
  readonly classes: readonly ClassRecord[];
}

/** The classes of searches and campaigns, each `NAME=FOLDER` under its new name; null where runs are meant. */
async function readClasses(
  context: CommandContext,
  given: readonly string[],
): Promise<readonly NamedClasses[] | null> {
  const parts = given.map((text) => {
    const [, name, folder = text] = /^([A-Za-z][\w.-]*)=(.+)$/.exec(text) ?? [];
    return { name, path: findFolder(context, folder, EXPERIMENT_RECORD_FILE) };
  });
  const isExperiment = ({ path }: { readonly path: string }) =>
    path.endsWith(EXPERIMENT_RECORD_FILE) || existsSync(join(path, EXPERIMENT_RECORD_FILE));
  if (!parts.some(isExperiment)) return null;
  const read: NamedClasses[] = [];
  for (const { name, path } of parts) {
    const { choice, scenario, headline } = await readExperimentRecord(path);
    if (choice === null) {
      throw new CartloadError('BAD_OPTION', `${path} is no search for capacity.`, {
        hint: 'Compare runs with runs, and searches for capacity with searches.',
      });
    }
    const classes =
      name !== undefined && choice.classes.length === 1
        ? choice.classes.map((each) => ({ ...each, name }))
        : choice.classes;
    read.push({ scenario, headline: headline ?? 'transactions', classes });
  }
  return read;
}

function compareClasses(
  context: CommandContext,
  values: ArgumentValues,
  id: string,
  read: readonly NamedClasses[],
): ExperimentRecord {
  const [first] = read;
  const [class1, ...others] = read.flatMap(({ classes }) => classes);
  if (first === undefined || class1 === undefined) throw new Error('there is a search');
  const names = [class1, ...others].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new CartloadError('BAD_OPTION', `Two classes are called ${twice}.`, {
      hint: 'Give each a name of its own: small=FOLDER large=FOLDER.',
    });
  }
  return choiceRecord({
    id,
    startedAt: new Date().toISOString(),
    cartloadVersion: packageVersion,
    command: context.commandLine,
    kind: 'classes',
    scenario: first.scenario,
    headline: first.headline,
    classes: [class1, ...others],
    objectivePerSecond: rateOption(values, 'objective') ?? null,
    book: openPriceBook(context),
  });
}

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

function findRun(context: CommandContext, folder: string): string {
  return findFolder(context, folder, RUN_RECORD_FILE);
}

/** The folder of a record, or the record, where the user stands or among all runs. */
function findFolder(
  { userDirectory, runsDirectory }: CommandContext,
  folder: string,
  file: string,
): string {
  const here = resolve(userDirectory, folder);
  const among = join(runsDirectory, folder);
  return !existsSync(here) && existsSync(join(among, file)) ? among : here;
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
