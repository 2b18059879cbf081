import { describe, expect, test } from 'vitest';
import { rankClasses } from '../../../src/experiments/capacity/rank-classes.ts';
import { judgeSteadiness } from '../../../src/experiments/capacity/steadiness.ts';
import { sampleClass, samplePoint } from '../../helpers/sample-class.ts';

const rank = (classes: Parameters<typeof rankClasses>[0], objective: number | null = null) =>
  rankClasses(classes, objective, 'checkout');

describe('a ranking of classes', () => {
  test('the cheapest per million first; those whose bounds overlap share a place', () => {
    const found = rank([
      sampleClass('dear', 60, 0.5),
      sampleClass('cheap', 50, 0.1),
      sampleClass('also cheap', 51, 0.104),
    ]);
    expect(found.ranking).toEqual([['cheap', 'also cheap'], ['dear']]);
    expect(found.verdict).toMatchObject({
      status: 'undecided',
      sentence:
        'cheap and also cheap cannot be told apart: which costs least per million checkout is open.',
    });
  });

  test('without prices, the one that takes most; and it is said that they are missing', () => {
    const found = rank([sampleClass('small', 20, null), sampleClass('large', 60, null)]);
    expect(found.ranking).toEqual([['large'], ['small']]);
    expect(found.verdict.sentence).toBe('large takes most checkout per second.');
    expect(found.verdict.reasons).toEqual([
      'small is unpriced: what it costs is not known.',
      'large is unpriced: what it costs is not known.',
    ]);
  });

  test('an objective: the cheapest that surely meets it, not the cheapest per million', () => {
    const classes = [
      sampleClass('small', 20, 0.02),
      sampleClass('middle', 45, 0.1),
      sampleClass('large', 90, 0.3),
    ];
    expect(rank(classes, 40).verdict).toMatchObject({
      status: 'pass',
      sentence: 'The cheapest class that takes 40 checkout/s is middle, at $0.100 an hour.',
    });
    expect(rank(classes, 92).verdict).toMatchObject({
      status: 'undecided',
      sentence: 'No class surely takes 92 checkout/s; large may.',
    });
    expect(rank(classes, 200).verdict).toMatchObject({
      status: 'regression',
      sentence: 'No class takes 200 checkout/s.',
    });
    expect(rank([sampleClass('a', 45, 0.1), sampleClass('b', 45, null)], 40).verdict.status).toBe(
      'undecided',
    );
  });

  test('classes that were asked different things are not ranked, and neither are moving balances', () => {
    const other = sampleClass('other', 50, 0.1, {
      fingerprint: { dataset: 'another', mix: 'checkout 15' },
    });
    const unequal = rank([sampleClass('one', 60, 0.1), other]);
    expect(unequal).toMatchObject({ ranking: [], verdict: { status: 'incomparable' } });
    expect(unequal.differences).toEqual([
      { what: 'dataset', kind: 'incomparable', values: ['d4c479c58b14f88e', 'another'] },
    ]);
    const balances = [{ name: 'EBSIOBalance%', before: 99, after: 61 }];
    const moved = judgeSteadiness({ points: [], loadMs: 20_000, limits: undefined, balances });
    const moving = rank([
      sampleClass('one', 60, 0.1),
      sampleClass('two', 60, 0.1, { steadiness: moved }),
    ]);
    expect(moving).toMatchObject({ ranking: [], verdict: { status: 'incomparable' } });
    expect(moving.verdict.reasons).toEqual(['two: Balances moved: EBSIOBalance% 99 to 61.']);
  });

  test('a class without a result takes no place, and says why', () => {
    const failed = sampleClass('failed', 1, null, {
      capacity: null,
      headlineCapacity: null,
      fingerprint: {},
      failure: 'load: the disk is full',
    });
    const open = sampleClass('open', 1, 0.1, {
      capacity: null,
      headlineCapacity: null,
      atLeastPerSecond: 800,
      searches: [{ startedAt: '', end: 'most-reached', points: [] }],
    });
    const found = rank([sampleClass('good', 60, 0.1), failed, open]);
    expect(found.ranking).toEqual([['good']]);
    expect(found.verdict.reasons).toEqual([
      'failed has no result: load: the disk is full',
      'open: no rate that was tried was too high. It takes at least 800 arrivals/s.',
    ]);
    expect(rank([failed]).verdict.status).toBe('invalid');
  });

  test('old and missing prices are said in every ranking', () => {
    const old = sampleClass('old', 60, 0.1);
    const [cost] = old.costs;
    if (cost === undefined) throw new Error('it has a price');
    const found = rank([
      { ...old, costs: [{ ...cost, stale: ['db.m6g.large'], unpriced: ['io2 IOPS'] }] },
    ]);
    expect(found.verdict.reasons).toEqual([
      'old is unpriced in part: io2 IOPS.',
      'old: prices older than 180 days: db.m6g.large.',
    ]);
  });
});

describe('whether a capacity lasts', () => {
  const limits = {
    class: 'db.m7g.large',
    vcpu: 2,
    memoryGiB: 8,
    ebsBaselineMbps: 630,
    ebsMaxMbps: 10000,
    ebsBaselineIops: 3600,
    ebsMaxIops: 40000,
    cpuCreditsPerHour: null,
    baselineCpuPctPerVcpu: null,
  };
  const judge = (change: Partial<Parameters<typeof judgeSteadiness>[0]>) =>
    judgeSteadiness({
      points: [samplePoint(100, true)],
      loadMs: 20_000,
      limits,
      balances: [],
      ...change,
    });

  test('a class with credits and a short load is a burst; one that holds its limits is sustained', () => {
    expect(judge({})).toMatchObject({ label: 'burst' });
    expect(judge({}).sentence).toMatch(/a disk that is faster for half an hour a day/);
    const flat = { ...limits, ebsBaselineMbps: 10000, ebsBaselineIops: 40000 };
    expect(judge({ limits: flat }).label).toBe('sustained');
    expect(judge({ limits: undefined }).label).toBe('unknown');
    const untold = { ...limits, ebsBaselineMbps: null, ebsBaselineIops: null, ebsMaxIops: null };
    expect(judge({ limits: untold }).label).toBe('unknown');
    expect(judge({ limits: { ...untold, cpuCreditsPerHour: 24 } }).label).toBe('burst');
    const still = [{ name: 'EBSIOBalance%', before: 99, after: 99 }];
    expect(judge({ balances: still, loadMs: 31 * 60_000 }).label).toBe('sustained');
    expect(judge({ balances: still }).label).toBe('burst');
  });

  test('a level that changes within a run that held is told', () => {
    const points = [samplePoint(100, true, { change: { atMs: 7000, factor: 1.6 } })];
    expect(judge({ points })).toMatchObject({ label: 'unsteady' });
    // One that got faster had caches to fill.
    expect(
      judge({ points: [samplePoint(100, true, { change: { atMs: 7000, factor: 0.7 } })] }).label,
    ).toBe('burst');
  });
});
