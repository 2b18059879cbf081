import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CartloadError } from '../errors.ts';
import { packageRoot } from '../package-info.ts';
import { formatProblem, parseScenario } from '../scenario/parse-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { APP_TRANSACTIONS, TRANSACTION_NAMES } from '../workloads/transaction.ts';
import { shownPath } from './shown-path.ts';

const SHIPPED = join(packageRoot, 'scenarios');

/**
 * Reads a scenario by path or name: as given, then with `.yaml`, from where the user stands, then
 * among the shipped ones.
 *
 * @throws CartloadError UNKNOWN_SCENARIO, or BAD_SCENARIO with every problem of the file
 */
export function readScenario(name: string, userDirectory: string): Scenario {
  const file = findScenario(name, userDirectory);
  const label = shownPath(file, userDirectory);
  const parsed = parseScenario(readFileSync(file, 'utf8'), label, {
    transactions: TRANSACTION_NAMES,
    appTransactions: APP_TRANSACTIONS,
  });
  if (parsed.ok) return parsed.scenario;
  const { problems } = parsed;
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new CartloadError(
    'BAD_SCENARIO',
    [`${label} has ${count}:`, ...problems.map((each) => `  ${formatProblem(each)}`)].join('\n'),
    { hint: 'Every key is described in docs/scenario-reference.md.' },
  );
}

function findScenario(name: string, userDirectory: string): string {
  const places = [userDirectory, packageRoot, SHIPPED];
  for (const place of places) {
    for (const ending of ['', '.yaml']) {
      const file = resolve(place, name + ending);
      if (existsSync(file) && statSync(file).isFile()) return file;
    }
  }
  const shipped = readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => `scenarios/${file.replace('.yaml', '')}`);
  throw new CartloadError('UNKNOWN_SCENARIO', `There is no scenario "${name}".`, {
    hint: `Shipped are ${shipped.join(', ')}; or give the path of a YAML file.`,
  });
}
