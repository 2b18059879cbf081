import { beforeAll, expect, test } from 'vitest';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import { StatementRecorder } from '../../../src/measurements/statement-recorder.ts';

beforeAll(initHistograms);

test('counts calls, errors among them, rows and round trips', () => {
  const recorder = new StatementRecorder('lock_stock', 'primary');
  recorder.record(100, 3);
  recorder.record(200, 0);
  recorder.recordError(1_000_000, '40P01');
  expect(recorder.toRecord()).toMatchObject({
    name: 'lock_stock',
    node: 'primary',
    calls: 3,
    errors: 1,
    errorCodes: { '40P01': 1 },
    rows: 3,
    latency: { count: 3, maxUs: 1_000_000, censored: 0, p50: { valueUs: 200 } },
  });
});

test('goes on with what another thread counted', () => {
  const recorder = new StatementRecorder('lock_stock', 'primary');
  recorder.record(100, 3);
  recorder.recordError(300, '40P01');
  const other = new StatementRecorder('lock_stock', 'primary');
  other.record(200, 1);
  other.recordError(50, 'lost');
  recorder.absorb(structuredClone(other.toState()));
  expect(recorder.toRecord()).toMatchObject({
    calls: 4,
    errors: 2,
    errorCodes: { '40P01': 1, lost: 1 },
    rows: 4,
    latency: { count: 4, maxUs: 300 },
  });
});
