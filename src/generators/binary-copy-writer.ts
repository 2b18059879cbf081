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

/**
 * Writes rows in PostgreSQL's binary COPY format.
 *
 * Through a DataView: V8 turns a big-endian `setInt32` into one swapped store, four times fewer than
 * bytes; short texts are copied four bytes at a time, over their end, where the next value will be.
 */
export class BinaryCopyWriter implements BufferedRowWriter {
  readonly #cycle: BufferCycle;
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;
  #textStart = 0;

  /** `chunkBytes`: how much the caller means to let pile up before it takes; beyond it buffers grow. */
  constructor(chunkBytes: number = DEFAULT_CHUNK_BYTES) {
    this.#cycle = createBufferCycle(chunkBytes + MAX_ROW_BYTES);
    this.#bytes = this.#cycle.next();
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#at;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#use(this.#cycle.next());
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
    this.#view.setInt16(this.#at, -1);
    this.#at += 2;
  }

  beginRow(columnCount: number): void {
    this.#reserve();
    this.#view.setInt16(this.#at, columnCount);
    this.#at += 2;
  }

  endRow(): void {
    assertRoom(this.#bytes, this.#at);
  }

  null(): void {
    this.#view.setInt32(this.#at, -1);
    this.#at += 4;
  }

  bool(value: boolean): void {
    const at = this.#at;
    this.#view.setInt32(at, 1);
    this.#bytes[at + 4] = value ? 1 : 0;
    this.#at = at + 5;
  }

  int2(value: number): void {
    const at = this.#at;
    this.#view.setInt32(at, 2);
    this.#view.setInt16(at + 4, value);
    this.#at = at + 6;
  }

  int4(value: number): void {
    const at = this.#at;
    this.#view.setInt32(at, 4);
    this.#view.setInt32(at + 4, value);
    this.#at = at + 8;
  }

  int8(value: number): void {
    const at = this.#at;
    const view = this.#view;
    view.setInt32(at, 8);
    view.setInt32(at + 4, Math.floor(value * (1 / 0x100000000)));
    view.setInt32(at + 8, value);
    this.#at = at + 12;
  }

  timestamp(us: number): void {
    this.int8(us - POSTGRES_EPOCH_US);
  }

  uuid(word0: number, word1: number, word2: number, word3: number): void {
    const at = this.#at;
    const view = this.#view;
    view.setInt32(at, 16);
    view.setInt32(at + 4, word0);
    view.setInt32(at + 8, word1);
    view.setInt32(at + 12, word2);
    view.setInt32(at + 16, word3);
    this.#at = at + 20;
  }

  bytea(pool: TextPool, index: number): void {
    this.entry(pool, index);
  }

  text(bytes: Uint8Array): void {
    this.#view.setInt32(this.#at, bytes.length);
    this.#at += 4;
    this.append(bytes);
  }

  entry(pool: TextPool, index: number): void {
    const lengthAt = this.#at;
    this.#at = lengthAt + 4;
    this.appendEntry(pool, index);
    this.#view.setInt32(lengthAt, this.#at - lengthAt - 4);
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
    const target = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < bytes.length; i++) {
      target[at + i] = bytes[i] ?? 0;
    }
    this.#at = at + bytes.length;
  }

  appendEntry(pool: TextPool, index: number): void {
    const from = pool.offsets[index] ?? 0;
    const length = (pool.offsets[index + 1] ?? from) - from;
    const source = pool.view;
    const target = this.#view;
    const at = this.#at;
    for (let i = 0; i < length; i += 4) {
      target.setInt32(at + i, source.getInt32(from + i));
    }
    this.#at = at + length;
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
    this.#view.setInt32(this.#textStart - 4, this.#at - this.#textStart);
  }

  #reserve(): void {
    if (this.#bytes.length - this.#at < MAX_ROW_BYTES) {
      this.#use(grown(this.#bytes));
    }
  }

  #use(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
