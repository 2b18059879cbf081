import pg from 'pg';

/** As `pg` itself writes the values of a query; it is exported, but not declared. */
const { prepareValue } = (
  pg as unknown as { utils: { prepareValue(value: unknown): Buffer | string | null } }
).utils;

const BIND = 0x42; // B
const COPY_FAIL = 0x66; // f
const DESCRIBE = 0x44; // D
const EXECUTE = 0x45; // E
const PARSE = 0x50; // P
const QUERY = 0x51; // Q
const SYNC = 0x53; // S
const STATEMENT = 0x53; // S

const FIRST_CAPACITY = 4096;
const MOST_VIEWS = 512;
const MINUS = 0x2d;
const ZERO = 0x30;
/** Longer strings are left to Node, whose own encoder then is faster. */
const SHORT_TEXT = 40;

/**
 * Writes messages to the server (protocol 3.0) one behind the other into one buffer, which is used anew
 * for each request: the server has read all of a request before it answers.
 */
export class RequestWriter {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #at = 0;
  /** Views of the buffer by their length: making one costs as much as writing the rest of a request. */
  #views: (Buffer | undefined)[] = [];

  /** The request as it stands; the next begins from nothing. */
  take(): Buffer {
    const length = this.#at;
    this.#at = 0;
    if (length > MOST_VIEWS) return this.#bytes.subarray(0, length);
    let view = this.#views[length];
    if (view === undefined) {
      view = this.#bytes.subarray(0, length);
      this.#views[length] = view;
    }
    return view;
  }

  parse(name: string, text: string): void {
    const start = this.#begin(PARSE);
    this.#cstring(name);
    this.#cstring(text);
    // The server infers the types of all parameters.
    this.#int16(0);
    this.#end(start);
  }

  describe(name: string): void {
    const start = this.#begin(DESCRIBE);
    this.#byte(STATEMENT);
    this.#cstring(name);
    this.#end(start);
  }

  /** Binds the values, as text, to the unnamed portal. */
  bind(name: string, values: readonly unknown[]): void {
    const start = this.#begin(BIND);
    this.#byte(0);
    this.#cstring(name);
    const formatsAt = this.#at;
    this.#int16(0);
    this.#int16(values.length);
    let hasBinary = false;
    for (const value of values) {
      if (ArrayBuffer.isView(value)) hasBinary = true;
      this.#value(value);
    }
    // One for all: text.
    this.#int16(0);
    this.#end(start);
    if (hasBinary) this.#insertFormats(start, formatsAt, values);
  }

  execute(): void {
    const start = this.#begin(EXECUTE);
    this.#byte(0);
    this.#int32(0);
    this.#end(start);
  }

  sync(): void {
    this.#end(this.#begin(SYNC));
  }

  query(text: string): void {
    const start = this.#begin(QUERY);
    this.#cstring(text);
    this.#end(start);
  }

  copyFail(reason: string): void {
    const start = this.#begin(COPY_FAIL);
    this.#cstring(reason);
    this.#end(start);
  }

  /** Bytes go as they are, so the format of each parameter must be told: 1 for those, 0 for text. */
  #insertFormats(start: number, formatsAt: number, values: readonly unknown[]): void {
    this.#reserve(2 * values.length);
    this.#bytes.copyWithin(formatsAt + 2 + 2 * values.length, formatsAt + 2, this.#at);
    this.#bytes.writeInt16BE(values.length, formatsAt);
    for (const [index, value] of values.entries()) {
      this.#bytes.writeInt16BE(ArrayBuffer.isView(value) ? 1 : 0, formatsAt + 2 + 2 * index);
    }
    this.#at += 2 * values.length;
    this.#end(start);
  }

  #value(value: unknown): void {
    if (value === null || value === undefined) {
      this.#int32(-1);
      return;
    }
    const lengthAt = this.#at;
    this.#int32(0);
    if (typeof value === 'number' && Number.isSafeInteger(value)) this.#integer(value);
    else if (typeof value === 'string') this.#text(value);
    else {
      const prepared = prepareValue(value);
      if (prepared === null) {
        this.#bytes.writeInt32BE(-1, lengthAt);
        return;
      }
      if (typeof prepared === 'string') this.#text(prepared);
      else this.#raw(prepared);
    }
    this.#setInt32(this.#at - lengthAt - 4, lengthAt);
  }

  #integer(value: number): void {
    this.#reserve(17);
    let left = value;
    if (left < 0) {
      this.#bytes[this.#at++] = MINUS;
      left = -left;
    }
    let digits = 1;
    for (let limit = 10; limit <= left; limit *= 10) digits += 1;
    for (let place = this.#at + digits - 1; place >= this.#at; place--) {
      const rest = Math.floor(left / 10);
      this.#bytes[place] = ZERO + (left - 10 * rest);
      left = rest;
    }
    this.#at += digits;
  }

  #text(text: string): void {
    this.#reserve(3 * text.length);
    if (text.length <= SHORT_TEXT) {
      const bytes = this.#bytes;
      const start = this.#at;
      let index = 0;
      for (; index < text.length; index++) {
        const code = text.charCodeAt(index);
        if (code > 0x7f) break;
        bytes[start + index] = code;
      }
      if (index === text.length) {
        this.#at += index;
        return;
      }
    }
    this.#at += this.#bytes.write(text, this.#at, 'utf8');
  }

  #raw(bytes: Buffer): void {
    this.#reserve(bytes.length);
    bytes.copy(this.#bytes, this.#at);
    this.#at += bytes.length;
  }

  #cstring(text: string): void {
    this.#text(text);
    this.#byte(0);
  }

  #begin(type: number): number {
    this.#byte(type);
    const start = this.#at;
    this.#int32(0);
    return start;
  }

  #end(start: number): void {
    this.#setInt32(this.#at - start, start);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  #int16(value: number): void {
    this.#reserve(2);
    this.#bytes[this.#at++] = value >>> 8;
    this.#bytes[this.#at++] = value;
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#setInt32(value, this.#at);
    this.#at += 4;
  }

  #setInt32(value: number, at: number): void {
    const bytes = this.#bytes;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }

  #reserve(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
    this.#views = [];
  }
}
