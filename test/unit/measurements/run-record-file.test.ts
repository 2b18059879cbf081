import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CartloadError } from '../../../src/errors.ts';
import type { RunRecord } from '../../../src/measurements/run-record.ts';
import {
  RUN_RECORD_FILE,
  readRunRecord,
  writeRunRecord,
} from '../../../src/measurements/run-record-file.ts';
import { sampleRecord } from '../../helpers/sample-record.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cartload-run-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function refusal(promise: Promise<unknown>): Promise<CartloadError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof CartloadError) return error;
  throw new Error('no CartloadError was thrown', { cause: error });
}

async function written(text: string): Promise<string> {
  const file = join(dir, 'other.json');
  await writeFile(file, text);
  return file;
}

describe('writeRunRecord and readRunRecord', () => {
  test('go round, by directory and by file', async () => {
    const run = join(dir, 'runs', 'today');
    const path = await writeRunRecord(run, sampleRecord());
    expect(path).toBe(join(run, RUN_RECORD_FILE));
    expect(await readRunRecord(run)).toEqual(sampleRecord());
    expect(await readRunRecord(path)).toEqual(sampleRecord());
  });

  test('leave one whole file and nothing beside it', async () => {
    await writeRunRecord(dir, sampleRecord({ id: 'first' }));
    await writeRunRecord(dir, sampleRecord({ id: 'second' }));
    expect(await readdir(dir)).toEqual([RUN_RECORD_FILE]);
    expect((await readRunRecord(dir)).id).toBe('second');
    expect(await readFile(join(dir, RUN_RECORD_FILE), 'utf8')).toMatch(/\n$/);
  });

  test('an invalid record is a fault of the program and writes nothing', async () => {
    const record = sampleRecord({ startedAt: 'yesterday' });
    await expect(writeRunRecord(dir, record)).rejects.toThrow(
      /^The run record is not valid: startedAt: /,
    );
    expect(await readdir(dir)).toEqual([]);
  });

  test('a place that cannot be written is named', async () => {
    const file = await written('{}');
    const error = await refusal(writeRunRecord(join(file, 'run'), sampleRecord()));
    expect(error.code).toBe('OUTPUT_NOT_WRITABLE');
    expect(error.message).toContain(join(file, 'run', RUN_RECORD_FILE));
  });

  test('a file that is in the way leaves no temporary file', async () => {
    await mkdir(join(dir, RUN_RECORD_FILE, 'x'), { recursive: true });
    await refusal(writeRunRecord(dir, sampleRecord()));
    expect(await readdir(dir)).toEqual([RUN_RECORD_FILE]);
  });
});

describe('readRunRecord refuses', () => {
  test('what is not there', async () => {
    const error = await refusal(readRunRecord(join(dir, 'none')));
    expect(error).toMatchObject({
      code: 'BAD_RUN_RECORD',
      message: `The run record ${join(dir, 'none')} cannot be read: there is no such file.`,
    });
    expect((await refusal(readRunRecord(dir))).message).toContain(join(dir, RUN_RECORD_FILE));
  });

  test('what is not JSON', async () => {
    const file = await written('{"schemaVersion": 1,');
    expect((await refusal(readRunRecord(file))).message).toContain(`${file} is not JSON: `);
  });

  test.each(['[]', '5', 'null', '{"id": "x"}'])('what is not a run record: %s', async (text) => {
    const file = await written(text);
    expect((await refusal(readRunRecord(file))).message).toBe(
      `${file} is not a run record: it has no schemaVersion.`,
    );
  });

  test('a version that this build does not read', async () => {
    const file = await written(JSON.stringify({ ...sampleRecord(), schemaVersion: 2 }));
    expect((await refusal(readRunRecord(file))).message).toBe(
      `${file} is a run record of version 2; this cartload reads version 1.`,
    );
  });

  test('a record that is not valid, with its first problems', async () => {
    const record: Partial<RunRecord> = sampleRecord();
    delete record.phases;
    const file = await written(JSON.stringify({ ...record, interrupted: 'no', id: 5 }));
    const { message } = await refusal(readRunRecord(file));
    expect(message).toContain(`${file} is not a valid run record: `);
    expect(message).toContain('id: Invalid input: expected string, received number');
    expect(message).toContain('phases: ');
    expect(message).toContain('interrupted: ');
  });

  test('a record with more problems than fit', async () => {
    const file = await written('{"schemaVersion": 1}');
    expect((await refusal(readRunRecord(file))).message).toMatch(/; and \d+ more\.$/);
  });

  test('nothing that a later build added within the version', async () => {
    const file = await written(JSON.stringify({ ...sampleRecord(), addedLater: { x: 1 } }));
    expect(await readRunRecord(file)).toEqual(sampleRecord());
  });
});
