import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatProblem, parseScenario } from '../../../src/scenario/parse-scenario.ts';
import { leafPaths, scenarioJsonSchema } from '../../../src/scenario/scenario-json-schema.ts';
import { APP_TRANSACTIONS, TRANSACTION_NAMES } from '../../../src/workloads/transaction.ts';

const ROOT = new URL('../../../', import.meta.url);
const SCENARIOS = new URL('scenarios/', ROOT);
const FILES = readdirSync(SCENARIOS).filter((file) => file.endsWith('.yaml'));

function parsed(file: string) {
  return parseScenario(readFileSync(new URL(file, SCENARIOS), 'utf8'), file, {
    transactions: TRANSACTION_NAMES,
    appTransactions: APP_TRANSACTIONS,
  });
}

describe('shipped scenarios', () => {
  test('are there', () => {
    expect(FILES).toEqual(
      expect.arrayContaining([
        'analytics.yaml',
        'catalog.yaml',
        'checkout.yaml',
        'flash-sale.yaml',
        'mixed.yaml',
      ]),
    );
  });

  test.each(FILES)('%s has no problem and the name of its file', (file) => {
    const result = parsed(file);
    expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([]);
    expect(result.ok && `${result.scenario.name}.yaml`).toBe(file);
    expect(result.ok && result.scenario.description).not.toBe('');
  });

  test.each(FILES)('%s tells editors its schema', (file) => {
    const [firstLine] = readFileSync(new URL(file, SCENARIOS), 'utf8').split('\n');
    expect(firstLine).toBe('# yaml-language-server: $schema=./scenario.schema.json');
  });

  test('catalog only reads', () => {
    const result = parsed('catalog.yaml');
    expect(result.ok && Object.keys(result.scenario.mix)).toEqual([
      'view_product',
      'browse_category',
      'search',
    ]);
  });

  test('flash-sale deadlocks on purpose and limits no deadlocks', () => {
    expect(parsed('flash-sale.yaml')).toMatchObject({
      ok: true,
      scenario: {
        load: { executor: 'constant-vus', vus: 8, durationMs: 20_000 },
        access: { hot: { products: 3, share: 0.5 } },
        checkout: { lockOrder: 'cart' },
        thresholds: [],
      },
    });
  });
});

test('scenario.schema.json is what the types say', () => {
  const file = readFileSync(new URL('scenario.schema.json', SCENARIOS), 'utf8');
  expect(file).toBe(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
});

test('docs/scenario.md names every key', () => {
  const docs = readFileSync(new URL('docs/scenario.md', ROOT), 'utf8');
  expect(leafPaths().filter((path) => !docs.includes(`| \`${path}\` |`))).toEqual([]);
});
