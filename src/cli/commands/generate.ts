import { once } from 'node:events';
import { CartloadError } from '../../errors.ts';
import { CsvWriter } from '../../generators/csv-writer.ts';
import { createShop } from '../../generators/shop.ts';
import type { TableGenerator } from '../../generators/table-generator.ts';
import type { Command } from '../command.ts';
import { integerOption, scaleOption, textOption } from '../option-values.ts';

const BUFFER_BYTES = 64 * 1024;

/** Prints rows of a table, without a database. */
export const generate: Command = {
  name: 'generate',
  usage: 'generate',
  describe: 'Print rows of a table as CSV, without a database',
  optionNames: ['table', 'rows', 'scale', 'seed', 'format'],
  options: (args) =>
    args
      .option('table', { type: 'string', demandOption: true, describe: 'A table of the shop' })
      .option('rows', { type: 'string', describe: 'From 1: 5 or 1..10 (default: all)' })
      .option('scale', { type: 'string', describe: 'Orders, in thousands (default 20k)' })
      .option('seed', { type: 'string', describe: 'Default 42' })
      .option('format', { type: 'string', choices: ['csv'], describe: 'Default csv' }),
  async run(context, values) {
    const shop = createShop({
      orders: scaleOption(values) ?? 20_000,
      seed: integerOption(values, 'seed', 0) ?? 42,
      profile: 'default',
    });
    const table = textOption(values, 'table');
    const generator = shop.generators.find((each) => each.table === table);
    if (generator === undefined) {
      throw new CartloadError('BAD_OPTION', `There is no table "${table}".`, {
        hint: `Tables: ${shop.generators.map((each) => each.table).join(', ')}.`,
      });
    }
    const rows = parseRows(textOption(values, 'rows'), generator.rowCount);
    for (const bytes of encodeCsv(generator, rows.first, rows.last)) {
      context.signal.throwIfAborted();
      if (process.stdout.destroyed) break;
      if (!process.stdout.write(bytes)) {
        await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]);
      }
    }
    return 0;
  },
};

function* encodeCsv(generator: TableGenerator, first: number, last: number) {
  const writer = new CsvWriter(
    generator.columns.map(({ name }) => name),
    BUFFER_BYTES,
  );
  writer.writeHeader();
  for (let row = first - 1; row < last; row++) {
    generator.writeRow(writer, row);
    if (writer.length >= BUFFER_BYTES) yield writer.take();
  }
  yield writer.take();
}

/** `5` or `1..10`, both ends included. */
function parseRows(text: string | undefined, rowCount: number): { first: number; last: number } {
  if (text === undefined) return { first: 1, last: rowCount };
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  const first = Number(match?.[1] ?? 0);
  const last = Number(match?.[2] ?? first);
  if (first < 1 || last < first || last > rowCount) {
    throw new CartloadError('BAD_OPTION', `--rows is not a range of this table (${text}).`, {
      hint: `Write one row or a range within 1..${rowCount}: --rows 1..10.`,
    });
  }
  return { first, last };
}
