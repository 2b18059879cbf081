import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CartloadError, messageOf } from '../../errors.ts';
import { replaceFile } from '../../replace-file.ts';
import { renderHistoryHtml } from '../../reports/history/history-html.ts';
import { renderHistoryText } from '../../reports/history/history-text.ts';
import { readHistory } from '../../reports/history/read-history.ts';
import type { Command } from '../command.ts';
import { integerOption } from '../option-values.ts';
import { shownPath } from '../shown-path.ts';

const SHOWN_RUNS = 20;

/** Lists the runs and writes the page that leads to them. */
export const runs: Command = {
  name: 'runs',
  usage: 'runs',
  describe: 'List all runs, and write runs/index.html',
  optionNames: ['last'],
  options: (args) =>
    args.option('last', { type: 'string', describe: `Runs to list (default ${SHOWN_RUNS})` }),
  async run({ terminal, json, runsDirectory, userDirectory }, values) {
    const limit = integerOption(values, 'last', 1) ?? SHOWN_RUNS;
    const history = await readHistory(runsDirectory);
    const page = join(runsDirectory, 'index.html');
    try {
      await mkdir(runsDirectory, { recursive: true });
      await replaceFile(page, renderHistoryHtml(history));
    } catch (cause) {
      throw new CartloadError(
        'OUTPUT_NOT_WRITABLE',
        `The list of runs cannot be written to ${page}: ${messageOf(cause)}.`,
        { cause },
      );
    }
    terminal.print(
      json
        ? JSON.stringify(history, null, 2)
        : `${renderHistoryText(history, { width: terminal.width, limit })}\nopen ${shownPath(page, userDirectory)}`,
    );
    return 0;
  },
};
