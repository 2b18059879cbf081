import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExperimentRecord } from '../../src/measurements/experiment-record-file.ts';
import { experimentLeftovers } from '../helpers/experiment-leftovers.ts';
import { type GateRepository, gateRepository } from '../helpers/gate-repository.ts';

let repository: GateRepository;
const gate: GateRepository['gate'] = (...args) => repository.gate(...args);

beforeAll(() => {
  repository = gateRepository();
});

afterAll(() => repository.remove());

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

test('the same commit beside a noisy neighbour is not red', async () => {
  const neighbour = spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' });
  try {
    const args = ['--baseline-ref', 'HEAD', '--block', '300ms', '--budget', '30s', '--json'];
    const result = await gate(args);
    expect(result.stderr).not.toMatch(/error|fault/);
    expect(JSON.parse(result.stdout).verdict.status).not.toBe('regression');
    expect([0, 3, 4]).toContain(result.code);
  } finally {
    neighbour.kill('SIGKILL');
  }
});

test('a migration that drops an index of a hot path is a regression, with the statement and both plans', async () => {
  repository.dropIndex();
  const result = await gate(['--baseline-ref', 'HEAD', '--out', 'dropped']);
  expect(result.stderr).not.toMatch(/error|fault/);
  expect(result.code).toBe(1);
  expect(result.stdout).toMatch(/^REGRESSION: The candidate is worse than the baseline\.\n/);
  expect(result.stdout).toMatch(/worse {2}browse_category: buffers .* per action/);
  expect(result.stdout).toMatch(/browse_category\.page: .* buffers a call\n/);
  expect(result.stdout).toMatch(/was .*products_active_category_idx/);
  expect(result.stdout).toMatch(/is .*Seq Scan products/);
  const folder = join(repository.directory, 'dropped');
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
  expect(experimentLeftovers(repository.directory)).toEqual([]);
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
  writeFileSync(join(repository.directory, 'cartload.margins.json'), '{"margins":{"cpu":"wide"}}');
  await refused(['--baseline-ref', 'HEAD'], /does not hold the margins of a gate/);
  rmSync(join(repository.directory, 'cartload.margins.json'));
  writeFileSync(
    join(repository.directory, 'src/broken.ts'),
    'export const broken: number = "text";\n',
  );
  repository.git('add', '-A');
  repository.git('commit', '-q', '-m', 'broken');
  await refused(['--baseline-ref', 'HEAD'], /does not build[\s\S]*src\/broken\.ts/);
  expect(existsSync(join(repository.directory, '.cartload/builds'))).toBe(true);
});
