import { join } from 'node:path';
import { CartloadError } from '../../errors.ts';
import { RUN_RECORD_FILE, writeRunRecord } from '../../measurements/run-record-file.ts';
import { renderTerminal } from '../../reports/terminal.ts';
import { REPORT_FILES, writeReports } from '../../reports/write-reports.ts';
import { benchOn, withBenchTarget } from '../bench/bench-target.ts';
import { benchCapacity, requireCapacity } from '../bench/capacity.ts';
import { chooseScenario } from '../bench/choose-scenario.ts';
import { benchVariants } from '../bench/variants.ts';
import type { ArgumentValues, Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { TARGET_OPTIONS } from '../open-target.ts';
import { integerOption, textOption } from '../option-values.ts';
import { chooseDirectory, runId } from '../output-folder.ts';
import { shownPath } from '../shown-path.ts';

/** What a run leaves in its folder, the one to open first. */
const RUN_FILES = [...REPORT_FILES, RUN_RECORD_FILE];

/** Runs a scenario and reports. */
export const bench: Command = {
  name: 'bench',
  usage: 'bench <scenario>',
  describe: 'Run a scenario and report',
  optionNames: [
    'duration',
    'warmup',
    'rate',
    'vus',
    'iterations',
    'workers',
    'connections',
    'scale',
    'seed',
    'variants',
    'repeats',
    'out',
    'target',
    'replica',
    'pooler',
  ],
  options: (args) =>
    args
      .positional('scenario', { type: 'string', describe: 'scenarios/checkout, or a YAML file' })
      .option('duration', { type: 'string', describe: 'Measurement: 60s' })
      .option('warmup', { type: 'string', describe: 'Before it: 5s' })
      .option('rate', { type: 'string', describe: 'Arrivals per second: 300' })
      .option('vus', { type: 'string', describe: 'Virtual users: 16' })
      .option('iterations', { type: 'string', describe: 'Arrivals of shared-iterations: 10000' })
      .option('workers', { type: 'string', describe: 'Threads that apply the load: 2' })
      .option('connections', { type: 'string', describe: 'Connections to the primary: 100' })
      .option('scale', { type: 'string', describe: 'Orders of the dataset: 20k' })
      .option('seed', { type: 'string', describe: 'Seed of dataset and load' })
      .option('variants', {
        type: 'boolean',
        describe: 'Run the scenario and its variants in turn, and compare',
      })
      .option('repeats', { type: 'string', describe: 'Runs of each variant (default 5)' })
      .option('out', { type: 'string', describe: 'Folder of the run (default runs/TIME-NAME)' })
      .options(TARGET_OPTIONS)
      .option('pooler', {
        type: 'string',
        describe: 'URL of a pooler (PgBouncer) that clients reach the primary through',
      }),
  run: (context, values) =>
    values['variants'] === true ? benchVariants(context, values) : benchOnce(context, values),
};

async function benchOnce(context: CommandContext, values: ArgumentValues): Promise<number> {
  if (integerOption(values, 'repeats', 1) !== undefined) {
    throw new CartloadError('BAD_OPTION', '--repeats goes with --variants.', {
      hint: 'Repeat a run by running it again, and compare: npm run compare.',
    });
  }
  const { scenario } = chooseScenario(context, values);
  if (scenario.capacity !== null) {
    return benchCapacity(context, values, requireCapacity(scenario));
  }
  const id = runId(scenario.name);
  const directory = chooseDirectory(context, textOption(values, 'out'), id, RUN_FILES);
  return withBenchTarget(context, values, [scenario], async (target) => {
    const record = await benchOn(context, target, scenario, id);
    const files = RUN_FILES.map((name) => shownPath(join(directory, name), context.userDirectory));
    // First to the screen: a full disk must not cost the result.
    context.terminal.print(
      context.json
        ? JSON.stringify(record, null, 2)
        : renderTerminal(record, { ...context.terminal, files }),
    );
    await writeRunRecord(directory, record);
    await writeReports(directory, record);
    return record.verdict.exitCode;
  });
}
