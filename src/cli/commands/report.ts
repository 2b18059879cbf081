import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { initHistograms } from '../../measurements/histogram.ts';
import { readRunRecord } from '../../measurements/run-record-file.ts';
import { renderTerminal } from '../../reports/terminal.ts';
import { REPORT_FILES, writeReports } from '../../reports/write-reports.ts';
import type { Command } from '../command.ts';
import { shownPath } from '../shown-path.ts';

/** Renders the reports of a run again from its record. */
export const report: Command = {
  name: 'report',
  usage: 'report <run>',
  describe: 'Render the reports of a run again',
  optionNames: [],
  options: (args) =>
    args.positional('run', { type: 'string', describe: 'Folder of a run, or its run.json' }),
  async run(context, values) {
    const path = resolve(context.userDirectory, String(values['run']));
    const record = await readRunRecord(path);
    await initHistograms();
    const directory = statSync(path).isDirectory() ? path : dirname(path);
    await writeReports(directory, record);
    const { terminal } = context;
    terminal.print(
      context.json
        ? JSON.stringify(record, null, 2)
        : renderTerminal(record, {
            ...terminal,
            files: REPORT_FILES.map((name) =>
              shownPath(join(directory, name), context.userDirectory),
            ),
          }),
    );
    return 0;
  },
};
