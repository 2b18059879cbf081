import type { GeneratedColumn } from '../../../src/generators/table-generator.ts';
import type { RecordedRow, Value } from './recording-writer.ts';

const POSTGRES_EPOCH_US = 946_684_800_000_000;

/** Reads a whole binary COPY file, signature to trailer. */
export function decodeBinary(
  bytes: Uint8Array,
  columns: readonly GeneratedColumn[],
): RecordedRow[] {
  const buffer = Buffer.from(bytes);
  if (
    buffer.toString('latin1', 0, 11) !== 'PGCOPY\n\xff\r\n\0' ||
    buffer.readBigInt64BE(11) !== 0n
  ) {
    throw new Error('No COPY signature.');
  }
  const rows: RecordedRow[] = [];
  let at = 19;
  for (;;) {
    const count = buffer.readInt16BE(at);
    at += 2;
    if (count === -1) {
      break;
    }
    if (count !== columns.length) {
      throw new Error(`A row of ${count} columns.`);
    }
    const row: RecordedRow = {};
    for (const column of columns) {
      const length = buffer.readInt32BE(at);
      at += 4;
      row[column.name] = length < 0 ? null : decodeValue(buffer.subarray(at, at + length), column);
      at += Math.max(length, 0);
    }
    rows.push(row);
  }
  if (at !== buffer.length) {
    throw new Error('Bytes after the trailer.');
  }
  return rows;
}

const WIDTHS: Readonly<Record<string, number>> = {
  bool: 1,
  int2: 2,
  int4: 4,
  int8: 8,
  timestamptz: 8,
  uuid: 16,
};

function decodeValue(bytes: Buffer, { name, type }: GeneratedColumn): Value {
  if (bytes.length !== (WIDTHS[type] ?? bytes.length)) {
    throw new Error(`${name}: ${bytes.length} bytes for ${type}.`);
  }
  switch (type) {
    case 'bool':
      return bytes[0] === 1;
    case 'int2':
      return bytes.readInt16BE();
    case 'int4':
      return bytes.readInt32BE();
    case 'int8':
      return Number(bytes.readBigInt64BE());
    case 'timestamptz':
      return Number(bytes.readBigInt64BE()) + POSTGRES_EPOCH_US;
    case 'uuid':
      return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
    case 'bytea':
      return bytes.toString('hex');
    case 'jsonb':
      if (bytes[0] !== 1) {
        throw new Error(`${name}: jsonb version ${bytes[0]}.`);
      }
      return bytes.toString('utf8', 1);
    case 'text':
      return bytes.toString('utf8');
  }
}

/** RFC 4180 with CRLF; an unquoted empty field is null. */
export function decodeCsv(text: string): (string | null)[][] {
  const records: (string | null)[][] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
  let record: (string | null)[] = [];
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) {
      throw new Error('Not CSV.');
    }
    const [, raw = '', end] = match;
    const isQuoted = raw.startsWith('"');
    record.push(isQuoted ? raw.slice(1, -1).replaceAll('""', '"') : raw === '' ? null : raw);
    if (end === '\r\n') {
      records.push(record);
      record = [];
    }
  }
  return records;
}
