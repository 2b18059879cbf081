import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRunRecord } from '../../src/measurements/run-record-file.ts';
import { type CliResult, runCli } from '../helpers/run-cli.ts';

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'cartload-cli-'));
  writeFileSync(join(cwd, 'quick.yaml'), QUICK);
});

afterAll(async () => {
  await runCli(['db', 'reset'], { cwd });
  rmSync(cwd, { recursive: true, force: true });
});

const SHORT = ['bench', 'quick.yaml'];

/** Without thresholds: a busy machine might miss them. */
const QUICK = `name: quick
dataset: { scale: 1k }
load: { executor: constant-arrival-rate, rate: 100/s, duration: 2s, warmup: 300ms }
mix: { view_product: 3, search: 1, checkout: 2 }
`;

async function status(): Promise<{
  exists: boolean;
  isRunning: boolean;
  shops: { dataset: unknown }[] | null;
}> {
  return JSON.parse((await runCli(['db', 'status', '--json'], { cwd })).stdout);
}

function runFolders(): string[] {
  return readdirSync(join(cwd, 'runs')).sort();
}

test('bench on nothing at all makes the cluster, loads, runs, reports, and leaves nothing running', async () => {
  expect(await status()).toMatchObject({ exists: false });
  const result = await runCli(SHORT, { cwd });
  expect(result.stderr).not.toMatch(/error|fault/);
  expect(result.code).toBe(0);
  expect(result.stderr).toMatch(/making the embedded cluster/);
  const [folder] = runFolders();
  const record = await readRunRecord(join(cwd, 'runs', folder ?? ''));
  expect(record.target).toMatchObject({ kind: 'embedded', state: 'fresh' });
  expect(record.replication?.readsOnReplica).toBeGreaterThan(0);
  expect(record.books.balanced).toBe(true);
  expect(await status()).toMatchObject({ exists: true, isRunning: false });
});

test('variants run in turn, each with a record of its own, and are compared', async () => {
  writeFileSync(
    join(cwd, 'varied.yaml'),
    `${QUICK}variants:\n  piped: { checkout: { strategy: pipelined } }\n`,
  );
  const before = runFolders();
  const short = ['--duration', '500ms', '--warmup', '200ms', '--repeats', '2', '--json'];
  const result = await runCli(['bench', 'varied.yaml', '--variants', ...short], { cwd });
  expect(result.stderr).not.toMatch(/error|fault/);
  expect(result.code).toBe(0);
  const { kind, arms, comparisons, differences, verdict } = JSON.parse(result.stdout);
  expect(kind).toBe('variants');
  expect(
    arms.map(({ name, runs }: { name: string; runs: string[] }) => [name, runs.length]),
  ).toEqual([
    ['base', 2],
    ['piped', 2],
  ]);
  expect(differences).toEqual([
    { what: 'checkout strategy', kind: 'subject', values: ['statements', 'pipelined'] },
  ]);
  expect(comparisons[0].figures[0].shift.method).toBe('signed-rank');
  expect(verdict.status).toBe('undecided');
  // Base first, then last: what drifts favours neither.
  const order = [...result.stderr.matchAll(/· (base|piped), run (\d) of 2/g)].map(
    ([, name, run]) => `${name} ${run}`,
  );
  expect(order).toEqual(['base 1', 'piped 1', 'piped 2', 'base 2']);
  const added = runFolders().filter((name) => !before.includes(name));
  expect(added).toHaveLength(5);
  const none = await runCli([...SHORT, '--variants'], { cwd });
  expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/quick has no variants/) });
  for (const name of added) rmSync(join(cwd, 'runs', name), { recursive: true });
  rmSync(join(cwd, 'varied.yaml'));
});

test('each run starts from the same fresh clone', async () => {
  const result = await runCli([...SHORT, '--json'], { cwd });
  expect(result.code).toBe(0);
  expect(JSON.parse(result.stdout).dataset.ordersAdded).toBe(0);
  expect((await runCli(['verify'], { cwd })).code).toBe(0);
});

test('what SIGKILL leaves behind, the next command recovers; one of two at once is told who has it', async () => {
  let isSent = false;
  const killed = await runCli(SHORT, {
    cwd,
    onStderr(said, child) {
      if (isSent || !said.includes('running quick')) return;
      isSent = true;
      setTimeout(() => child.kill('SIGKILL'), 500);
    },
  });
  expect(killed.code).toBeNull();
  expect(await status()).toMatchObject({ isRunning: true });

  let second: Promise<CliResult> | undefined;
  const first = await runCli(SHORT, {
    cwd,
    onStderr(said) {
      // While the first has yet to clone, run and check: time enough on a slow machine.
      if (said.includes('cloning the shop')) second ??= runCli(['verify'], { cwd });
    },
  });
  expect(first.code).toBe(0);
  const refused = await second;
  expect(refused?.code).toBe(2);
  expect(refused?.stderr).toMatch(/in use by `cartload bench quick.yaml.*pid \d+/);
  expect(await status()).toMatchObject({ isRunning: false });
});

test('db start keeps it running through other commands, until db stop', async () => {
  expect((await runCli(['db', 'start'], { cwd })).code).toBe(0);
  const kept = await status();
  expect(kept.isRunning).toBe(true);
  expect(kept.shops).toMatchObject([{ dataset: { orders: 1000, seed: 42, state: 'loaded' } }]);
  expect((await runCli(['verify'], { cwd })).code).toBe(0);
  expect(await status()).toMatchObject({ isRunning: true });
  const url = (await runCli(['db', 'url'], { cwd })).stdout.trim();
  expect(url).toMatch(/^postgres:\/\/cartload:[^@]+@127\.0\.0\.1:\d+\/shop_1k_42_[0-9a-f]{8}$/);
  const password = new URL(url).password;
  const shown = await runCli(['db', 'status', '--json'], { cwd });
  expect(shown.stdout + shown.stderr).not.toContain(password);
  expect((await runCli(['db', 'stop'], { cwd })).code).toBe(0);
  expect(await status()).toMatchObject({ isRunning: false });
});

test('no run holds the password of the cluster', async () => {
  await runCli(['db', 'start'], { cwd });
  const { password } = new URL((await runCli(['db', 'url'], { cwd })).stdout.trim());
  await runCli(['db', 'stop'], { cwd });
  for (const folder of runFolders()) {
    for (const file of readdirSync(join(cwd, 'runs', folder))) {
      const text = readFileSync(join(cwd, 'runs', folder, file), 'utf8');
      expect(text).not.toContain(password);
    }
  }
});

test('db reset leaves nothing', async () => {
  expect((await runCli(['db', 'reset'], { cwd })).code).toBe(0);
  expect(readdirSync(cwd)).toEqual(['quick.yaml', 'runs']);
});
