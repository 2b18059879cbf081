import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  EXPERIMENT_RECORD_FILE,
  readExperimentRecord,
} from '../../measurements/experiment-record-file.ts';
import { initHistograms } from '../../measurements/histogram.ts';
import { readRunRecord } from '../../measurements/run-record-file.ts';
import { renderTerminal } from '../../reports/terminal.ts';
import { REPORT_FILES, writeExperimentReports, writeReports } from '../../reports/write-reports.ts';
import type { Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { printExperiment } from '../finish-experiment.ts';
import { shownPath } from '../shown-path.ts';

/** Renders the reports of a run or an experiment again from its record. */
export const report: Command = {
  name: 'report',
  usage: 'report <run>',
  describe: 'Render the reports of a run or an experiment again',
  optionNames: [],
  options: (args) =>
    args.positional('run', {
      type: 'string',
      describe: 'Folder of a run or an experiment, or its record',
    }),
  async run(context, values) {
    const path = resolve(context.userDirectory, String(values['run']));
    await initHistograms();
    if (isExperiment(path)) await reportExperiment(context, path);
    else await reportRun(context, path);
    return 0;
  },
};

/** A folder that holds the record of an experiment and of no run, or that record itself. */
function isExperiment(path: string): boolean {
  return (
    basename(path) === EXPERIMENT_RECORD_FILE || existsSync(join(path, EXPERIMENT_RECORD_FILE))
  );
}

async function reportRun(context: CommandContext, path: string): Promise<void> {
  const record = await readRunRecord(path);
  const directory = folderOf(path);
  await writeReports(directory, record);
  const { terminal, userDirectory, json } = context;
  const files = REPORT_FILES.map((name) => shownPath(join(directory, name), userDirectory));
  terminal.print(
    json ? JSON.stringify(record, null, 2) : renderTerminal(record, { ...terminal, files }),
  );
}

async function reportExperiment(context: CommandContext, path: string): Promise<void> {
  const record = await readExperimentRecord(path);
  const directory = folderOf(path);
  await writeExperimentReports(directory, record);
  printExperiment(context, record, directory);
}

function folderOf(path: string): string {
  return statSync(path).isDirectory() ? path : dirname(path);
}
