import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatProblem, parseScenario } from '../../../src/scenario/parse-scenario.ts';
import { parseThreshold } from '../../../src/scenario/parse-threshold.ts';
import { leafPaths, scenarioJsonSchema } from '../../../src/scenario/scenario-json-schema.ts';
import { shapeFindings } from '../../../src/scenario/shape-findings.ts';
import { parseTransactionFile } from '../../../src/workloads/own-sql/parse-transaction-file.ts';
import { APP_TRANSACTIONS, TRANSACTION_NAMES } from '../../../src/workloads/transaction.ts';

const ROOT = new URL('../../../', import.meta.url);
const SCENARIOS = new URL('scenarios/', ROOT);
const FILES = readdirSync(SCENARIOS).filter((file) => file.endsWith('.yaml'));

function parsed(file: string) {
  return parseScenario(readFileSync(new URL(file, SCENARIOS), 'utf8'), file, {
    transactions: TRANSACTION_NAMES,
    appTransactions: APP_TRANSACTIONS,
    readTransaction: (name, path) =>
      parseTransactionFile(readFileSync(new URL(path, SCENARIOS), 'utf8'), { name, file: path }),
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

describe('docs/scenario-reference.md', () => {
  const docs = readFileSync(new URL('docs/scenario-reference.md', ROOT), 'utf8');

  test('names every key, with an example that may stand there', () => {
    for (const path of leafPaths()) {
      const row = docs.split('\n').find((line) => line.startsWith(`| \`${path}\` |`));
      expect(row, path).toBeDefined();
      const example = /`([^`]+)` \|$/.exec(row ?? '')?.[1] ?? '';
      const value: unknown = Object.values(parse(example.replaceAll('\\|', '|')) as object)[0];
      const keys = path.split('.');
      const nested = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
      const problems = findings(nested, path);
      expect(problems, `${path}: ${example}`).toEqual([]);
    }
  });

  test('has only thresholds that can be read', () => {
    const table = docs.slice(docs.indexOf('| metric | unit of the limit'));
    const metrics = table
      .split('\n\n')[0]
      ?.split('\n')
      .slice(2)
      .flatMap((line) =>
        [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, text]) => text),
      );
    expect(metrics?.length).toBeGreaterThan(20);
    for (const metric of metrics ?? []) {
      const limits = ['< 1', '< 1ms', '< 1%', '> 1/s'];
      const isRead = limits.some((limit) => parseThreshold(`${metric} ${limit}`).ok);
      expect(isRead, metric).toBe(true);
    }
  });
});

/** The problems at this path of a file that has nothing else. */
function findings(data: unknown, path: string): readonly string[] {
  return shapeFindings(data)
    .filter((finding) => finding.path.join('.').startsWith(path))
    .map(({ message }) => message);
}
