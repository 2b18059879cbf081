import type { BufferedRowWriter } from './row-writer.ts';
import { encodeText } from './text-pool.ts';
import { TextRowWriter } from './text-row-writer.ts';

const COMMA = 0x2c;
const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;
const DEFAULT_CHUNK_BYTES = 256 * 1024;

/**
 * Writes rows as CSV (RFC 4180, UTF-8, lines end in CRLF) with a header line. As PostgreSQL's
 * `COPY ... (format csv, header)` reads it: null is empty, an empty text is `""`.
 */
export class CsvWriter extends TextRowWriter implements BufferedRowWriter {
  readonly #columns: readonly string[];

  constructor(columns: readonly string[], chunkBytes: number = DEFAULT_CHUNK_BYTES) {
    super(chunkBytes, COMMA);
    this.#columns = columns;
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

  writeHeader(): void {
    this.append(encodeText(this.#columns.join(',')));
    this.rowEnded();
  }

  /** CSV has none. */
  writeTrailer(): void {}

  protected override nullValue(): void {}

  protected override rowEnded(): void {
    this.appendByte(CR);
    this.appendByte(LF);
  }

  protected override textEnded(): void {
    const start = this.valueStart;
    let quotes = 0;
    let isPlain = this.at > start;
    for (let i = start; i < this.at; i++) {
      const byte = this.bytes[i];
      if (byte === QUOTE) {
        quotes++;
      } else if (byte === COMMA || byte === CR || byte === LF) {
        isPlain = false;
      }
    }
    if (isPlain && quotes === 0) {
      return;
    }
    let target = this.at + quotes + 1;
    const end = target + 1;
    this.bytes[target--] = QUOTE;
    for (let i = this.at - 1; i >= start; i--) {
      const byte = this.bytes[i] ?? 0;
      this.bytes[target--] = byte;
      if (byte === QUOTE) {
        this.bytes[target--] = QUOTE;
      }
    }
    this.bytes[target] = QUOTE;
    this.at = end;
  }
}
