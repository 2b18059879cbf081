import { describe, expect, test } from 'vitest';
import { BinaryCopyWriter } from '../../../src/generators/binary-copy-writer.ts';
import { addChecksums, EMPTY_CHECKSUM, formatChecksum } from '../../../src/generators/checksum.ts';
import { ChecksumWriter } from '../../../src/generators/checksum-writer.ts';
import { createShop } from '../../../src/generators/shop.ts';
import type { TableGenerator } from '../../../src/generators/table-generator.ts';
import { record } from './recording-writer.ts';
import { SHOP_TABLES } from './shop-tables.ts';

const spec = { orders: 2000, seed: 42, profile: 'default' } as const;

function bytesOf(generator: TableGenerator, from: number, to: number): Uint8Array {
  const writer = new BinaryCopyWriter(4096);
  for (let row = from; row < to; row++) {
    generator.writeRow(writer, row);
  }
  return writer.take();
}

describe.each(SHOP_TABLES)('%s', (table) => {
  const generator = createShop(spec).generatorOf(table);

  test('any row alone, in any order, by any shop, is the row of a sweep', () => {
    const sweep = record(generator);
    const fresh = createShop(spec).generatorOf(table);
    const count = generator.rowCount;
    const picked = Array.from({ length: 200 }, (_, i) => Math.floor((i * 7919) % count));
    expect(record(fresh, picked)).toEqual(picked.map((row) => sweep[row]));
    // Back to front, by the generator that has just made others.
    const reversed = Array.from({ length: Math.min(count, 500) }, (_, i) => count - 1 - i);
    expect(record(fresh, reversed)).toEqual(reversed.map((row) => sweep[row]));
  });

  test('chunks make up the whole, to the byte and in the checksum', () => {
    const count = generator.rowCount;
    const whole = bytesOf(generator, 0, count);
    const parts: Uint8Array[] = [];
    let checksum = EMPTY_CHECKSUM;
    for (let from = 0; from < count; from += 777) {
      const to = Math.min(count, from + 777);
      const own = createShop(spec).generatorOf(table);
      parts.push(bytesOf(own, from, to));
      const writer = new ChecksumWriter();
      for (let row = to - 1; row >= from; row--) {
        own.writeRow(writer, row);
      }
      checksum = addChecksums(writer.checksum, checksum);
    }
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
    const writer = new ChecksumWriter();
    for (let row = 0; row < count; row++) {
      generator.writeRow(writer, row);
    }
    expect(formatChecksum(checksum)).toBe(formatChecksum(writer.checksum));
  });
});

test('another seed makes other rows', () => {
  const a = createShop(spec);
  const b = createShop({ ...spec, seed: 43 });
  for (const table of SHOP_TABLES.filter((name) => !['warehouses', 'categories'].includes(name))) {
    const rows = [0, 1, 2, 3, 4, 5, 6, 7];
    const some = rows.filter((row) => row < a.counts[table]);
    expect(record(a.generatorOf(table), some), table).not.toEqual(
      record(b.generatorOf(table), some),
    );
  }
});
