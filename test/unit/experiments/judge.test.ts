import { describe, expect, test } from 'vitest';
import {
  type FigureQuestion,
  judge,
  overallVerdict,
} from '../../../src/experiments/comparison/judge.ts';

/** Ten values about a middle, half a percent apart. */
const about = (middle: number) =>
  Array.from({ length: 10 }, (_, index) => middle * (1 + 0.005 * (((index * 7) % 10) - 4.5)));

function question(changes: Partial<FigureQuestion>): FigureQuestion {
  return {
    name: 'server CPU',
    unit: 'ms',
    better: 'lower',
    isPrimary: true,
    scale: 'ratio',
    margin: 0.05,
    floor: 0,
    baseline: about(10),
    candidate: about(10),
    ...changes,
  };
}

const judged = (changes: Partial<FigureQuestion>, isPaired = true, alpha = 0.005) => {
  const [figure] = judge([question(changes)], { isPaired, alpha });
  if (figure === undefined) throw new Error('a question has an answer');
  return figure;
};

describe('judge', () => {
  test.each([
    [10, 'pass'],
    [10.3, 'pass'],
    [12, 'regression'],
    [8, 'improvement'],
  ] as const)('from 10 to %f with a margin of 5 percent: %s', (to, verdict) => {
    const figure = judged({ candidate: about(to) });
    expect(figure.verdict).toBe(verdict);
    expect(figure.shift?.estimate).toBeCloseTo(to / 10 - 1, 6);
  });

  test('more is better: the same changes the other way round', () => {
    expect(judged({ better: 'higher', candidate: about(12) }).verdict).toBe('improvement');
    const worse = judged({ better: 'higher', candidate: about(8) });
    expect(worse.verdict).toBe('regression');
    expect(worse.shift?.estimate).toBeCloseTo(-0.2, 6);
    expect(worse.shift?.lower ?? 0).toBeLessThanOrEqual(worse.shift?.upper ?? 0);
    // What would be found is a change for the worse, too.
    expect(worse.detectable).toBeLessThan(-0.047);
  });

  test('a change about as large as the margin cannot be told', () => {
    const candidate = about(10.5).toReversed();
    expect(judged({ candidate }).verdict).toBe('undecided');
  });

  test('seven pairs are too few for a red at 0.005, whatever they show', () => {
    const few = { baseline: about(10).slice(0, 7), candidate: about(20).slice(0, 7) };
    expect(judged(few).verdict).toBe('undecided');
    expect(
      judged({ baseline: about(10).slice(0, 8), candidate: about(20).slice(0, 8) }).verdict,
    ).toBe('regression');
  });

  test('one pair bounds nothing, and says so', () => {
    const figure = judged({ baseline: [10], candidate: [20] });
    expect(figure).toMatchObject({ verdict: 'undecided', detectable: null });
    expect(figure.shift).toMatchObject({
      estimate: expect.closeTo(1, 6),
      lower: null,
      upper: null,
    });
    expect(figure.note).toBe('too few pairs to bound it');
  });

  test('a floor is a margin where the baseline is small', () => {
    const small = { baseline: about(1), candidate: about(1.4) };
    expect(judged(small).verdict).toBe('regression');
    const floored = judged({ ...small, floor: 0.5 });
    expect(floored.verdict).toBe('pass');
    expect(floored.margin).toBeCloseTo(0.5, 1);
  });

  test('differences of shares: none failed passes, one in a hundred does not', () => {
    const share = { scale: 'difference', unit: 'share', margin: 0.001 } as const;
    const none = new Array<number>(10).fill(0);
    expect(judged({ ...share, baseline: none, candidate: none })).toMatchObject({
      verdict: 'pass',
      shift: { estimate: 0, lower: 0, upper: 0 },
    });
    const some = Array.from({ length: 10 }, (_, index) => 0.01 + 0.0001 * index);
    expect(judged({ ...share, baseline: none, candidate: some }).verdict).toBe('regression');
  });

  test('unpaired samples are compared by all differences', () => {
    const figure = judged({ candidate: about(12).slice(0, 8) }, false);
    expect(figure.shift?.method).toBe('rank-sum');
    expect(figure.verdict).toBe('regression');
  });

  test('a value that could not be told leaves the figure undecided', () => {
    const figure = judged({ candidate: [...about(12).slice(1), null] });
    expect(figure).toMatchObject({ verdict: 'undecided', shift: null });
    expect(judged({ candidate: [...about(12).slice(1), 0] }).shift).toBeNull();
  });

  test('primary figures share the chance of a false alarm, others do not touch it', () => {
    // Eight pairs, all worse: p is 1/256, which holds at 0.005 for one question and not for two.
    const eight = { baseline: about(10).slice(0, 8), candidate: about(20).slice(0, 8) };
    const alone = judge([question(eight), question({ isPrimary: false })], {
      isPaired: true,
      alpha: 0.005,
    });
    expect(alone[0]?.verdict).toBe('regression');
    const two = judge([question(eight), question({})], { isPaired: true, alpha: 0.005 });
    expect(two[0]?.verdict).toBe('undecided');
  });

  test('the worst primary figure decides, then doubt', () => {
    const verdictOf = (...verdicts: ('pass' | 'regression' | 'improvement' | 'undecided')[]) =>
      overallVerdict(verdicts.map((verdict) => ({ ...judged({}), verdict })));
    expect(verdictOf('pass', 'improvement', 'regression', 'undecided')).toBe('regression');
    expect(verdictOf('pass', 'improvement', 'undecided')).toBe('undecided');
    expect(verdictOf('pass', 'improvement')).toBe('improvement');
    expect(verdictOf('pass', 'pass')).toBe('pass');
    expect(verdictOf()).toBe('undecided');
    expect(overallVerdict([{ ...judged({}), isPrimary: false, verdict: 'regression' }])).toBe(
      'undecided',
    );
  });
});
