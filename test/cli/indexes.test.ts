import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { experimentLeftovers } from '../helpers/experiment-leftovers.ts';
import { runCli } from '../helpers/run-cli.ts';

const SCENARIO = `name: shelves
dataset: { scale: 1k }
load: { executor: constant-arrival-rate, rate: 50/s, duration: 2s }
mix: { browse_category: 3, checkout: 1 }
`;

let directory = '';
const cli = (...args: string[]) => runCli(args, { cwd: directory });

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cartload-indexes-'));
  writeFileSync(join(directory, 'shelves.yaml'), SCENARIO);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('an index of a hot path is kept, with the plan that would take its place; nothing is left of it', async () => {
  const args = ['--only', 'products_active_category_idx', '--budget', '1s', '--out', 'result'];
  const result = await cli('indexes', 'shelves', ...args, '--json');
  expect(result.stderr).not.toMatch(/error|fault/);
  expect(result.code).toBe(0);
  const { kind, indexes, verdict } = JSON.parse(result.stdout);
  expect(kind).toBe('indexes');
  expect(verdict.sentence).toMatch(/^1 of 1 indexes earn their keep/);
  const [card] = indexes.cards;
  expect(card).toMatchObject({
    name: 'shop.products_active_category_idx',
    verdict: 'keep',
    enforces: null,
    usedBy: ['browse_category.page'],
  });
  expect(card.scans).toBeGreaterThan(2900);
  expect(card.measured.buffers).toBeGreaterThan(1000);
  const [plan] = card.measured.plans;
  expect(plan).toMatchObject({ statement: 'browse_category.page' });
  expect(plan.with.join()).toContain('products_active_category_idx');
  expect(plan.without.join()).not.toContain('products_active_category_idx');
  expect(card.measured.otherAnswers).toEqual([]);
  expect(experimentLeftovers(directory)).toEqual([]);
  expect(readdirSync(join(directory, 'result')).sort()).toEqual([
    'experiment.json',
    'junit.xml',
    'report.html',
    'summary.md',
  ]);
});

test('an index that is not there: exit code 2', async () => {
  const result = await cli('indexes', 'shelves', '--only', 'nowhere_idx');
  expect(result.stderr).toMatch(/The shop has no index "nowhere_idx"/);
  expect(result.code).toBe(2);
});
