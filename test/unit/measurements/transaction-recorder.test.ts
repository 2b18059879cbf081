import { beforeAll, describe, expect, test } from 'vitest';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import { OUTCOMES } from '../../../src/measurements/outcome.ts';
import {
  type ArrivalSample,
  TransactionRecorder,
} from '../../../src/measurements/transaction-recorder.ts';

beforeAll(initHistograms);

const SAMPLE: ArrivalSample = {
  responseUs: 300,
  serviceUs: 200,
  lagUs: 100,
  outcome: 'committed',
  attempts: 1,
  wastedMs: 0,
  gaveUp: false,
  node: 'primary',
  isLate: false,
  staleness: null,
};

describe('TransactionRecorder', () => {
  test('is all zeroes at first', () => {
    const record = new TransactionRecorder('read').toRecord();
    expect(record).toEqual({
      access: 'read',
      arrivals: 0,
      outcomes: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])),
      rejections: {},
      otherSqlStates: {},
      late: 0,
      attempts: [],
      failedAttempts: { deadlock: 0, serialization: 0, standby_conflict: 0 },
      wastedMs: 0,
      giveUps: 0,
      nodes: {},
      staleReads: 0,
      backwardReads: 0,
      latency: {},
    });
  });

  test('counts every arrival once and all that is known of it', () => {
    const recorder = new TransactionRecorder('write');
    recorder.record(SAMPLE);
    recorder.record({
      ...SAMPLE,
      attempts: 3,
      failedAttempts: ['deadlock', 'serialization'],
      wastedMs: 12.5,
      isLate: true,
    });
    recorder.record({ ...SAMPLE, outcome: 'rejected', rejection: 'out_of_stock', node: 'replica' });
    recorder.record({
      ...SAMPLE,
      outcome: 'deadlock',
      attempts: 5,
      failedAttempts: ['deadlock', 'deadlock', 'deadlock', 'deadlock', 'deadlock'],
      wastedMs: 4000,
      gaveUp: true,
    });
    recorder.record({ ...SAMPLE, outcome: 'other', sqlState: '23514' });
    recorder.recordDropped();
    recorder.recordUnfinished(true);
    const record = recorder.toRecord();
    expect(record.arrivals).toBe(7);
    expect(record.outcomes).toMatchObject({
      committed: 2,
      rejected: 1,
      deadlock: 1,
      other: 1,
      dropped: 1,
      unfinished: 1,
    });
    expect(record.rejections).toEqual({ out_of_stock: 1 });
    expect(record.otherSqlStates).toEqual({ '23514': 1 });
    expect(record.attempts).toEqual([3, 0, 1, 0, 1]);
    expect(record.failedAttempts).toEqual({ deadlock: 6, serialization: 1, standby_conflict: 0 });
    expect(record.wastedMs).toBe(4012.5);
    expect(record).toMatchObject({ giveUps: 1, late: 1, nodes: { primary: 4, replica: 1 } });
    expect(record.latency.committed?.response.count).toBe(2);
    expect(record.latency.rejected?.response.count).toBe(1);
    expect(record.latency.failed?.response.count).toBe(2);
  });

  test('censors the committed by what is unknown of each measure', () => {
    const recorder = new TransactionRecorder('write');
    for (let n = 0; n < 10; n++) recorder.record(SAMPLE);
    recorder.record({ ...SAMPLE, outcome: 'rejected' });
    recorder.record({ ...SAMPLE, outcome: 'statement_timeout' });
    recorder.record({ ...SAMPLE, outcome: 'in_doubt' });
    for (let n = 0; n < 4; n++) recorder.recordDropped();
    recorder.recordUnfinished(true);
    recorder.recordUnfinished(false);
    recorder.recordUnfinished(false);
    const { committed, rejected, failed } = recorder.toRecord().latency;
    expect(committed?.response.censored).toBe(2 + 4 + 3);
    expect(committed?.service.censored).toBe(2 + 1);
    expect(committed?.lag.censored).toBe(4 + 2);
    expect(committed?.response.p50).toEqual({ valueUs: 300, isLowerBound: false });
    expect(committed?.response.p90).toEqual({ valueUs: 300, isLowerBound: true });
    for (const group of [rejected, failed]) {
      expect([group?.response.censored, group?.service.censored, group?.lag.censored]).toEqual([
        0, 0, 0,
      ]);
    }
  });

  test('leaves out a group without a sample', () => {
    const recorder = new TransactionRecorder('write');
    recorder.recordDropped();
    recorder.record({ ...SAMPLE, outcome: 'connection' });
    expect(Object.keys(recorder.toRecord().latency)).toEqual(['failed']);
  });

  test('counts a missing reason as unknown', () => {
    const recorder = new TransactionRecorder('write');
    recorder.record({ ...SAMPLE, outcome: 'rejected' });
    recorder.record({ ...SAMPLE, outcome: 'other' });
    expect(recorder.toRecord()).toMatchObject({
      rejections: { unknown: 1 },
      otherSqlStates: { unknown: 1 },
    });
  });

  test('goes on with what another thread counted', () => {
    const whole = new TransactionRecorder('read');
    const parts = [new TransactionRecorder('read'), new TransactionRecorder('read')];
    const samples: ArrivalSample[] = [
      { ...SAMPLE, staleness: 'stale' },
      { ...SAMPLE, responseUs: 77, staleness: 'backward' },
      { ...SAMPLE, outcome: 'deadlock', attempts: 2, failedAttempts: ['deadlock', 'deadlock'] },
      { ...SAMPLE, outcome: 'rejected', rejection: 'out_of_stock', isLate: true },
      { ...SAMPLE, outcome: 'other', sqlState: '42P01', wastedMs: 3, gaveUp: true },
    ];
    for (const [index, sample] of samples.entries()) {
      whole.record(sample);
      parts[index % 2]?.record(sample);
    }
    whole.recordUnfinished(true);
    parts[0]?.recordUnfinished(true);
    whole.recordDropped();
    parts[1]?.recordDropped();
    const joined = new TransactionRecorder('read');
    for (const part of parts) joined.absorb(structuredClone(part.toState()));
    expect(joined.toRecord()).toEqual(whole.toRecord());
    expect(joined.toRecord()).toMatchObject({ staleReads: 2, backwardReads: 1 });
  });
});
