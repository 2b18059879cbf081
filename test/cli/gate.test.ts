import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExperimentRecord } from '../../src/measurements/experiment-record-file.ts';
import { experimentLeftovers } from '../helpers/experiment-leftovers.ts';
import { type CliOptions, runCli } from '../helpers/run-cli.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'knexfile.ts',
  'scripts',
  'src',
  'migrations',
  'scenarios',
  'dist',
];

const QUICK = `name: quick
dataset: { scale: 1k }
load: { executor: constant-arrival-rate, rate: 100/s, duration: 2s }
mix: { view_product: 3, browse_category: 3, checkout: 2 }
`;

const DROP = `import type { Knex } from 'knex';
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index shop.products_active_category_idx');
}
export async function down(): Promise<void> {}
`;

let repository = '';
const MIGRATION = 'migrations/099-fewer-indexes.ts';
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
    cwd: repository,
  });
const gate = (args: readonly string[], options: Partial<CliOptions> = {}) =>
  runCli(['gate', 'scenarios/quick', ...args], {
    cwd: repository,
    main: join(repository, 'dist/src/cli/main.js'),
    ...options,
  });

/** A repository of two commits, the second of which brings back an index; the working tree is the second. */
beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'cartload-gate-'));
  for (const name of COPIED)
    cpSync(join(PROJECT, name), join(repository, name), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(repository, 'node_modules'));
  writeFileSync(join(repository, 'scenarios/quick.yaml'), QUICK);
  writeFileSync(join(repository, '.gitignore'), 'node_modules\ndist\n.cartload\nruns\n');
  writeFileSync(join(repository, MIGRATION), DROP);
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'before');
  rmSync(join(repository, MIGRATION));
  git('add', '-A');
  git('commit', '-q', '-m', 'after');
});

afterAll(() => rmSync(repository, { recursive: true, force: true }));

test('a commit that brings back an index of a hot path is found better; a budget that is too short says so', async () => {
  const result = await gate(['--baseline-ref', 'HEAD~1', '--budget', '1s', '--json']);
  expect(result.stderr).not.toMatch(/error|fault/);
  const { replay, verdict, duet } = JSON.parse(result.stdout);
  expect(replay.verdict).toBe('improvement');
  expect(verdict).toMatchObject({ status: 'undecided' });
  expect(verdict.reasons).toEqual([
    'The budget ended with the replay.',
    'The replay found the candidate better.',
  ]);
  expect(duet).toBeNull();
  expect(result.code).toBe(3);
});

test('the same commit beside a noisy neighbour, interrupted and gone on with, is never red', async () => {
  // Blocks too short for a verdict to be a good one: it is there, and it is not a false alarm.
  const args = ['--baseline-ref', 'HEAD', '--block', '300ms', '--json'];
  const neighbour = spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' });
  try {
    let isSent = false;
    const interrupted = await gate(args, {
      onStderr(said, child) {
        if (isSent || !/pair [1-9]\d* of 12/.test(said)) return;
        isSent = true;
        child.kill('SIGINT');
      },
    });
    expect(interrupted.code).toBe(130);
    expect(experimentLeftovers(repository)).toEqual([]);
    expect(interrupted.stderr).toMatch(/\d+ clone pairs? kept: within a day/);
    const result = await gate([...args, '--budget', '15s']);
    expect(result.stderr).not.toMatch(/error|fault/);
    expect(result.stderr).toMatch(/going on with \d+ clone pairs? of a gate that was not finished/);
    const { replay, comparisons, duet, verdict } = JSON.parse(result.stdout);
    expect(replay).toMatchObject({ verdict: 'pass', findings: [], planChanges: [], notes: [] });
    expect(verdict.status).not.toBe('regression');
    expect([0, 3, 4]).toContain(result.code);
    expect(duet.clonePairs.length).toBeGreaterThanOrEqual(1);
    // Blocks as short as these may have no checkout for its p95.
    const names = comparisons[0].figures.map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['server CPU per action', 'service time, paired', 'failed share']),
    );
    const isCutShort = verdict.reasons.some((reason: string) =>
      reason.includes('goes on from there'),
    );
    expect(existsSync(join(repository, '.cartload/gate.jsonl'))).toBe(isCutShort);
    expect(experimentLeftovers(repository)).toEqual([]);
  } finally {
    neighbour.kill('SIGKILL');
  }
}, 240_000);

test('the same commit passes, within the margins of its machine', async () => {
  const margins = { cpu: 2, paired: 2, p95: 8 };
  // Wide ones, as short blocks are noisy.
  writeFileSync(
    join(repository, 'cartload.margins.json'),
    JSON.stringify({
      measuredAt: '2026-11-27T10:00:00.000Z',
      host: 'test',
      clonePairs: 24,
      falseAlarms: 0,
      undecided: 0,
      margins,
    }),
  );
  const result = await gate(['--baseline-ref', 'HEAD', '--block', '400ms', '--json']);
  rmSync(join(repository, 'cartload.margins.json'));
  expect(result.stderr).not.toMatch(/error|fault/);
  const { verdict, duet } = JSON.parse(result.stdout);
  expect(verdict).toMatchObject({ status: 'pass' });
  expect(duet.looks).toMatchObject([{ clonePairs: 12, isConfirmation: false, verdict: 'pass' }]);
  expect(result.code).toBe(0);
}, 240_000);

test('a migration that drops an index of a hot path is a regression, with the statement and both plans', async () => {
  writeFileSync(join(repository, MIGRATION), DROP);
  execFileSync('npm', ['run', '-s', 'build'], { cwd: repository });
  const result = await gate(['--baseline-ref', 'HEAD', '--out', 'dropped']);
  expect(result.stderr).not.toMatch(/error|fault/);
  expect(result.code).toBe(1);
  expect(result.stdout).toMatch(/^REGRESSION: The candidate is worse than the baseline\.\n/);
  expect(result.stdout).toMatch(/worse {2}browse_category: buffers .* per action/);
  expect(result.stdout).toMatch(/browse_category\.page: .* buffers a call\n/);
  expect(result.stdout).toMatch(/was .*products_active_category_idx/);
  expect(result.stdout).toMatch(/is .*Seq Scan products/);
  const folder = join(repository, 'dropped');
  expect(readdirSync(folder).sort()).toEqual([
    'experiment.json',
    'junit.xml',
    'report.html',
    'summary.md',
  ]);
  const record = await readExperimentRecord(folder);
  expect(record).toMatchObject({ kind: 'gate', verdict: { status: 'regression' }, duet: null });
  expect(record.differences.map(({ what }) => what)).toEqual(['migration 099-fewer-indexes']);
  expect(record.replay?.findings.every(({ action }) => action === 'browse_category')).toBe(true);
  expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toMatch(
    /<testcase [^>]*name="replay of browse_category"><failure /,
  );
  expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('was `Limit (Index Only Scan');
  expect(experimentLeftovers(repository)).toEqual([]);
});

test('what cannot be compared is refused: no baseline, no such commit, one that does not build', async () => {
  const refused = async (args: readonly string[], message: RegExp) => {
    const result = await gate(args);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(2);
  };
  await refused([], /nothing to compare the working tree with/);
  await refused(['--baseline-ref', 'nowhere'], /There is no commit "nowhere"/);
  await refused(['--baseline-ref', 'HEAD', '--self-test'], /compares the working tree with itself/);
  writeFileSync(join(repository, 'cartload.margins.json'), '{"margins":{"cpu":"wide"}}');
  await refused(['--baseline-ref', 'HEAD'], /does not hold the margins of a gate/);
  rmSync(join(repository, 'cartload.margins.json'));
  writeFileSync(join(repository, 'src/broken.ts'), 'export const broken: number = "text";\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'broken');
  await refused(['--baseline-ref', 'HEAD'], /does not build[\s\S]*src\/broken\.ts/);
  expect(existsSync(join(repository, '.cartload/builds'))).toBe(true);
});
