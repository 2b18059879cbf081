// Writes docs/run-record.schema.json from the types that read run records; needs a build.
// With --check nothing is written: exit 1 when the file is not what the types say.
import { readFileSync, writeFileSync } from 'node:fs';
import { runRecordJsonSchema } from '../dist/src/measurements/run-record-json-schema.js';

const target = new URL('../docs/run-record.schema.json', import.meta.url);
const wanted = `${JSON.stringify(runRecordJsonSchema(), null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== wanted) {
    console.error(
      'docs/run-record.schema.json is stale: run npm run build, then node scripts/make-run-record-schema.mjs',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, wanted);
}
