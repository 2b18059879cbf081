import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatChecksum } from '../../../src/generators/checksum.ts';
import { ChecksumWriter } from '../../../src/generators/checksum-writer.ts';
import { createShop } from '../../../src/generators/shop.ts';

/**
 * Checksums of whole tables, for ever. Where one differs, the data has changed: raise
 * GENERATOR_VERSION and run `node scripts/make-golden-checksums.mjs`.
 */
const GOLDEN: Record<string, Record<string, Record<string, string>>> = JSON.parse(
  readFileSync(new URL('golden-checksums.json', import.meta.url), 'utf8'),
);

const cases = Object.entries(GOLDEN).flatMap(([seed, scales]) =>
  Object.entries(scales).map(
    ([orders, checksums]) => [Number(seed), Number(orders), checksums] as const,
  ),
);

describe.each(cases)('seed %i, %i orders', (seed, orders, checksums) => {
  const shop = createShop({ orders, seed, profile: 'default' });

  test.each(shop.generators.map((generator) => [generator.table, generator] as const))(
    '%s',
    (table, generator) => {
      const writer = new ChecksumWriter();
      for (let row = 0; row < generator.rowCount; row++) {
        generator.writeRow(writer, row);
      }
      expect(formatChecksum(writer.checksum)).toBe(checksums[table]);
    },
  );
});

test('seeds 42, 7 and 4294967295 are covered at 1k and 20k', () => {
  expect(cases.map(([seed, orders]) => `${seed}@${orders}`)).toEqual([
    '7@1000',
    '7@20000',
    '42@1000',
    '42@20000',
    '4294967295@1000',
    '4294967295@20000',
  ]);
});
