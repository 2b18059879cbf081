import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CartloadError, messageOf } from '../errors.ts';
import { packageRoot } from '../package-info.ts';
import { formatProblem, parseScenario } from '../scenario/parse-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Vocabulary } from '../scenario/vocabulary.ts';
import { parseTransactionFile } from '../workloads/own-sql/parse-transaction-file.ts';
import { APP_TRANSACTIONS, TRANSACTION_NAMES } from '../workloads/transaction.ts';
import { shownPath } from './shown-path.ts';

const SHIPPED = join(packageRoot, 'scenarios');

/**
 * Reads a scenario by path or name: as given, then with `.yaml`, from where the user stands, then
 * among the shipped ones.
 *
 * @throws CartloadError UNKNOWN_SCENARIO, or BAD_SCENARIO with every problem of the file and of the
 * transaction files that it names
 */
export function readScenario(name: string, userDirectory: string): Scenario {
  return readScenarioFile(name, userDirectory).scenario;
}

/** As `readScenario`, with the variants that the file names. */
export function readScenarioFile(
  name: string,
  userDirectory: string,
): { readonly scenario: Scenario; readonly variants: ReadonlyMap<string, Scenario> } {
  const file = findScenario(name, userDirectory);
  const label = shownPath(file, userDirectory);
  const parsed = parseScenario(readFileSync(file, 'utf8'), label, {
    transactions: TRANSACTION_NAMES,
    appTransactions: APP_TRANSACTIONS,
    readTransaction: transactionReader(file, userDirectory),
  });
  if (parsed.ok) return parsed;
  const { problems } = parsed;
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new CartloadError(
    'BAD_SCENARIO',
    [`${label} has ${count}:`, ...problems.map((each) => `  ${formatProblem(each)}`)].join('\n'),
    {
      hint: 'Keys are described in docs/scenario-reference.md, transaction files in docs/own-sql.md.',
    },
  );
}

/** Reads transaction files from the folder of a scenario. */
function transactionReader(
  scenarioFile: string,
  userDirectory: string,
): NonNullable<Vocabulary['readTransaction']> {
  return (name, path) => {
    const file = resolve(dirname(scenarioFile), path);
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT')
        return { reason: `there is no file ${shownPath(file, userDirectory)}` };
      if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { reason: 'it is not UTF-8' };
      return { reason: messageOf(error) };
    }
    return parseTransactionFile(text, { name, file: shownPath(file, userDirectory) });
  };
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
