import { describe, expect, test } from 'vitest';
import { runRecordSchema } from '../../../src/measurements/run-record.ts';
import { headlineTransaction, totalsOfRun } from '../../../src/measurements/run-totals.ts';
import {
  booksSentence,
  clientSentence,
  goodputSentence,
  latencySentence,
  outcomeCounts,
  replicaSentence,
  retriesSentence,
  thresholdsSentence,
} from '../../../src/reports/headline.ts';
import {
  connectionsPhrase,
  loadPhrase,
  targetRatePerSecond,
  thresholdsOn,
} from '../../../src/reports/scenario-facts.ts';
import { emptyRecord, sampleLatency, sampleRecord } from '../../helpers/sample-record.ts';

const record = sampleRecord();
const empty = emptyRecord();

test('the sample records are valid run records', () => {
  expect(runRecordSchema.parse(record)).toEqual(record);
  expect(runRecordSchema.parse(empty)).toEqual(empty);
});

describe('the headline transaction', () => {
  test('is the checkout where there is one', () => {
    expect(headlineTransaction(record)?.name).toBe('checkout');
  });

  test('is the one with the most arrivals otherwise', () => {
    const { checkout: _, ...others } = record.transactions;
    expect(headlineTransaction({ ...record, transactions: others })?.name).toBe('view_product');
  });

  test('is missing in a run without arrivals', () => {
    expect(headlineTransaction(empty)).toBeNull();
  });
});

test('totals add up to the arrivals', () => {
  const totals = totalsOfRun(record);
  expect(totals.committed + totals.rejected + totals.failed).toBe(totals.arrivals);
  expect(totals).toMatchObject({ arrivals: 6_005, failed: 3, retried: 32, retries: 43 });
});

test('sentences of a passing run', () => {
  expect(goodputSentence(record)).toBe(
    '199 transactions/s committed of 200/s asked for, measured over 30 s (6,005 arrivals).',
  );
  expect(retriesSentence(record)).toBe(
    '42 deadlocks (47.0 per 1,000 checkout), at least 42.0 s waited. 32 arrivals (0.533 %) took more than one attempt: 43 retries, 1 give-up.',
  );
  expect(replicaSentence(record)).toContain('62.0 ms behind or less in 95 of 100 samples');
  expect(clientSentence(record)).toContain('was not the limit: event loop 34.1 % busy');
  expect(booksSentence(record)).toContain(
    'Books balanced: 992 of 992 acknowledged checkouts found',
  );
  expect(thresholdsSentence(record)).toBe('3 of 3 thresholds hold.');
});

test('all outcomes are told, zero or not', () => {
  const counts = outcomeCounts(record);
  expect(counts).toHaveLength(14);
  expect(counts).toContain('lock timeout 0');
});

test('sentences of a run that measured nothing', () => {
  expect(goodputSentence(empty)).toBe('No arrival fell into the measurement window.');
  expect(latencySentence(empty)).toContain('Nothing was committed');
  expect(retriesSentence(empty)).toBe('No arrival fell into the measurement window.');
  expect(replicaSentence(empty)).toBe('No replica took part in this run.');
  expect(booksSentence(empty)).toBe(
    'Books balanced: no checkout was acknowledged, 0 unexpected, 0 in doubt; no invariant was checked.',
  );
});

test('a censored percentile says so', () => {
  const checkout = record.transactions['checkout']!;
  const response = sampleLatency(100, 20_000, 3, 20);
  const failing = {
    ...record,
    transactions: {
      checkout: {
        ...checkout,
        latency: { committed: { ...checkout.latency.committed!, response } },
      },
    },
  };
  expect(latencySentence(failing)).toMatch(
    /^Half of the checkout arrivals .* but at least 1 of 100 never committed: 20 of 120 arrivals\./,
  );
});

test('a client-bound run says so', () => {
  const bound = sampleRecord({
    taints: [{ rule: 'client-bound', level: 'invalid', text: 'The event loop was 94 % busy.' }],
  });
  expect(clientSentence(bound)).toContain('The load generator was the limit');
});

describe('facts of the scenario', () => {
  test('of an open model', () => {
    expect(loadPhrase(record)).toBe('200 arrivals/s (poisson, open model)');
    expect(connectionsPhrase(record)).toBe('16 to the primary, 8 to the replica');
    expect(thresholdsOn(record, 'latency').map(({ text, limit }) => [text, limit])).toEqual([
      ['checkout.response.p99 < 150ms', 150],
    ]);
  });

  test('of a closed model', () => {
    const scenario = { ...record.scenario, load: { executor: 'constant-vus', vus: 16 } };
    const closed = { ...record, scenario };
    expect(loadPhrase(closed)).toBe('16 virtual users (closed model)');
    expect(targetRatePerSecond(closed)).toBeNull();
  });

  test('of a scenario that another version wrote', () => {
    const foreign = { ...record, scenario: { name: 'x', description: 'y', thresholds: [3, null] } };
    expect(loadPhrase(foreign)).toBe('load as in the scenario');
    expect(connectionsPhrase(foreign)).toBeNull();
    expect(thresholdsOn(foreign, 'latency')).toEqual([]);
  });
});
