// Writes scenarios/scenario.schema.json from the types that read scenario files; needs a build.
// With --check nothing is written: exit 1 when the file is not what the types say.
import { readFileSync, writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from '../dist/src/scenario/scenario-json-schema.js';

const target = new URL('../scenarios/scenario.schema.json', import.meta.url);
const wanted = `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== wanted) {
    console.error(
      'scenarios/scenario.schema.json is stale: run npm run build, then node scripts/make-scenario-schema.mjs',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, wanted);
}
