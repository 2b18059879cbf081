import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { experimentLeftovers } from '../helpers/experiment-leftovers.ts';
import { type GateRepository, gateRepository } from '../helpers/gate-repository.ts';

let repository: GateRepository;
const gate: GateRepository['gate'] = (...args) => repository.gate(...args);

beforeAll(() => {
  repository = gateRepository();
});

afterAll(() => repository.remove());

test('the same commit passes: begun beside a noisy neighbour, interrupted, gone on with', async () => {
  // The wide margins of a noisy machine, as the blocks are short.
  const margins = { cpu: 2, paired: 2, p95: 8 };
  const measured = { measuredAt: new Date().toISOString(), host: 'test', clonePairs: 24 };
  writeFileSync(
    join(repository.directory, 'cartload.margins.json'),
    JSON.stringify({ ...measured, falseAlarms: 0, undecided: 0, margins }),
  );
  const args = ['--baseline-ref', 'HEAD', '--block', '300ms', '--json'];
  const neighbour = spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' });
  let isSent = false;
  const interrupted = await gate(args, {
    onStderr(said, child) {
      if (isSent || !/pair [1-9]\d* of 12/.test(said)) return;
      isSent = true;
      child.kill('SIGINT');
    },
  });
  neighbour.kill('SIGKILL');
  expect(interrupted.code).toBe(130);
  expect(experimentLeftovers(repository.directory)).toEqual([]);
  expect(interrupted.stderr).toMatch(/\d+ clone pairs? kept: within a day/);
  expect(existsSync(join(repository.directory, '.cartload/gate.jsonl'))).toBe(true);
  const result = await gate(args);
  rmSync(join(repository.directory, 'cartload.margins.json'));
  expect(result.stderr).not.toMatch(/error|fault/);
  expect(result.stderr).toMatch(/going on with \d+ clone pairs? of a gate that was not finished/);
  const { replay, comparisons, duet, verdict } = JSON.parse(result.stdout);
  expect(replay).toMatchObject({ verdict: 'pass', findings: [], planChanges: [], notes: [] });
  const names = comparisons[0].figures.map(({ name }: { name: string }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['server CPU per action', 'service time, paired', 'failed share']),
  );
  expect(verdict).toMatchObject({ status: 'pass' });
  expect(duet.looks).toMatchObject([{ clonePairs: 12, isConfirmation: false, verdict: 'pass' }]);
  expect(result.code).toBe(0);
  expect(existsSync(join(repository.directory, '.cartload/gate.jsonl'))).toBe(false);
  expect(experimentLeftovers(repository.directory)).toEqual([]);
}, 240_000);
