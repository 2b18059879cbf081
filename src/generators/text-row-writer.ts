import { putDigits, putInteger } from './decimal.ts';
import { assertRoom, grown, MAX_ROW_BYTES } from './row-buffer.ts';
import type { RowWriter } from './row-writer.ts';
import type { TextPool } from './text-pool.ts';
import { putTimestamp } from './timestamp-text.ts';

const TRUE = new Uint8Array([0x74, 0x72, 0x75, 0x65]);
const FALSE = new Uint8Array([0x66, 0x61, 0x6c, 0x73, 0x65]);

/**
 * Rows as text, each value as PostgreSQL casts it to `text` under `TimeZone = UTC`, `DateStyle = ISO`
 * and `bytea_output = hex`. What stands between the values is the business of a subclass.
 */
export abstract class TextRowWriter implements RowWriter {
  protected bytes: Uint8Array;
  protected at = 0;
  /** Where the value being written begins. */
  protected valueStart = 0;
  readonly #separator: number;
  #columnsWritten = 0;

  constructor(capacity: number, separator: number) {
    this.bytes = new Uint8Array(capacity + MAX_ROW_BYTES);
    this.#separator = separator;
  }

  /** Writes the separator from the second value of a row on. */
  protected valueBegins(): void {
    if (this.#columnsWritten > 0) {
      this.bytes[this.at++] = this.#separator;
    }
    this.#columnsWritten++;
    this.valueStart = this.at;
  }

  protected abstract nullValue(): void;
  protected abstract textEnded(): void;
  protected abstract rowEnded(): void;

  beginRow(_columnCount: number): void {
    if (this.bytes.length - this.at < MAX_ROW_BYTES) {
      this.bytes = grown(this.bytes);
    }
    this.#columnsWritten = 0;
  }

  endRow(): void {
    assertRoom(this.bytes, this.at);
    this.rowEnded();
  }

  null(): void {
    this.valueBegins();
    this.nullValue();
  }

  bool(value: boolean): void {
    this.valueBegins();
    this.append(value ? TRUE : FALSE);
  }

  int2(value: number): void {
    this.int8(value);
  }

  int4(value: number): void {
    this.int8(value);
  }

  int8(value: number): void {
    this.valueBegins();
    this.appendInteger(value);
  }

  timestamp(us: number): void {
    this.valueBegins();
    this.at = putTimestamp(this.bytes, this.at, us);
  }

  uuid(word0: number, word1: number, word2: number, word3: number): void {
    this.beginText();
    this.#appendHex(word0, 8);
    this.appendByte(0x2d);
    this.#appendHex(word1 >>> 16, 4);
    this.appendByte(0x2d);
    this.#appendHex(word1 & 0xffff, 4);
    this.appendByte(0x2d);
    this.#appendHex(word2 >>> 16, 4);
    this.appendByte(0x2d);
    this.#appendHex(word2 & 0xffff, 4);
    this.#appendHex(word3, 8);
    this.endText();
  }

  bytea(pool: TextPool, index: number): void {
    this.beginText();
    this.appendByte(0x5c);
    this.appendByte(0x78);
    const from = pool.offsets[index] ?? 0;
    const to = pool.offsets[index + 1] ?? from;
    for (let i = from; i < to; i++) {
      this.#appendHex(pool.bytes[i] ?? 0, 2);
    }
    this.endText();
  }

  text(bytes: Uint8Array): void {
    this.beginText();
    this.append(bytes);
    this.endText();
  }

  entry(pool: TextPool, index: number): void {
    this.beginText();
    this.appendEntry(pool, index);
    this.endText();
  }

  beginText(): void {
    this.valueBegins();
  }

  beginJsonb(): void {
    this.beginText();
  }

  append(bytes: Uint8Array): void {
    this.#copy(bytes, 0, bytes.length);
  }

  appendEntry(pool: TextPool, index: number): void {
    const from = pool.offsets[index] ?? 0;
    this.#copy(pool.bytes, from, pool.offsets[index + 1] ?? from);
  }

  appendInteger(value: number): void {
    this.at = putInteger(this.bytes, this.at, value);
  }

  appendDigits(value: number, width: number): void {
    this.at = putDigits(this.bytes, this.at, value, width);
  }

  appendByte(byte: number): void {
    this.bytes[this.at++] = byte;
  }

  endText(): void {
    this.textEnded();
  }

  #appendHex(value: number, digits: number): void {
    for (let shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      const digit = (value >>> shift) & 15;
      this.bytes[this.at++] = digit < 10 ? 0x30 + digit : 0x57 + digit;
    }
  }

  #copy(source: Uint8Array, from: number, to: number): void {
    const bytes = this.bytes;
    let at = this.at;
    for (let i = from; i < to; i++) {
      bytes[at++] = source[i] ?? 0;
    }
    this.at = at;
  }
}
