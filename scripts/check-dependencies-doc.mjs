// Each dependency has its line of reason in docs/dependencies.md, and each line its dependency.
import { readFileSync } from 'node:fs';

const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const used = Object.keys({ ...dependencies, ...devDependencies });
const text = readFileSync('docs/dependencies.md', 'utf8');
const documented = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
const problems = [
  ...used.filter((name) => !documented.includes(name)).map((name) => `${name} has no line`),
  ...documented.filter((name) => !used.includes(name)).map((name) => `${name} is not used`),
];
for (const problem of problems) console.error(`docs/dependencies.md: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
