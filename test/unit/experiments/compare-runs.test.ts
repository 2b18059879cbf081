import { beforeAll, describe, expect, test } from 'vitest';
import { experimentRecordSchema } from '../../../src/measurements/experiment-record.ts';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import { sampleComparison, sampleRepeat, sampleRepeats } from '../../helpers/sample-experiment.ts';
import { sampleRecord } from '../../helpers/sample-record.ts';

beforeAll(() => initHistograms());

describe('compareRuns', () => {
  test('six repeats against six half as slow again: a regression, with what moved', () => {
    const record = sampleComparison([
      { name: 'before', runs: sampleRepeats('b', 6, 1) },
      { name: 'after', runs: sampleRepeats('a', 6, 1.5) },
    ]);
    expect(record.verdict).toMatchObject({
      status: 'regression',
      sentence: 'after is worse than before.',
    });
    const [comparison] = record.comparisons;
    const figure = comparison?.figures.find(({ name }) => name === 'checkout response p95');
    expect(figure).toMatchObject({ verdict: 'regression', isPrimary: true });
    expect(figure?.shift?.estimate).toBeGreaterThan(0.35);
    expect(comparison?.shiftCurve.every(({ estimate }) => estimate > 0.3)).toBe(true);
    expect(record.arms[1]?.response?.count).toBe(6 * 3_600);
    expect(experimentRecordSchema.parse(record)).toEqual(record);
  });

  test('the same twice passes; the other way round is an improvement', () => {
    const [before, after] = [sampleRepeats('b', 6, 1), sampleRepeats('a', 6, 1)];
    const arms = [
      { name: 'before', runs: before },
      { name: 'after', runs: after },
    ];
    expect(sampleComparison(arms).verdict.status).toBe('pass');
    const faster = sampleRepeats('a', 6, 0.5);
    const improved = sampleComparison([arms[0]!, { name: 'after', runs: faster }]);
    expect(improved.verdict.status).toBe('improvement');
  });

  test('one run each decides nothing', () => {
    const record = sampleComparison([
      { name: 'A', runs: [sampleRepeat('b1', 1)] },
      { name: 'B', runs: [sampleRepeat('a1', 3)] },
    ]);
    expect(record.verdict.status).toBe('undecided');
    expect(record.verdict.reasons.join()).toContain('One run says nothing');
  });

  test('several arms, each against the first', () => {
    const record = sampleComparison([
      { name: 'A', runs: sampleRepeats('b', 6, 1) },
      { name: 'B', runs: sampleRepeats('a', 6, 1) },
      { name: 'C', runs: sampleRepeats('c', 6, 2) },
    ]);
    expect(record.comparisons.map(({ arm, verdict }) => [arm, verdict])).toEqual([
      [1, 'pass'],
      [2, 'regression'],
    ]);
    expect(record.verdict.sentence).toBe('B is no worse than A. C is worse than A.');
  });

  test('a percentile among arrivals that never ended is not compared', () => {
    const [first, ...others] = sampleRepeats('a', 6, 1);
    const checkout = first?.transactions['checkout'];
    const committed = checkout?.latency.committed;
    if (first === undefined || checkout === undefined || committed === undefined) throw new Error();
    const p95 = { valueUs: 900_000, isLowerBound: true };
    const latency = { committed: { ...committed, response: { ...committed.response, p95 } } };
    const transactions = { ...first.transactions, checkout: { ...checkout, latency } };
    const record = sampleComparison([
      { name: 'A', runs: sampleRepeats('b', 6, 1) },
      { name: 'B', runs: [{ ...first, transactions }, ...others] },
    ]);
    const figure = record.comparisons[0]?.figures.find(({ name }) =>
      name.endsWith('checkout response p95'),
    );
    expect(figure).toMatchObject({ verdict: 'undecided', shift: null });
    expect(record.verdict.status).toBe('undecided');
  });
});

describe('what forbids a comparison', () => {
  const compareWith = (changes: Parameters<typeof sampleRecord>[0]) =>
    sampleComparison([
      { name: 'A', runs: sampleRepeats('b', 5, 1) },
      { name: 'B', runs: sampleRepeats('a', 5, 1, changes) },
    ]);
  const sample = sampleRecord();

  test.each([
    ['dataset', { dataset: { ...sample.dataset, identity: 'another' } }],
    ['Cartload version', { cartloadVersion: '9.9.9' }],
    ['mix checkout', { scenario: { ...sample.scenario, mix: { checkout: 1 } } }],
  ] as const)('another %s', (what, changes) => {
    const { verdict, comparisons, differences } = compareWith(changes);
    expect(verdict.status).toBe('incomparable');
    expect(verdict.reasons.join()).toContain(what);
    expect(comparisons).toEqual([]);
    expect(differences.find((each) => each.what === what)?.kind).toBe('incomparable');
  });

  test('another server version and setting are what is compared', () => {
    const [primary, ...replicas] = sample.target.nodes;
    if (primary === undefined) throw new Error('the sample has a primary');
    const changed = {
      ...primary,
      serverVersion: '17.2',
      settings: { ...primary.settings, work_mem: '64MB' },
    };
    const record = compareWith({ target: { ...sample.target, nodes: [changed, ...replicas] } });
    expect(record.verdict.status).toBe('pass');
    expect(record.differences.map(({ what, kind }) => [what, kind])).toEqual([
      ['PostgreSQL', 'subject'],
      ['setting work_mem', 'subject'],
    ]);
  });

  test('a run that is not valid, and repeats that are not alike', () => {
    const invalid = compareWith({
      verdict: { status: 'invalid', sentence: 'Nothing was committed.', exitCode: 4 },
    });
    expect(invalid.verdict.status).toBe('invalid');
    const unlike = sampleComparison([
      {
        name: 'A',
        runs: [sampleRepeat('b1', 1), sampleRepeat('b2', 1, { schemaFingerprint: 'x' })],
      },
      { name: 'B', runs: [sampleRepeat('a1', 1)] },
    ]);
    expect(unlike.verdict.status).toBe('incomparable');
    expect(unlike.verdict.reasons).toEqual([
      'The runs of A differ in schema: they are not repeats of one thing.',
    ]);
  });
});
