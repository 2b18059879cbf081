import type { BufferedRowWriter } from './row-writer.ts';
import { encodeText } from './text-pool.ts';
import { TextRowWriter } from './text-row-writer.ts';
import { putIsoTimestamp } from './timestamp-text.ts';

const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
/** Bytes below this one must be escaped. */
const SPACE = 0x20;
const NULL = encodeText('null');
const DEFAULT_CHUNK_BYTES = 256 * 1024;

/**
 * Writes rows as JSON (RFC 8259, UTF-8), one object a line: numbers as numbers, `jsonb` as it is,
 * times as ISO 8601 in UTC with microseconds, `bytea` as a text of `\x` and hexadecimal digits.
 */
export class JsonWriter extends TextRowWriter implements BufferedRowWriter {
  /** `"name":` of each column. */
  readonly #names: readonly Uint8Array[];
  #column = 0;
  #isJsonb = false;

  constructor(columns: readonly string[], chunkBytes: number = DEFAULT_CHUNK_BYTES) {
    super(chunkBytes, COMMA);
    this.#names = columns.map((name) => encodeText(`${JSON.stringify(name)}:`));
  }

  get length(): number {
    return this.at;
  }

  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.at);
    this.at = 0;
    return taken;
  }

  /** Nothing to do: `take` gives a copy. */
  recycle(_buffer: Uint8Array): void {}

  /** Lines of JSON have none. */
  writeHeader(): void {}

  /** Lines of JSON have none. */
  writeTrailer(): void {}

  override beginRow(columnCount: number): void {
    super.beginRow(columnCount);
    this.#column = 0;
    this.appendByte(OPENING_BRACE);
  }

  override timestamp(us: number): void {
    this.beginText();
    this.at = putIsoTimestamp(this.bytes, this.at, us);
    this.endText();
  }

  override beginText(): void {
    this.valueBegins();
    this.#isJsonb = false;
    this.appendByte(QUOTE);
  }

  override beginJsonb(): void {
    this.valueBegins();
    this.#isJsonb = true;
  }

  protected override valueBegins(): void {
    super.valueBegins();
    const name = this.#names[this.#column++];
    if (name === undefined) {
      throw new RangeError('A row has more values than columns are named.');
    }
    this.append(name);
    this.valueStart = this.at;
  }

  protected override nullValue(): void {
    this.append(NULL);
  }

  protected override textEnded(): void {
    if (this.#isJsonb) {
      return;
    }
    for (let i = this.valueStart + 1; i < this.at; i++) {
      const byte = this.bytes[i] ?? 0;
      if (byte === QUOTE || byte === BACKSLASH || byte < SPACE) {
        this.#escapeFrom(i);
        break;
      }
    }
    this.appendByte(QUOTE);
  }

  protected override rowEnded(): void {
    this.appendByte(CLOSING_BRACE);
    this.appendByte(LF);
  }

  #escapeFrom(start: number): void {
    const rest = this.bytes.slice(start, this.at);
    this.at = start;
    for (const byte of rest) {
      if (byte < SPACE) {
        this.append(encodeText(`\\u${byte.toString(16).padStart(4, '0')}`));
      } else {
        if (byte === QUOTE || byte === BACKSLASH) {
          this.appendByte(BACKSLASH);
        }
        this.appendByte(byte);
      }
    }
  }
}
