import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { query } from '../helpers/embedded-directory.ts';
import { experimentLeftovers } from '../helpers/experiment-leftovers.ts';
import { type CliOptions, runCli } from '../helpers/run-cli.ts';

const SCENARIO = `name: shelves
dataset: { scale: 1k }
load: { executor: constant-arrival-rate, rate: 50/s, duration: 1s, warmup: 0s }
mix: { browse_category: 3, checkout: 1 }
`;

let directory = '';
const cli = (args: readonly string[], options: Partial<CliOptions> = {}) =>
  runCli(['indexes', 'shelves', ...args], { cwd: directory, ...options });
const INDEX = 'products_active_category_idx';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'cartload-indexes-'));
  writeFileSync(join(directory, 'shelves.yaml'), SCENARIO);
  // Kept running: these commands need not start it each time.
  await runCli(['load', '--scale', '1k', '--no-verify'], { cwd: directory });
  await runCli(['db', 'start'], { cwd: directory });
});

afterAll(async () => {
  await runCli(['db', 'reset'], { cwd: directory });
  rmSync(directory, { recursive: true, force: true });
});

/** The databases of the embedded cluster, and the indexes of the loaded shop, each as it is defined. */
async function loaded(): Promise<{ databases: string[]; indexes: string[] }> {
  const url = (await runCli(['db', 'url'], { cwd: directory })).stdout.trim();
  const [found] = await query<{ databases: string[]; indexes: string[] }>(
    url,
    `select (select array_agg(datname::text order by 1) from pg_database) as databases,
       (select array_agg(pg_get_indexdef(indexrelid) || indisvalid order by 1) from pg_index) as indexes`,
  );
  if (found === undefined) throw new Error('no answer');
  return found;
}

test('an index of a hot path is kept, with its use by node and the plan that would take its place', async () => {
  const result = await cli(['--only', INDEX, '--budget', '1s', '--out', 'result', '--json']);
  expect(result.stderr).not.toMatch(/error|fault/);
  expect(result.code).toBe(0);
  const { kind, indexes, verdict } = JSON.parse(result.stdout);
  expect(kind).toBe('indexes');
  expect(verdict.sentence).toMatch(/^1 of 1 indexes earn their keep/);
  const [card] = indexes.cards;
  expect(card).toMatchObject({
    name: `shop.${INDEX}`,
    verdict: 'keep',
    enforces: null,
    usedBy: ['browse_category.page'],
    duet: null,
  });
  expect(card.scans).toBeGreaterThan(2900);
  const [primary, replica] = card.usage;
  expect([primary.node, replica.node]).toEqual(['primary', 'replica']);
  expect(replica.scans).toBeGreaterThan(0);
  expect(card.cachedBytes).toBeGreaterThan(0);
  expect(card.leafDensity).toBeGreaterThan(0.5);
  expect(card.measured.buffers).toBeGreaterThan(1000);
  expect(card.measured.ownWalBytes).toBeGreaterThanOrEqual(0);
  // What reads gain is nearly all of it: checkouts seldom write to it.
  expect(card.measured.apart.readBuffers).toBeGreaterThan(0.9 * card.measured.buffers);
  const [plan] = card.measured.plans;
  expect(plan).toMatchObject({ statement: 'browse_category.page' });
  expect(plan.with.join()).toContain(INDEX);
  expect(plan.without.join()).not.toContain(INDEX);
  expect(card.measured.otherAnswers).toEqual([]);
  expect(experimentLeftovers(directory)).toEqual([]);
  expect(readdirSync(join(directory, 'result')).sort()).toEqual([
    'experiment.json',
    'junit.xml',
    'report.html',
    'summary.md',
  ]);
  expect(existsSync(join(directory, indexes.run, 'run.json'))).toBe(true);
});

test('interrupted or killed, the loaded shop has the indexes that it had, and no clone stays', async () => {
  const before = await loaded();
  expect(before.indexes.join()).toContain(INDEX);
  const ended = async (signal: NodeJS.Signals, at: string) => {
    let isSent = false;
    return cli(['--only', INDEX], {
      onStderr(said, child) {
        if (isSent || !said.includes(at)) return;
        isSent = true;
        child.kill(signal);
      },
    });
  };
  expect((await ended('SIGINT', 'vacuuming')).code).toBe(130);
  expect(experimentLeftovers(directory)).toEqual([]);
  expect((await ended('SIGKILL', 'replaying')).code).toBeNull();
  expect(experimentLeftovers(directory)).not.toEqual([]);
  // The next command that comes puts things in order.
  await runCli(['db', 'stop'], { cwd: directory });
  expect(experimentLeftovers(directory)).toEqual([]);
  await runCli(['db', 'start'], { cwd: directory });
  expect(await loaded()).toEqual(before);
});

test('an index that is not there: exit code 2, before anything runs', async () => {
  const result = await cli(['--only', 'nowhere_idx']);
  expect(result.stderr).toMatch(/The shop has no index "nowhere_idx"/);
  expect(result.stderr).not.toMatch(/running shelves/);
  expect(result.code).toBe(2);
});
