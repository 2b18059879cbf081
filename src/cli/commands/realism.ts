import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CartloadError, messageOf } from '../../errors.ts';
import { measureRealism } from '../../realism/measure-realism.ts';
import { replaceFile } from '../../replace-file.ts';
import { renderRealismHtml } from '../../reports/realism/realism-html.ts';
import { renderRealismText } from '../../reports/realism/realism-text.ts';
import type { Command } from '../command.ts';
import { DATASET_OPTIONS, withLoadedShop } from '../loaded-target.ts';
import { textOption } from '../option-values.ts';
import { shownPath } from '../shown-path.ts';

/** Compares the loaded shop with what is published of real ones. */
export const realism: Command = {
  name: 'realism',
  usage: 'realism',
  describe: 'Compare the loaded shop with published figures of real ones',
  optionNames: [...Object.keys(DATASET_OPTIONS), 'out'],
  options: (args) =>
    args
      .options(DATASET_OPTIONS)
      .option('out', { type: 'string', describe: 'The page (default runs/realism.html)' }),
  async run(context, values) {
    const { terminal, userDirectory } = context;
    const out = textOption(values, 'out');
    const file =
      out === undefined ? join(context.runsDirectory, 'realism.html') : resolve(userDirectory, out);
    const report = await withLoadedShop(context, values, (shop, client) => {
      terminal.say('· measuring distributions');
      return measureRealism(client, shop);
    });
    const text = context.json ? JSON.stringify(report, null, 2) : renderRealismText(report);
    terminal.print(text);
    try {
      await mkdir(dirname(file), { recursive: true });
      await replaceFile(file, renderRealismHtml(report));
    } catch (cause) {
      throw new CartloadError(
        'OUTPUT_NOT_WRITABLE',
        `${file} cannot be written: ${messageOf(cause)}.`,
        { hint: 'Give another file with --out FILE.', cause },
      );
    }
    if (!context.json) terminal.print(`\nopen ${shownPath(file, userDirectory)}`);
    return report.lines.some(({ verdict }) => verdict === 'outside') ? 1 : 0;
  },
};
