// Writes the JSON Schemas of scenario files and of records from the types that read them; needs a build.
// With --check nothing is written: exit 1 when a file is not what the types say.
import { readFileSync, writeFileSync } from 'node:fs';
import {
  experimentRecordJsonSchema,
  runRecordJsonSchema,
} from '../dist/src/measurements/record-json-schemas.js';
import { scenarioJsonSchema } from '../dist/src/scenario/scenario-json-schema.js';

const SCHEMAS = {
  'scenarios/scenario.schema.json': scenarioJsonSchema,
  'docs/run-record.schema.json': runRecordJsonSchema,
  'docs/experiment-record.schema.json': experimentRecordJsonSchema,
};

for (const [path, make] of Object.entries(SCHEMAS)) {
  const target = new URL(`../${path}`, import.meta.url);
  const wanted = `${JSON.stringify(make(), null, 2)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(target, wanted);
  else if (readFileSync(target, 'utf8') !== wanted) {
    console.error(`${path} is stale: run npm run build, then node scripts/make-json-schemas.mjs`);
    process.exitCode = 1;
  }
}
