// Writes test/unit/generators/golden-checksums.json from the built generators. Only for a new
// GENERATOR_VERSION. Run: npm run build && node scripts/make-golden-checksums.mjs
import { writeFileSync } from 'node:fs';

const generators = new URL(`${process.argv[2] ?? '../dist/src/generators'}/`, import.meta.url);
const { createShop } = await import(new URL('shop.js', generators).href);
const { ChecksumWriter } = await import(new URL('checksum-writer.js', generators).href);
const { formatChecksum } = await import(new URL('checksum.js', generators).href);

const golden = {};
for (const seed of [7, 42, 4294967295]) {
  for (const orders of [1000, 20_000]) {
    const checksums = {};
    for (const generator of createShop({ orders, seed, profile: 'default' }).generators) {
      const writer = new ChecksumWriter();
      for (let row = 0; row < generator.rowCount; row++) generator.writeRow(writer, row);
      checksums[generator.table] = formatChecksum(writer.checksum);
    }
    golden[seed] = { ...golden[seed], [orders]: checksums };
  }
}
const file = new URL('../test/unit/generators/golden-checksums.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`);
