import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runRecordJsonSchema } from '../../../src/measurements/run-record-json-schema.ts';
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
