import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatChecksum } from '../../../src/generators/checksum.ts';
import { ChecksumWriter } from '../../../src/generators/checksum-writer.ts';
import type { DatasetSpec } from '../../../src/generators/dataset-spec.ts';
import { createShop } from '../../../src/generators/shop.ts';

/**
 * Checksums of whole tables, for ever. Where one differs, the data has changed: raise
 * GENERATOR_VERSION and run `node scripts/make-golden-checksums.mjs`.
 */
const GOLDEN: readonly { spec: DatasetSpec; checksums: Record<string, string> }[] = JSON.parse(
  readFileSync(new URL('golden-checksums.json', import.meta.url), 'utf8'),
);

describe.each(GOLDEN)(
  '$spec.profile, seed $spec.seed, $spec.orders orders',
  ({ spec, checksums }) => {
    const shop = createShop(spec);

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
  },
);

test('each profile is covered, the default one by three seeds at two scales', () => {
  expect(GOLDEN.map(({ spec }) => `${spec.profile} ${spec.seed}@${spec.orders}`)).toEqual([
    'default 7@1000',
    'default 7@20000',
    'default 42@1000',
    'default 42@20000',
    'default 4294967295@1000',
    'default 4294967295@20000',
    'grocery 42@2000',
    'marketplace 42@2000',
  ]);
});
