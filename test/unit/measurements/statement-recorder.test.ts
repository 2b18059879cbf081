import { beforeAll, expect, test } from 'vitest';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import { StatementRecorder } from '../../../src/measurements/statement-recorder.ts';

beforeAll(initHistograms);

test('counts calls, errors among them, rows and round trips', () => {
  const recorder = new StatementRecorder('lock_stock', 'primary');
  recorder.record(100, 3);
  recorder.record(200, 0);
  recorder.recordError(1_000_000);
  expect(recorder.toRecord()).toMatchObject({
    name: 'lock_stock',
    node: 'primary',
    calls: 3,
    errors: 1,
    rows: 3,
    latency: { count: 3, maxUs: 1_000_000, censored: 0, p50: { valueUs: 200 } },
  });
});
