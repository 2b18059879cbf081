// Writes docs/scenario-reference.md; needs a build. With --check nothing is written: exit 1 when it is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderScenarioReference } from './scenario-reference/render.mjs';

const target = new URL('../docs/scenario-reference.md', import.meta.url);
const wanted = renderScenarioReference();

if (!process.argv.includes('--check')) writeFileSync(target, wanted);
else if (readFileSync(target, 'utf8') !== wanted) {
  console.error(
    'docs/scenario-reference.md is stale: run npm run build, then npm run docs:scenario',
  );
  process.exitCode = 1;
}
