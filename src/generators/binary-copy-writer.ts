import { putDigits, putInteger } from './decimal.ts';
import {
  assertRoom,
  type BufferCycle,
  createBufferCycle,
  grown,
  MAX_ROW_BYTES,
} from './row-buffer.ts';
import type { BufferedRowWriter } from './row-writer.ts';
import type { TextPool } from './text-pool.ts';

/** 'PGCOPY\n\xff\r\n\0', no flags, no extension (PostgreSQL documentation, COPY, "Binary Format"). */
const HEADER = new Uint8Array([
  0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

/** 2000-01-01 in microseconds since the Unix epoch: where PostgreSQL counts from. */
const POSTGRES_EPOCH_US = 946_684_800_000_000;
const JSONB_VERSION = 1;
const DEFAULT_CHUNK_BYTES = 256 * 1024;

/** Writes rows in PostgreSQL's binary COPY format. */
export class BinaryCopyWriter implements BufferedRowWriter {
  readonly #cycle: BufferCycle;
  #bytes: Uint8Array;
  #at = 0;
  #textStart = 0;

  /** `chunkBytes`: how much the caller means to let pile up before it takes; beyond it buffers grow. */
  constructor(chunkBytes: number = DEFAULT_CHUNK_BYTES) {
    this.#cycle = createBufferCycle(chunkBytes + MAX_ROW_BYTES);
    this.#bytes = this.#cycle.next();
  }

  get length(): number {
    return this.#at;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = this.#cycle.next();
    this.#at = 0;
    return taken;
  }

  recycle(buffer: Uint8Array): void {
    this.#cycle.recycle(buffer);
  }

  writeHeader(): void {
    this.append(HEADER);
  }

  writeTrailer(): void {
    this.#reserve();
    this.#bytes[this.#at++] = 0xff;
    this.#bytes[this.#at++] = 0xff;
  }

  beginRow(columnCount: number): void {
    this.#reserve();
    this.#bytes[this.#at++] = columnCount >>> 8;
    this.#bytes[this.#at++] = columnCount;
  }

  endRow(): void {
    assertRoom(this.#bytes, this.#at);
  }

  null(): void {
    this.#put4(-1);
  }

  bool(value: boolean): void {
    this.#put4(1);
    this.#bytes[this.#at++] = value ? 1 : 0;
  }

  int2(value: number): void {
    this.#put4(2);
    this.#bytes[this.#at++] = value >>> 8;
    this.#bytes[this.#at++] = value;
  }

  int4(value: number): void {
    this.#put4(4);
    this.#put4(value);
  }

  int8(value: number): void {
    this.#put4(8);
    this.#put4(Math.floor(value / 0x100000000));
    this.#put4(value >>> 0);
  }

  timestamp(us: number): void {
    this.int8(us - POSTGRES_EPOCH_US);
  }

  uuid(word0: number, word1: number, word2: number, word3: number): void {
    this.#put4(16);
    this.#put4(word0);
    this.#put4(word1);
    this.#put4(word2);
    this.#put4(word3);
  }

  bytea(pool: TextPool, index: number): void {
    this.entry(pool, index);
  }

  text(bytes: Uint8Array): void {
    this.#put4(bytes.length);
    this.append(bytes);
  }

  entry(pool: TextPool, index: number): void {
    const from = pool.offsets[index] ?? 0;
    const to = pool.offsets[index + 1] ?? from;
    this.#put4(to - from);
    this.#copy(pool.bytes, from, to);
  }

  beginText(): void {
    this.#at += 4;
    this.#textStart = this.#at;
  }

  beginJsonb(): void {
    this.beginText();
    this.#bytes[this.#at++] = JSONB_VERSION;
  }

  append(bytes: Uint8Array): void {
    this.#copy(bytes, 0, bytes.length);
  }

  appendEntry(pool: TextPool, index: number): void {
    const from = pool.offsets[index] ?? 0;
    this.#copy(pool.bytes, from, pool.offsets[index + 1] ?? from);
  }

  appendInteger(value: number): void {
    this.#at = putInteger(this.#bytes, this.#at, value);
  }

  appendDigits(value: number, width: number): void {
    this.#at = putDigits(this.#bytes, this.#at, value, width);
  }

  appendByte(byte: number): void {
    this.#bytes[this.#at++] = byte;
  }

  endText(): void {
    const end = this.#at;
    this.#at = this.#textStart - 4;
    this.#put4(end - this.#textStart);
    this.#at = end;
  }

  #reserve(): void {
    if (this.#bytes.length - this.#at < MAX_ROW_BYTES) {
      this.#bytes = grown(this.#bytes);
    }
  }

  #put4(value: number): void {
    const bytes = this.#bytes;
    const at = this.#at;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.#at = at + 4;
  }

  #copy(source: Uint8Array, from: number, to: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = from; i < to; i++) {
      bytes[at++] = source[i] ?? 0;
    }
    this.#at = at;
  }
}
