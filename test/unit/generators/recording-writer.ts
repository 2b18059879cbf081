import type { RowWriter } from '../../../src/generators/row-writer.ts';
import type { ColumnType, TableGenerator } from '../../../src/generators/table-generator.ts';
import type { TextPool } from '../../../src/generators/text-pool.ts';

/** Numbers as numbers, times as microseconds, bytea as hex, jsonb and uuid as text. */
export type Value = number | string | boolean | null;
export type RecordedRow = Record<string, Value>;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Keeps rows as values, and refuses calls that do not fit the declared columns. */
export class RecordingWriter implements RowWriter {
  readonly rows: RecordedRow[] = [];
  readonly #generator: TableGenerator;
  #row: RecordedRow = {};
  #column = 0;
  #pieces: number[] | undefined;
  #textType: ColumnType = 'text';

  constructor(generator: TableGenerator) {
    this.#generator = generator;
  }

  beginRow(columnCount: number): void {
    if (columnCount !== this.#generator.columns.length) {
      throw new Error(`${this.#generator.table}: ${columnCount} columns announced`);
    }
    this.#row = {};
    this.#column = 0;
  }

  endRow(): void {
    if (this.#column !== this.#generator.columns.length) {
      throw new Error(`${this.#generator.table}: ${this.#column} values written`);
    }
    this.rows.push(this.#row);
  }

  null(): void {
    this.#add(undefined, null);
  }
  bool(value: boolean): void {
    this.#add('bool', value);
  }
  int2(value: number): void {
    this.#integer('int2', value, 2 ** 15);
  }
  int4(value: number): void {
    this.#integer('int4', value, 2 ** 31);
  }
  int8(value: number): void {
    this.#integer('int8', value, 2 ** 53);
  }
  timestamp(us: number): void {
    this.#integer('timestamptz', us, 2 ** 53);
  }
  uuid(...words: [number, number, number, number]): void {
    const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
    this.#add('uuid', hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5'));
  }
  bytea(pool: TextPool, index: number): void {
    this.#add('bytea', Buffer.from(entryOf(pool, index)).toString('hex'));
  }
  text(bytes: Uint8Array): void {
    this.#add('text', decoder.decode(bytes));
  }
  entry(pool: TextPool, index: number): void {
    this.text(entryOf(pool, index));
  }
  beginText(): void {
    this.#begin('text');
  }
  beginJsonb(): void {
    this.#begin('jsonb');
  }
  append(bytes: Uint8Array): void {
    if (this.#pieces === undefined) {
      throw new Error('A piece outside of a text.');
    }
    this.#pieces.push(...bytes);
  }
  appendEntry(pool: TextPool, index: number): void {
    this.append(entryOf(pool, index));
  }
  appendInteger(value: number): void {
    this.append(Buffer.from(String(value)));
  }
  appendDigits(value: number, width: number): void {
    this.append(Buffer.from(String(value).padStart(width, '0').slice(-width)));
  }
  appendByte(byte: number): void {
    this.append(Uint8Array.of(byte));
  }
  endText(): void {
    const text = decoder.decode(Uint8Array.from(this.#pieces ?? []));
    this.#pieces = undefined;
    this.#add(this.#textType, text);
  }

  #begin(type: ColumnType): void {
    this.#pieces = [];
    this.#textType = type;
  }

  #integer(type: ColumnType, value: number, limit: number): void {
    if (!Number.isInteger(value) || value >= limit || value < -limit) {
      throw new Error(`${this.#generator.table}: ${value} is no ${type}`);
    }
    this.#add(type, value);
  }

  #add(type: ColumnType | undefined, value: Value): void {
    const column = this.#generator.columns[this.#column++];
    if (column === undefined || (type !== undefined && column.type !== type)) {
      throw new Error(`${this.#generator.table}.${column?.name}: a ${type} is written`);
    }
    this.#row[column.name] = value;
  }
}

function entryOf(pool: TextPool, index: number): Uint8Array {
  if (!Number.isInteger(index) || index < 0 || index >= pool.size) {
    throw new Error(`A pool of ${pool.size} has no entry ${index}.`);
  }
  return pool.bytes.subarray(pool.offsets[index], pool.offsets[index + 1]);
}

/** All rows of a table, or those numbered in `rows`. */
export function record(generator: TableGenerator, rows?: Iterable<number>): RecordedRow[] {
  const writer = new RecordingWriter(generator);
  for (const row of rows ?? Array.from({ length: generator.rowCount }, (_, i) => i)) {
    generator.writeRow(writer, row);
  }
  return writer.rows;
}
