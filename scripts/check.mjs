// Everything that can be checked without a database. Runs all of it, then says what failed.
import { spawnSync } from 'node:child_process';

const CHECKS = [
  ['types', 'npx', ['tsc', '--noEmit', '-p', 'tsconfig.json']],
  ['format, lint and folder walls', 'npx', ['biome', 'ci', '--error-on-warnings', '.']],
  ['unused exports and dependencies', 'npx', ['knip']],
  ['JSON Schemas up to date', process.execPath, ['scripts/make-json-schemas.mjs', '--check']],
  [
    'scenario reference up to date',
    process.execPath,
    ['scripts/make-scenario-reference.mjs', '--check'],
  ],
  ['GitHub workflows and actions', process.execPath, ['scripts/lint-workflows.mjs']],
  ['dependencies documented', process.execPath, ['scripts/check-dependencies-doc.mjs']],
];

const failed = [];
for (const [name, command, args] of CHECKS) {
  console.log(`# ${name}`);
  if (spawnSync(command, args, { stdio: 'inherit' }).status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join('; ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
