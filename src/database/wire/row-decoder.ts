import { ProtocolError } from './frame-reader.ts';

/** How values are read: a parser of the text of a type. */
export interface TypeParsers {
  getTypeParser(oid: number, format: 'text'): (text: string) => unknown;
}

type Read = (bytes: Buffer, start: number, end: number) => unknown;

const BOOL = 16;
const INT8 = 20;
const INT2 = 21;
const INT4 = 23;
const TEXT = 25;
const BPCHAR = 1042;
const VARCHAR = 1043;
const MINUS = 0x2d;
const TRUE = 0x74;

/** Reads the rows of one statement, whose columns were described once. */
export class RowDecoder {
  readonly #names: readonly string[];
  readonly #reads: readonly Read[];

  private constructor(names: readonly string[], reads: readonly Read[]) {
    this.#names = names;
    this.#reads = reads;
  }

  /**
   * From the body of a RowDescription.
   *
   * @param types null: every value is its text
   */
  static read(bytes: Buffer, start: number, end: number, types: TypeParsers | null): RowDecoder {
    const names: string[] = [];
    const reads: Read[] = [];
    const columns = bytes.readInt16BE(start);
    let at = start + 2;
    for (let column = 0; column < columns; column++) {
      const nameEnd = bytes.indexOf(0, at);
      // Table, column number, type, size, modifier and format follow: 18 bytes.
      if (nameEnd < 0 || nameEnd + 19 > end) throw malformed('row description');
      names.push(bytes.toString('utf8', at, nameEnd));
      reads.push(reader(bytes.readUInt32BE(nameEnd + 7), types));
      at = nameEnd + 19;
    }
    return new RowDecoder(names, reads);
  }

  /** A row from the body of a DataRow. */
  row(bytes: Buffer, start: number, end: number): Record<string, unknown> {
    const names = this.#names;
    const row: Record<string, unknown> = {};
    if (end - start < 2 || bytes.readInt16BE(start) !== names.length) throw malformed('row');
    let at = start + 2;
    for (let column = 0; column < names.length; column++) {
      if (at + 4 > end) throw malformed('row');
      const length = bytes.readInt32BE(at);
      at += 4;
      let value: unknown = null;
      if (length >= 0) {
        if (at + length > end) throw malformed('row');
        value = (this.#reads[column] as Read)(bytes, at, at + length);
        at += length;
      }
      row[names[column] as string] = value;
    }
    return row;
  }
}

const readText: Read = (bytes, start, end) => bytes.toString('utf8', start, end);

function reader(oid: number, types: TypeParsers | null): Read {
  if (types === null) return readText;
  switch (oid) {
    case INT2:
    case INT4:
    case INT8:
      return readInteger;
    case BOOL:
      return (bytes, start) => bytes[start] === TRUE;
    case TEXT:
    case VARCHAR:
    case BPCHAR:
      return readText;
    default: {
      const parse = types.getTypeParser(oid, 'text');
      return (bytes, start, end) => parse(bytes.toString('utf8', start, end));
    }
  }
}

/** Beyond 2^53 it is the nearest double, as of `Number(text)`. */
function readInteger(bytes: Buffer, start: number, end: number): number {
  if (end - start > 15) return Number(bytes.toString('latin1', start, end));
  const isNegative = bytes[start] === MINUS;
  let value = 0;
  for (let at = isNegative ? start + 1 : start; at < end; at++) {
    value = 10 * value + (bytes[at] ?? 0) - 0x30;
  }
  return isNegative ? -value : value;
}

function malformed(what: string): ProtocolError {
  return new ProtocolError(`The server sent a malformed ${what}.`);
}
