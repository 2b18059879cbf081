import { describe, expect, test } from 'vitest';
import { FrameReader, ProtocolError } from '../../../../src/database/wire/frame-reader.ts';
import { bounded } from '../../../../src/random/bounded.ts';
import { cell } from '../../../../src/random/cell.ts';
import { frame } from './frames.ts';

function random(seed: number): (below: number) => number {
  let draws = 0;
  return (below) => bounded(cell(seed, draws++), below);
}

/** What a reader makes of a stream that arrives in chunks of these lengths. */
function readIn(stream: Buffer, nextLength: () => number): string[] {
  const seen: string[] = [];
  const reader = new FrameReader((type, bytes, start, end) => {
    seen.push(`${String.fromCharCode(type)}:${bytes.toString('latin1', start, end)}`);
  });
  // One buffer for all chunks, as a socket has it: nothing of it may be kept.
  const chunk = Buffer.alloc(stream.length + 1);
  for (let at = 0; at < stream.length; ) {
    const length = Math.min(Math.max(1, nextLength()), stream.length - at);
    chunk.fill(0xee);
    stream.copy(chunk, 0, at, at + length);
    reader.push(chunk, length);
    at += length;
  }
  return seen;
}

describe('FrameReader', () => {
  const messages = ['', 'x', 'hello', 'y'.repeat(300), 'z'.repeat(20_000), '\0\0\0'];
  const stream = Buffer.concat(messages.map((text, k) => frame('DZCE12'[k] ?? 'D', text)));
  const expected = messages.map((text, k) => `${'DZCE12'[k]}:${text}`);

  test('cuts whole chunks and single bytes alike', () => {
    expect(readIn(stream, () => stream.length)).toEqual(expected);
    expect(readIn(stream, () => 1)).toEqual(expected);
  });

  test('any way of splitting gives the same messages', () => {
    for (let seed = 0; seed < 300; seed++) {
      const next = random(seed);
      const most = [3, 12, 400, 25_000][seed % 4] ?? 3;
      expect(readIn(stream, () => 1 + next(most))).toEqual(expected);
    }
  });

  test.each([0, 3, -1, -2_147_483_648])('refuses a length of %i', (length) => {
    const broken = Buffer.alloc(5);
    broken.write('D');
    broken.writeInt32BE(length, 1);
    const reader = new FrameReader(() => {});
    expect(() => reader.push(broken)).toThrow(ProtocolError);
  });

  test('a length that promises too much takes no memory in advance', () => {
    const broken = Buffer.alloc(5);
    broken.write('D');
    broken.writeInt32BE(2_000_000_000, 1);
    const before = process.memoryUsage().arrayBuffers;
    new FrameReader(() => {}).push(broken);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  test('passes on nothing more once it is stopped', () => {
    const seen: number[] = [];
    const reader: FrameReader = new FrameReader((type) => {
      seen.push(type);
      reader.stop();
    });
    reader.push(stream);
    expect(seen).toHaveLength(1);
  });
});
