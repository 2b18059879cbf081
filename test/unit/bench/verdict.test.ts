import { describe, expect, test } from 'vitest';
import { judgeRun } from '../../../src/bench/verdict/verdict.ts';
import type { RunRecord } from '../../../src/measurements/run-record.ts';
import { sampleRecord } from '../../helpers/sample-record.ts';

const run = sampleRecord();
const unbalanced = { ...run.books, missing: 2, balanced: false };
const nothing: RunRecord['transactions'] = {};

describe('judgeRun', () => {
  test('passes a run whose limits hold and whose books balance', () => {
    expect(judgeRun(run)).toMatchObject({ status: 'pass', exitCode: 0 });
  });

  test('broken books come first, also when nothing was committed or the user ended the run', () => {
    for (const changes of [{}, { transactions: nothing }, { interrupted: true }]) {
      const verdict = judgeRun({ ...run, ...changes, books: unbalanced });
      expect(verdict).toMatchObject({ status: 'fail', exitCode: 1 });
      expect(verdict.sentence).toContain('BOOKS NOT BALANCED: 2 acknowledged orders missing');
    }
  });

  test('a run that committed nothing is not valid and still tells of its books', () => {
    const verdict = judgeRun({ ...run, transactions: nothing });
    expect(verdict).toMatchObject({ status: 'invalid', exitCode: 4 });
    expect(verdict.sentence).toBe('Not valid: nothing was committed. Books balanced.');
  });

  test('a target that has gone is its own exit code, with the reason', () => {
    const taint = { rule: 'target-failed', level: 'invalid', text: 'It is gone.' } as const;
    const books = { ...run.books, checked: false, balanced: false };
    const verdict = judgeRun({ ...run, books, taints: [taint] });
    expect(verdict).toMatchObject({ status: 'invalid', exitCode: 5 });
    expect(verdict.sentence).toMatch(/^Target failed: .* BOOKS NOT CHECKED\. It is gone\.$/);
  });

  test('an interrupted run with books in order is interrupted', () => {
    expect(judgeRun({ ...run, interrupted: true })).toMatchObject({
      status: 'interrupted',
      exitCode: 130,
    });
  });
});
