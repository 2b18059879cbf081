import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { BinaryCopyWriter } from '../generators/binary-copy-writer.ts';
import type { LoadCounters } from './load-counters.ts';
import type { Chunk } from './load-plan.ts';

// 64 KiB to 1 MiB are about equal; one write per row is 33 times slower.
const BUFFER_BYTES = 256 * 1024;

/**
 * Loads one chunk and its ledger row in one transaction: either both are there or neither, whatever
 * is killed at whatever moment.
 *
 * @throws also when the counters say stop, and then nothing of the chunk is there
 */
export async function copyChunk(
  client: pg.Client,
  identity: string,
  chunk: Chunk,
  counters: LoadCounters,
): Promise<void> {
  const { generator } = chunk;
  const columns = generator.columns.map(({ name }) => `"${name}"`).join(', ');
  const sent = { bytes: 0, crc: 0, generatingMs: 0 };
  const startedAt = performance.now();
  await client.query('begin');
  let copiedAt: number;
  try {
    const copy = copyFrom(`copy shop."${generator.table}" (${columns}) from stdin (format binary)`);
    await pipeline(Readable.from(encode(chunk, sent, counters)), client.query(copy));
    copiedAt = performance.now();
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
  counters.add('generatingUs', sent.generatingMs * 1000);
  counters.add('sendingUs', (copiedAt - startedAt - sent.generatingMs) * 1000);
  counters.add('committingUs', (performance.now() - copiedAt) * 1000);
  counters.add('bytesCommitted', sent.bytes);
  counters.add('rowsCommitted', chunk.rows);
  counters.add('chunksCommitted', 1);
}

function* encode(
  { generator, firstRow, rows }: Chunk,
  sent: { bytes: number; crc: number; generatingMs: number },
  counters: LoadCounters,
): Generator<Uint8Array> {
  const writer = new BinaryCopyWriter(BUFFER_BYTES);
  writer.writeHeader();
  const end = firstRow + rows;
  for (let row = firstRow; row < end; ) {
    if (counters.isStopped) throw new Error('the load was stopped');
    const startedAt = performance.now();
    while (row < end && writer.length < BUFFER_BYTES) generator.writeRow(writer, row++);
    if (row === end) writer.writeTrailer();
    const buffer = writer.take();
    sent.bytes += buffer.length;
    sent.crc = crc32(buffer, sent.crc);
    sent.generatingMs += performance.now() - startedAt;
    yield buffer;
  }
}
