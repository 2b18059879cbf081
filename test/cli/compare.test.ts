import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExperimentRecord } from '../../src/measurements/experiment-record-file.ts';
import { initHistograms } from '../../src/measurements/histogram.ts';
import { writeRunRecord } from '../../src/measurements/run-record-file.ts';
import { runCli } from '../helpers/run-cli.ts';
import { sampleRepeats } from '../helpers/sample-experiment.ts';

let cwd = '';
const run = (...args: string[]) => runCli(args, { cwd });

beforeAll(async () => {
  await initHistograms();
  cwd = await mkdtemp(join(tmpdir(), 'cartload-compare-'));
  for (const record of [...sampleRepeats('b', 6, 1), ...sampleRepeats('a', 6, 1.5)]) {
    await writeRunRecord(join(cwd, 'runs', record.id), record);
  }
}, 60_000);

afterAll(() => rm(cwd, { recursive: true, force: true }));

test('sets of repeats: words, record and pages, and report makes them again', async () => {
  // By their paths, and by their names among the runs.
  const before = ['runs/b1', 'b2', 'b3', 'runs/b4/run.json', 'b5', 'b6'].join(',');
  const result = await run(
    'compare',
    `before=${before}`,
    'after=a1,a2,a3,a4,a5,a6',
    '--out',
    'both',
  );
  expect(result.stderr).toBe('');
  expect(result.code).toBe(0);
  expect(result.stdout).toMatch(/^REGRESSION: after is worse than before\.\n/);
  expect(result.stdout).toMatch(/\* checkout response p95 .* worse\n/);
  expect(result.stdout).toMatch(/open both\/report\.html\n$/);
  const record = await readExperimentRecord(join(cwd, 'both'));
  expect(record.arms.map(({ name, runs }) => [name, runs.length])).toEqual([
    ['before', 6],
    ['after', 6],
  ]);
  const summary = await readFile(join(cwd, 'both', 'summary.md'), 'utf8');
  expect(summary).toContain('| \\* checkout response p95 |');

  await rm(join(cwd, 'both', 'report.html'));
  const again = await run('report', 'both');
  expect(again).toMatchObject({ code: 0, stdout: result.stdout });
  expect(await readFile(join(cwd, 'both', 'report.html'), 'utf8')).toContain('after is worse than');
  const json = await run('report', 'both', '--json');
  expect(JSON.parse(json.stdout)).toEqual(record);
});

describe('refused', () => {
  test.each([
    [['a1'], /nothing to compare/],
    [['a1', 'a1'], /Run a1 was given more than once/],
    [['x=a1', 'x=a2'], /Two arms are called x/],
    [['a1', ','], /"," names no run/],
    [['a1', 'none'], /none cannot be read: there is no such file/],
  ])('%j', async (args, message) => {
    const result = await run('compare', ...args);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
    expect(result.stdout).toBe('');
  });

  test.each([
    ['empty', '', /is not JSON/],
    ['cut off', '{"schemaVersion":1,"id":"x"', /is not JSON/],
    ['of the future', '{"schemaVersion":2}', /version 2; this cartload reads version 1/],
    ['tampered with', '{"schemaVersion":1,"id":7}', /not a valid run record: id/],
  ])('a record that is %s', async (_, text, message) => {
    await writeFile(join(cwd, 'broken.json'), text);
    const result = await run('compare', 'a1', 'broken.json');
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
  });

  test('a folder that holds a comparison already', async () => {
    await writeFile(join(cwd, 'experiment.json'), '{}');
    const result = await run('compare', 'a1', 'a2', '--out', '.');
    expect(result).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/holds experiment\.json/),
    });
    expect(await readFile(join(cwd, 'experiment.json'), 'utf8')).toBe('{}');
    const report = await run('report', 'experiment.json');
    expect(report).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/has no schemaVersion/),
    });
  });
});

test('runs of different data: said, and exit 4', async () => {
  const { dataset } = sampleRepeats('o', 1, 1)[0] ?? {};
  if (dataset === undefined) throw new Error('the sample has a dataset');
  const [other] = sampleRepeats('o', 1, 1, { dataset: { ...dataset, identity: 'another' } });
  if (other !== undefined) await writeRunRecord(join(cwd, 'runs', 'o1'), other);
  const result = await run('compare', 'a1', 'o1');
  expect(result.code).toBe(4);
  expect(result.stdout).toMatch(/^INCOMPARABLE: .*\n {2}The arms differ in dataset\.\n/);
});
