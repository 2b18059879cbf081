import type { TextPool } from './text-pool.ts';

/**
 * Where a generator writes its rows, one call a column, in column order. No call takes or makes a
 * string: texts are pieces of encoded bytes.
 */
export interface RowWriter {
  beginRow(columnCount: number): void;
  endRow(): void;
  null(): void;
  bool(value: boolean): void;
  int2(value: number): void;
  int4(value: number): void;
  /** Any integer within +-2^53. */
  int8(value: number): void;
  /** `timestamptz` from microseconds since the Unix epoch. */
  timestamp(us: number): void;
  /** Four 32-bit words, most significant first. */
  uuid(word0: number, word1: number, word2: number, word3: number): void;
  /** `bytea`: one entry of a pool. */
  bytea(pool: TextPool, index: number): void;
  /** A whole text. */
  text(bytes: Uint8Array): void;
  /** A whole text: one entry of a pool. */
  entry(pool: TextPool, index: number): void;
  /** Opens a text made of pieces; close it with `endText`. */
  beginText(): void;
  /**
   * Opens a `jsonb` made of pieces; close it with `endText`. The pieces must be as PostgreSQL prints
   * jsonb (keys by length, then by bytes; `": "` and `", "`), because the checksum is taken of that.
   */
  beginJsonb(): void;
  append(bytes: Uint8Array): void;
  appendEntry(pool: TextPool, index: number): void;
  /** Decimal digits of an integer. */
  appendInteger(value: number): void;
  /** The low `width` decimal digits of a non-negative integer, with leading zeros. */
  appendDigits(value: number, width: number): void;
  /** One ASCII character. */
  appendByte(byte: number): void;
  endText(): void;
}

/** A writer whose bytes are taken away in buffers while it goes on. */
export interface BufferedRowWriter extends RowWriter {
  /** Bytes written since the last `take`. */
  readonly length: number;
  /** What must come before the first row, and after the last one. */
  writeHeader(): void;
  writeTrailer(): void;
  /** The bytes written since the last `take`. Theirs until given back by `recycle`. */
  take(): Uint8Array;
  /** Gives a taken buffer back for use again. */
  recycle(buffer: Uint8Array): void;
}
