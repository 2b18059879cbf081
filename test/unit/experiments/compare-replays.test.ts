import { describe, expect, test } from 'vitest';
import {
  compareReplays,
  foundTwice,
  replayVerdict,
} from '../../../src/experiments/replay/compare-replays.ts';
import type { ReplayedAction } from '../../../src/measurements/replay-record.ts';

function action(changes: Partial<ReplayedAction> = {}): ReplayedAction {
  return {
    name: 'checkout',
    executions: 200,
    outcomes: { committed: 193, rejected: 7, failed: 0 },
    buffers: 400,
    rows: 13,
    walBytes: 6900,
    walRecords: 87,
    cpuMs: null,
    sequentialScans: {},
    indexScans: {},
    indexWalBytes: {},
    updates: {},
    hotUpdates: {},
    statements: [
      {
        name: 'checkout.place',
        calls: 193,
        buffers: 49,
        rows: 1,
        walRecords: 12,
        plans: ['Insert'],
        answers: '',
        scans: [],
      },
      {
        name: 'checkout.lines',
        calls: 193,
        buffers: 105,
        rows: 2,
        walRecords: 22,
        plans: ['Insert'],
        answers: '',
        scans: [],
      },
    ],
    ...changes,
  };
}

const compare = (changes: Partial<ReplayedAction>) => compareReplays([action()], [action(changes)]);

describe('compareReplays', () => {
  test('the same: nothing is found', () => {
    expect(compare({})).toEqual({ findings: [], planChanges: [], notes: [] });
  });

  test.each([
    [{ buffers: 421 }, 'worse', 'buffers'],
    [{ buffers: 379 }, 'better', 'buffers'],
    [{ walBytes: 8280 }, 'worse', 'walBytes'],
    [{ outcomes: { committed: 192, rejected: 7, failed: 1 } }, 'worse', 'failed'],
  ] as const)('%j is %s by %s', (changes, direction, measure) => {
    const { findings } = compare(changes);
    expect(findings).toMatchObject([{ action: 'checkout', direction, measure }]);
  });

  test.each([{ buffers: 419 }, { walBytes: 7200 }])('%j is within five percent', (changes) => {
    expect(compare(changes).findings).toEqual([]);
  });

  test('small numbers have a floor: half a buffer, and the log that pruning writes', () => {
    const small = { buffers: 3, walBytes: 0 };
    const found = (changes: Partial<ReplayedAction>) =>
      compareReplays([action(small)], [action({ ...small, ...changes })]).findings;
    expect(found({ buffers: 3.5 })).toEqual([]);
    expect(found({ walBytes: 12 })).toEqual([]);
    expect(found({ buffers: 4 })).toHaveLength(1);
  });

  test('the statement that it comes from stands first, with both plans', () => {
    const [place, lines] = action().statements as [
      ReplayedAction['statements'][number],
      ReplayedAction['statements'][number],
    ];
    const { findings, planChanges } = compare({
      buffers: 800,
      statements: [
        { ...place, buffers: 50 },
        { ...lines, buffers: 500, plans: ['Seq Scan'] },
      ],
    });
    expect(findings[0]?.statements.map(({ name }) => name)).toEqual([
      'checkout.lines',
      'checkout.place',
    ]);
    expect(findings[0]?.statements[0]).toMatchObject({
      baseline: { plans: ['Insert'] },
      candidate: { plans: ['Seq Scan'] },
    });
    expect(planChanges).toEqual([
      {
        action: 'checkout',
        statement: 'checkout.lines',
        baseline: ['Insert'],
        candidate: ['Seq Scan'],
      },
    ]);
  });

  test('a statement that only one side runs is evidence, too', () => {
    const extra = {
      name: 'checkout.extra',
      calls: 200,
      buffers: 30,
      rows: 1,
      walRecords: 0,
      plans: [],
      answers: '',
      scans: [],
    };
    const { findings } = compare({ buffers: 430, statements: [...action().statements, extra] });
    expect(findings[0]?.statements).toEqual([
      { name: 'checkout.extra', baseline: null, candidate: extra },
    ]);
  });

  test('other answers and other rejections are noted', () => {
    const outcomes = { committed: 190, rejected: 10, failed: 0 };
    expect(compare({ rows: 12, outcomes }).notes).toHaveLength(2);
  });
});

describe('what is found twice', () => {
  test('counts, and what another sample of statistics cures does not', () => {
    const worse = compare({ buffers: 800 });
    const better = compare({ buffers: 200 });
    expect(foundTwice(worse, worse).findings).toHaveLength(1);
    expect(foundTwice(worse, compare({})).findings).toEqual([]);
    expect(foundTwice(worse, better).findings).toEqual([]);
  });

  test('one change for the worse decides, whatever became better', () => {
    expect(replayVerdict(compare({}))).toBe('pass');
    expect(replayVerdict(compare({ walBytes: 5000 }))).toBe('improvement');
    expect(replayVerdict(compare({ walBytes: 5000, buffers: 800 }))).toBe('regression');
  });
});
