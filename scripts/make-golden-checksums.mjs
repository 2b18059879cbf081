// Writes test/unit/generators/golden-checksums.json from the built generators. Only for a new
// GENERATOR_VERSION. Run: npm run build && node scripts/make-golden-checksums.mjs
import { writeFileSync } from 'node:fs';

const generators = new URL(`${process.argv[2] ?? '../dist/src/generators'}/`, import.meta.url);
const { createShop } = await import(new URL('shop.js', generators).href);
const { ChecksumWriter } = await import(new URL('checksum-writer.js', generators).href);
const { formatChecksum } = await import(new URL('checksum.js', generators).href);

/** Seeds and scales of each profile. */
const COVERED = {
  default: [
    [7, 1000],
    [7, 20_000],
    [42, 1000],
    [42, 20_000],
    [4294967295, 1000],
    [4294967295, 20_000],
  ],
  grocery: [[42, 2000]],
  marketplace: [[42, 2000]],
};

function checksumsOf(spec) {
  const checksums = {};
  for (const generator of createShop(spec).generators) {
    const writer = new ChecksumWriter();
    for (let row = 0; row < generator.rowCount; row++) generator.writeRow(writer, row);
    checksums[generator.table] = formatChecksum(writer.checksum);
  }
  return checksums;
}

const golden = Object.entries(COVERED).flatMap(([profile, cases]) =>
  cases.map(([seed, orders]) => {
    const spec = { profile, seed, orders };
    return { spec, checksums: checksumsOf(spec) };
  }),
);
const file = new URL('../test/unit/generators/golden-checksums.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`);
