import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CartloadError, messageOf } from '../../errors.ts';
import { BinaryCopyWriter } from '../../generators/binary-copy-writer.ts';
import { CsvWriter } from '../../generators/csv-writer.ts';
import { JsonWriter } from '../../generators/json-writer.ts';
import type { BufferedRowWriter } from '../../generators/row-writer.ts';
import { createShop } from '../../generators/shop.ts';
import type { TableGenerator } from '../../generators/table-generator.ts';
import type { Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { integerOption, profileOption, scaleOption, textOption } from '../option-values.ts';

interface Format {
  readonly ending: string;
  writer(generator: TableGenerator): BufferedRowWriter;
}

const FORMATS: Readonly<Record<string, Format>> = {
  csv: { ending: 'csv', writer: ({ columns }) => new CsvWriter(columns.map(({ name }) => name)) },
  binary: { ending: 'copy', writer: () => new BinaryCopyWriter() },
  json: {
    ending: 'ndjson',
    writer: ({ columns }) => new JsonWriter(columns.map(({ name }) => name)),
  },
};

const BUFFER_BYTES = 256 * 1024;

interface Rows {
  /** From 0. */
  readonly first: number;
  /** Not included. */
  readonly end: number;
}

/** Prints or writes rows, without a database. */
export const generate: Command = {
  name: 'generate',
  usage: 'generate',
  describe: 'Print or write rows, without a database',
  optionNames: ['table', 'rows', 'scale', 'seed', 'profile', 'format', 'out', 'null'],
  options: (args) =>
    args
      .option('table', { type: 'string', describe: 'A table of the shop (default: all, to --out)' })
      .option('rows', { type: 'string', describe: 'From 1: 5 or 1..10 (default: all)' })
      .option('scale', { type: 'string', describe: 'Orders, in thousands (default 20k)' })
      .option('seed', { type: 'string', describe: 'Default 42' })
      .option('profile', { type: 'string', describe: 'default, grocery or marketplace' })
      .option('format', { type: 'string', choices: Object.keys(FORMATS), describe: 'Default csv' })
      .option('out', { type: 'string', describe: 'Folder for one file per table' })
      .option('null', { type: 'boolean', describe: 'Generate to nowhere, and say how fast' }),
  async run(context, values) {
    const shop = createShop({
      orders: scaleOption(values) ?? 20_000,
      seed: integerOption(values, 'seed', 0) ?? 42,
      profile: profileOption(values) ?? 'default',
    });
    const name = textOption(values, 'table');
    const tables = chooseTables(shop.generators, name);
    const rows = textOption(values, 'rows');
    const out = textOption(values, 'out');
    const format = FORMATS[textOption(values, 'format') ?? 'csv'];
    if (format === undefined) throw new CartloadError('BAD_OPTION', 'That format is not known.');
    const parts = tables.map((generator) => ({
      generator,
      rows: parseRows(rows, generator),
    }));
    if (values['null'] === true) return toNowhere(context, parts);
    if (out !== undefined) {
      return toFolder(context, resolve(context.userDirectory, out), format, parts);
    }
    const [only] = parts;
    if (parts.length > 1 || only === undefined) {
      throw new CartloadError('BAD_OPTION', 'All tables cannot go to one stdout.', {
        hint: 'Name one with --table, or a folder with --out.',
      });
    }
    return toStdout(context, format, only);
  },
};

interface Part {
  readonly generator: TableGenerator;
  readonly rows: Rows;
}

async function toStdout(context: CommandContext, format: Format, part: Part): Promise<number> {
  const { signal } = context;
  try {
    const bytes = Readable.from(encode(part, format.writer(part.generator)));
    await pipeline(bytes, process.stdout, { signal, end: false });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    // `| head` has seen enough.
    if ((error as { code?: unknown }).code !== 'EPIPE') throw notWritable('stdout', error);
  }
  return 0;
}

async function toFolder(
  context: CommandContext,
  folder: string,
  format: Format,
  parts: readonly Part[],
): Promise<number> {
  const { terminal, signal } = context;
  const written: { file: string; rows: number }[] = [];
  for (const part of parts) {
    const file = join(folder, `${part.generator.table}.${format.ending}`);
    // Under its own name only when it is whole.
    const unfinished = `${file}.part`;
    try {
      await mkdir(folder, { recursive: true });
      const bytes = Readable.from(encode(part, format.writer(part.generator)));
      await pipeline(bytes, createWriteStream(unfinished), { signal });
      await rename(unfinished, file);
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => {});
      if (signal.aborted) throw signal.reason;
      throw notWritable(file, error);
    }
    written.push({ file, rows: part.rows.end - part.rows.first });
    terminal.say(`· ${file}`);
  }
  const total = written.reduce((sum, { rows }) => sum + rows, 0);
  terminal.print(
    context.json
      ? JSON.stringify({ files: written }, null, 2)
      : `Wrote ${total.toLocaleString('en')} rows into ${written.length} files.`,
  );
  return 0;
}

async function toNowhere(context: CommandContext, parts: readonly Part[]): Promise<number> {
  const startedAt = performance.now();
  let rows = 0;
  let bytes = 0;
  for (const part of parts) {
    const writer = new BinaryCopyWriter();
    for (const buffer of encode(part, writer)) {
      bytes += buffer.length;
      writer.recycle(buffer);
      // Lets an interrupt be heard.
      if (context.signal.aborted) throw context.signal.reason;
      await new Promise(setImmediate);
    }
    rows += part.rows.end - part.rows.first;
  }
  const durationMs = performance.now() - startedAt;
  const rowsPerSecond = Math.round(rows / (durationMs / 1000));
  context.terminal.print(
    context.json
      ? JSON.stringify({ rows, bytes, durationMs, rowsPerSecond }, null, 2)
      : `Generated ${rows.toLocaleString('en')} rows, ${(bytes / 1e6).toFixed(1)} MB of binary COPY, in ` +
          `${(durationMs / 1000).toFixed(2)} s on one thread: ${rowsPerSecond.toLocaleString('en')} rows/s.`,
  );
  return 0;
}

function* encode({ generator, rows }: Part, writer: BufferedRowWriter): Generator<Uint8Array> {
  writer.writeHeader();
  for (let row = rows.first; row < rows.end; row++) {
    generator.writeRow(writer, row);
    if (writer.length >= BUFFER_BYTES) yield writer.take();
  }
  writer.writeTrailer();
  yield writer.take();
}

function chooseTables(
  generators: readonly TableGenerator[],
  name: string | undefined,
): readonly TableGenerator[] {
  if (name === undefined) return generators;
  const found = generators.filter(({ table }) => table === name);
  if (found.length > 0) return found;
  throw new CartloadError('BAD_OPTION', `There is no table "${name}".`, {
    hint: `Tables: ${generators.map(({ table }) => table).join(', ')}.`,
  });
}

/** `5` or `1..10`, both ends included. */
function parseRows(text: string | undefined, { table, rowCount }: TableGenerator): Rows {
  if (text === undefined) return { first: 0, end: rowCount };
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  const first = Number(match?.[1] ?? 0);
  const last = Number(match?.[2] ?? first);
  if (first >= 1 && last >= first && last <= rowCount) return { first: first - 1, end: last };
  throw new CartloadError('BAD_OPTION', `--rows is not a range of ${table} (got "${text}").`, {
    hint: `Write one row or a range within 1..${rowCount}: --rows 1..10.`,
  });
}

function notWritable(where: string, cause: unknown): CartloadError {
  return new CartloadError(
    'OUTPUT_NOT_WRITABLE',
    `${where} cannot be written: ${messageOf(cause)}.`,
    { hint: 'Free some disk, or write elsewhere.', cause },
  );
}
