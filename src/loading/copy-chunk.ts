import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { BinaryCopyWriter } from '../generators/binary-copy-writer.ts';
import type { TableGenerator } from '../generators/table-generator.ts';

/** A contiguous range of a table's rows, loaded alone. */
export interface Chunk {
  readonly number: number;
  /** From 0. */
  readonly firstRow: number;
  readonly rows: number;
}

// 64 KiB to 1 MiB are about equal; one write per row is 33 times slower.
const BUFFER_BYTES = 256 * 1024;

/**
 * Loads one chunk and its ledger row in one transaction: either both are there or neither, whatever
 * is killed at whatever moment.
 *
 * @returns the bytes sent
 */
export async function copyChunk(
  client: pg.Client,
  identity: string,
  generator: TableGenerator,
  chunk: Chunk,
  signal: AbortSignal,
): Promise<number> {
  const columns = generator.columns.map(({ name }) => `"${name}"`).join(', ');
  const sent = { bytes: 0, crc: 0 };
  signal.throwIfAborted();
  await client.query('begin');
  try {
    const copy = copyFrom(`copy shop."${generator.table}" (${columns}) from stdin (format binary)`);
    await pipeline(Readable.from(encode(generator, chunk, sent)), client.query(copy), { signal });
    await client.query(
      `insert into cartload.load_chunk (
         identity, table_name, chunk, first_row, rows, checksum, loaded_at)
       values ($1, $2, $3, $4, $5, $6, now())`,
      [
        identity,
        generator.table,
        chunk.number,
        chunk.firstRow,
        chunk.rows,
        sent.crc.toString(16).padStart(8, '0'),
      ],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
  return sent.bytes;
}

function* encode(
  generator: TableGenerator,
  chunk: Chunk,
  sent: { bytes: number; crc: number },
): Generator<Uint8Array> {
  const writer = new BinaryCopyWriter(BUFFER_BYTES);
  const take = () => {
    const buffer = writer.take();
    sent.bytes += buffer.length;
    sent.crc = crc32(buffer, sent.crc);
    return buffer;
  };
  writer.writeHeader();
  for (let row = chunk.firstRow; row < chunk.firstRow + chunk.rows; row++) {
    generator.writeRow(writer, row);
    if (writer.length >= BUFFER_BYTES) yield take();
  }
  writer.writeTrailer();
  yield take();
}
