import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { initHistograms } from '../../measurements/histogram.ts';
import { readRunRecord } from '../../measurements/run-record-file.ts';
import { renderTerminal } from '../../reports/terminal.ts';
import { writeReports } from '../../reports/write-reports.ts';
import type { Command } from '../command.ts';
import { shownPath } from '../shown-path.ts';

/** Renders the reports of a run again from its record. */
export const report: Command = {
  name: 'report',
  usage: 'report <run>',
  describe: 'Render the reports of a run again: terminal, HTML, Markdown',
  optionNames: [],
  options: (args) =>
    args.positional('run', { type: 'string', describe: 'Folder of a run, or its run.json' }),
  async run(context, values) {
    const path = resolve(context.userDirectory, String(values['run']));
    const record = await readRunRecord(path);
    await initHistograms();
    const directory = statSync(path).isDirectory() ? path : dirname(path);
    const files = await writeReports(directory, record);
    const { terminal } = context;
    terminal.print(
      context.json
        ? JSON.stringify(record, null, 2)
        : renderTerminal(record, {
            ...terminal,
            files: [files.html, files.markdown].map((file) =>
              shownPath(file, context.userDirectory),
            ),
          }),
    );
    return 0;
  },
};
