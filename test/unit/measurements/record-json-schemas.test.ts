import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import {
  experimentRecordJsonSchema,
  runRecordJsonSchema,
} from '../../../src/measurements/record-json-schemas.ts';
import { sampleComparison, sampleRepeats } from '../../helpers/sample-experiment.ts';
import { sampleRedGate } from '../../helpers/sample-gate.ts';
import { emptyRecord, sampleRecord } from '../../helpers/sample-record.ts';

const published = JSON.parse(
  readFileSync(new URL('../../../docs/run-record.schema.json', import.meta.url), 'utf8'),
);
const schema = z.fromJSONSchema(published);

/** As it comes out of the file. */
const inFile = (record: object) => JSON.parse(JSON.stringify(record));

describe('the published schema of run records', () => {
  test('is the one that the types give', () => {
    expect(published).toEqual(inFile(runRecordJsonSchema()));
  });

  test.each([
    ['a run', sampleRecord()],
    ['a run without anything', emptyRecord()],
  ])('%s fits it', (_, record) => {
    expect(schema.safeParse(inFile(record)).error).toBeUndefined();
  });

  test('fields to come are let pass, other versions and lost fields are not', () => {
    const record = inFile(sampleRecord());
    expect(schema.safeParse({ ...record, later: 1 }).success).toBe(true);
    expect(schema.safeParse({ ...record, schemaVersion: 2 }).success).toBe(false);
    const { books: _, ...without } = record;
    expect(schema.safeParse(without).success).toBe(false);
  });
});

describe('the published schema of experiment records', () => {
  beforeAll(() => initHistograms());
  const ofExperiments = JSON.parse(
    readFileSync(new URL('../../../docs/experiment-record.schema.json', import.meta.url), 'utf8'),
  );

  test('is the one that the types give, and a comparison and a gate fit it', () => {
    expect(ofExperiments).toEqual(inFile(experimentRecordJsonSchema()));
    const record = sampleComparison([
      { name: 'before', runs: sampleRepeats('b', 2, 1) },
      { name: 'after', runs: sampleRepeats('a', 2, 1) },
    ]);
    const schema = z.fromJSONSchema(ofExperiments);
    expect(schema.safeParse(inFile(record)).error).toBeUndefined();
    expect(schema.safeParse(inFile(sampleRedGate())).error).toBeUndefined();
  });
});
