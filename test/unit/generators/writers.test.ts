import { describe, expect, test } from 'vitest';
import { BinaryCopyWriter } from '../../../src/generators/binary-copy-writer.ts';
import { checksumSql, formatChecksum, parseChecksum } from '../../../src/generators/checksum.ts';
import { ChecksumWriter } from '../../../src/generators/checksum-writer.ts';
import { CsvWriter } from '../../../src/generators/csv-writer.ts';
import { putDigits, putInteger } from '../../../src/generators/decimal.ts';
import { JsonWriter } from '../../../src/generators/json-writer.ts';
import { hashBytesExtended } from '../../../src/generators/postgres-hash.ts';
import type { RowWriter } from '../../../src/generators/row-writer.ts';
import { createShop } from '../../../src/generators/shop.ts';
import type { TableGenerator } from '../../../src/generators/table-generator.ts';
import { encodeText } from '../../../src/generators/text-pool.ts';
import { putIsoTimestamp, putTimestamp } from '../../../src/generators/timestamp-text.ts';
import { check } from './check.ts';
import { decodeBinary, decodeCsv } from './decode.ts';
import { type RecordedRow, record, type Value } from './recording-writer.ts';

const shop = createShop({ orders: 1000, seed: 5, profile: 'default' });

function write(generator: TableGenerator, writer: RowWriter): void {
  for (let row = 0; row < generator.rowCount; row++) {
    generator.writeRow(writer, row);
  }
}

describe.each(shop.generators.map((generator) => [generator.table, generator] as const))(
  '%s',
  (_, generator) => {
    const rows = record(generator);

    test('reads the same from binary COPY', () => {
      const writer = new BinaryCopyWriter();
      writer.writeHeader();
      write(generator, writer);
      writer.writeTrailer();
      expect(decodeBinary(writer.take(), generator.columns)).toEqual(rows);
    });

    test('reads the same from CSV', () => {
      const writer = new CsvWriter(generator.columns.map((column) => column.name));
      writer.writeHeader();
      write(generator, writer);
      const [header, ...records] = decodeCsv(new TextDecoder().decode(writer.take()));
      expect(header).toEqual(generator.columns.map((column) => column.name));
      expect(records).toEqual(rows.map((row) => textOf(row, generator)));
    });

    test('reads the same from lines of JSON', () => {
      const writer = new JsonWriter(generator.columns.map((column) => column.name));
      writer.writeHeader();
      write(generator, writer);
      writer.writeTrailer();
      const text = new TextDecoder().decode(writer.take());
      const lines = text.trimEnd().split('\n');
      expect(text).toBe(lines.map((line) => `${line}\n`).join(''));
      expect(lines.map((line) => JSON.parse(line))).toEqual(
        rows.map((row) => jsonOf(row, generator)),
      );
    });

    test('has the checksum of its text', () => {
      const writer = new ChecksumWriter();
      write(generator, writer);
      let low = 0n;
      let high = 0n;
      const out = new Uint32Array(2);
      for (const row of rows) {
        const text = textOf(row, generator)
          .map((value) => value ?? '\\N')
          .join('\x1f');
        const bytes = encodeText(text);
        hashBytesExtended(bytes, bytes.length, out);
        low += BigInt(out[0] ?? 0);
        high += BigInt(out[1] ?? 0);
      }
      expect(formatChecksum(writer.checksum)).toBe(`${rows.length}:${low}:${high}`);
    });

    test('writes jsonb as the server prints it', () => {
      for (const { name } of generator.columns.filter((column) => column.type === 'jsonb')) {
        for (const row of rows) {
          expect(row[name]).toBe(canonicalJson(JSON.parse(String(row[name]))));
        }
      }
    });
  },
);

/** A row as PostgreSQL casts its columns to text; null stays null. */
function textOf(row: RecordedRow, generator: TableGenerator): (string | null)[] {
  return generator.columns.map(({ name, type }) => {
    const value: Value | undefined = row[name];
    if (value === null || value === undefined) {
      return null;
    }
    if (type === 'timestamptz') {
      const us = Number(value);
      const fraction = String(((us % 1e6) + 1e6) % 1e6)
        .padStart(6, '0')
        .replace(/0+$/, '');
      const iso = new Date(Math.floor(us / 1e6) * 1000).toISOString();
      return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction === '' ? '' : `.${fraction}`}+00`;
    }
    return type === 'bytea' ? `\\x${value}` : String(value);
  });
}

/** A row as it comes out of JSON. */
function jsonOf(row: RecordedRow, generator: TableGenerator): Record<string, unknown> {
  const entries = generator.columns.map(({ name, type }): [string, unknown] => {
    const value = row[name] ?? null;
    if (value === null) {
      return [name, null];
    }
    if (type === 'timestamptz') {
      const iso = new Date(Math.floor(Number(value) / 1e6) * 1000).toISOString();
      return [name, `${iso.slice(0, 19)}.${String(Number(value) % 1e6).padStart(6, '0')}Z`];
    }
    if (type === 'jsonb') {
      return [name, JSON.parse(String(value))];
    }
    return [name, type === 'bytea' ? `\\x${value}` : value];
  });
  return Object.fromEntries(entries);
}

/** Keys by length, then by bytes, as jsonb keeps them. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const keys = Object.entries(value).toSorted(
      ([a], [b]) => a.length - b.length || (a < b ? -1 : 1),
    );
    return `{${keys.map(([key, part]) => `${JSON.stringify(key)}: ${canonicalJson(part)}`).join(', ')}}`;
  }
  return JSON.stringify(value);
}

describe('hashBytesExtended', () => {
  // select hashtextextended(t collate "C", 0), PostgreSQL 18.4.
  test.each([
    ['', -6939563903564495251n],
    ['a', 3591986179850072241n],
    ['abc', -6747756470228489321n],
    ['abcdefghijk', 3112909444737856467n],
    ['abcdefghijkl', -7556637188122330412n],
    ['Zażółć gęślą jaźń, Łódź 12345', 1301357356155822232n],
    ['0123456789012345678901234567890123456789', -1709038554607151176n],
  ])('hashes "%s" as the server does', (text, expected) => {
    const out = new Uint32Array(2);
    const bytes = encodeText(text);
    hashBytesExtended(bytes, bytes.length, out);
    const hash = (BigInt(out[1] ?? 0) << 32n) | BigInt(out[0] ?? 0);
    expect(BigInt.asIntN(64, hash)).toBe(expected);
  });
});

test.each([
  [0, '1970-01-01 00:00:00+00'],
  [1_704_164_645_123_456, '2024-01-02 03:04:05.123456+00'],
  [1_709_164_800_100_000, '2024-02-29 00:00:00.1+00'],
  [1_767_225_599_999_999, '2025-12-31 23:59:59.999999+00'],
  [-1, '1969-12-31 23:59:59.999999+00'],
])('putTimestamp writes %i as %s', (us, expected) => {
  const bytes = new Uint8Array(40);
  const end = putTimestamp(bytes, 0, us);
  expect(new TextDecoder().decode(bytes.subarray(0, end))).toBe(expected);
});

test.each([
  [0, '1970-01-01T00:00:00.000000Z'],
  [1_704_164_645_120_000, '2024-01-02T03:04:05.120000Z'],
  [-1, '1969-12-31T23:59:59.999999Z'],
])('putIsoTimestamp writes %i as %s', (us, expected) => {
  const bytes = new Uint8Array(40);
  const end = putIsoTimestamp(bytes, 0, us);
  expect(new TextDecoder().decode(bytes.subarray(0, end))).toBe(expected);
});

describe('decimal digits', () => {
  const written = (put: (bytes: Uint8Array) => number) => {
    const bytes = new Uint8Array(40);
    return new TextDecoder().decode(bytes.subarray(0, put(bytes)));
  };

  test('of integers over the whole range', () => {
    for (let power = 1; power < 2 ** 53; power *= 10) {
      for (const value of [power - 1, power, power + 1, 7 * power, -power]) {
        check(written((bytes) => putInteger(bytes, 0, value))).toBe(String(value));
      }
    }
    expect(written((bytes) => putInteger(bytes, 0, 2 ** 53 - 1))).toBe('9007199254740991');
  });

  test('of a fixed width: with leading zeros, or only the low ones', () => {
    for (const value of [0, 7, 42, 99_999_999, 100_000_000, 2_147_483_648, 12_345_678_901_234]) {
      for (let width = 1; width <= 20; width++) {
        const expected = String(value).padStart(width, '0').slice(-width);
        check(written((bytes) => putDigits(bytes, 0, value, width))).toBe(expected);
      }
    }
  });
});

describe('JsonWriter', () => {
  test('escapes what has to be escaped, and tells null from empty', () => {
    const writer = new JsonWriter(['a', 'b "c"']);
    const values = ['', 'plain', 'say "hi"', 'two\nlines', 'back\\slash', '\u0001', 'é'];
    for (const value of values) {
      writer.beginRow(2);
      writer.text(encodeText(value));
      writer.null();
      writer.endRow();
    }
    const lines = new TextDecoder().decode(writer.take()).trimEnd().split('\n');
    expect(lines[0]).toBe('{"a":"","b \\"c\\"":null}');
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      values.map((value) => ({ a: value, 'b "c"': null })),
    );
  });

  test('refuses more values than columns', () => {
    const writer = new JsonWriter(['a']);
    writer.beginRow(2);
    writer.int4(1);
    expect(() => writer.int4(2)).toThrow(/more values/);
  });
});

describe('CsvWriter', () => {
  test('quotes what has to be quoted, and tells null from empty', () => {
    const writer = new CsvWriter(['a', 'b']);
    const values = ['', 'plain', 'a,b', 'say "hi"', 'two\nlines', '"', 'é'];
    writer.writeHeader();
    for (const value of values) {
      writer.beginRow(2);
      writer.text(encodeText(value));
      writer.null();
      writer.endRow();
    }
    const text = new TextDecoder().decode(writer.take());
    expect(text).toContain('a,b\r\n"",\r\nplain,\r\n"a,b",\r\n"say ""hi""",\r\n');
    expect(decodeCsv(text).slice(1)).toEqual(values.map((value) => [value, null]));
  });
});

describe('BinaryCopyWriter', () => {
  test('writes integers over the whole range', () => {
    const writer = new BinaryCopyWriter(64);
    const values = [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1)];
    for (const value of values) {
      writer.beginRow(1);
      writer.int8(value);
      writer.endRow();
    }
    const bytes = Buffer.from(writer.take());
    expect(values.map((_, i) => Number(bytes.readBigInt64BE(i * 14 + 6)))).toEqual(values);
  });

  test('grows where nobody takes, and uses recycled buffers again', () => {
    const writer = new BinaryCopyWriter(1024);
    const long = encodeText('x'.repeat(1000));
    for (let i = 0; i < 100; i++) {
      writer.beginRow(1);
      writer.text(long);
      writer.endRow();
    }
    expect(writer.take().length).toBe(100 * 1006);
    const first = writer.take();
    writer.recycle(first);
    writer.take();
    expect(writer.take().buffer).toBe(first.buffer);
  });

  test('stops at a row that does not fit', () => {
    const writer = new BinaryCopyWriter(16);
    writer.beginRow(1);
    writer.text(new Uint8Array(40_000));
    expect(() => writer.endRow()).toThrow(/longer than/);
  });
});

describe('checksums', () => {
  test('parse what they format', () => {
    const text = '3:12884901885:18446744073709551616';
    expect(formatChecksum(parseChecksum(text))).toBe(text);
    expect(() => parseChecksum('1:2')).toThrow(/not a checksum/);
  });

  test('name every column in the SQL', () => {
    const sql = checksumSql(shop.generatorOf('order_status_history'));
    expect(sql).toContain('from shop."order_status_history"');
    expect(sql).toContain(
      `coalesce("from_status"::text, '\\N'), coalesce("to_status"::text, '\\N')`,
    );
  });
});
