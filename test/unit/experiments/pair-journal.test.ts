import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PairJournal } from '../../../src/experiments/gate/pair-journal.ts';
import { samplePair } from '../../helpers/sample-pair.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cartload-journal-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what was measured is there again, to the last digit; another subject gets nothing', () => {
  const file = join(folder, 'deep/gate.jsonl');
  const first = new PairJournal(file, 'ours');
  expect(first.kept).toEqual([]);
  expect(first.ratePerSecond).toBeNull();
  first.begin(187.25);
  first.add(samplePair(1));
  first.add(samplePair(2));
  expect(first.count).toBe(2);
  const second = new PairJournal(file, 'ours');
  expect(second.kept).toEqual([samplePair(1), samplePair(2)]);
  expect(second.ratePerSecond).toBe(187.25);
  second.add(samplePair(3));
  expect(second.count).toBe(3);
  expect(new PairJournal(file, 'theirs').kept).toEqual([]);
  expect(new PairJournal(file, 'ours').kept).toHaveLength(3);
  second.remove();
  expect(new PairJournal(file, 'ours').kept).toEqual([]);
});

test('a line that a kill has cut short is left out, and the next one is whole', () => {
  const file = join(folder, 'cut.jsonl');
  const killed = new PairJournal(file, 'ours');
  killed.begin(200);
  killed.add(samplePair(1));
  appendFileSync(file, JSON.stringify(samplePair(2)).slice(0, 40));
  const next = new PairJournal(file, 'ours');
  expect(next.kept).toEqual([samplePair(1)]);
  next.add(samplePair(3));
  expect(new PairJournal(file, 'ours').kept).toEqual([samplePair(1), samplePair(3)]);
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(3);
});

test('pairs of another day do not count', () => {
  const file = join(folder, 'old.jsonl');
  const journal = new PairJournal(file, 'ours');
  journal.begin(200);
  journal.add(samplePair(1));
  vi.useFakeTimers({ now: Date.now() + 25 * 60 * 60 * 1000 });
  try {
    expect(new PairJournal(file, 'ours').kept).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});
