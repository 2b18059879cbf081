import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REPORT_FILES, writeReports } from '../../../src/reports/write-reports.ts';
import { sampleRecord } from '../../helpers/sample-record.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cartload-reports-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

test('writes every report, makes the directory and leaves nothing else', async () => {
  const target = join(directory, 'runs', 'one');
  await writeReports(target, sampleRecord());
  expect(REPORT_FILES[0]).toBe('report.html');
  expect((await readdir(target)).sort()).toEqual([...REPORT_FILES].sort());
  const begins = async (name: string) => (await readFile(join(target, name), 'utf8')).slice(0, 24);
  expect(await begins('report.html')).toMatch(/^<!doctype html>/);
  expect(await begins('summary.md')).toMatch(/^### ✅ Pass/);
  expect(await begins('junit.xml')).toMatch(/^<\?xml version="1\.0"/);
  expect(await begins('series.csv')).toMatch(/^at_ms,interval_ms/);
  expect(await begins('percentiles.csv')).toMatch(/^kind,name,/);
});

test('the same record gives the same bytes, over an older report too', async () => {
  await writeReports(directory, sampleRecord());
  const file = join(directory, 'report.html');
  const before = await readFile(file, 'utf8');
  await writeFile(file, 'older');
  await writeReports(directory, sampleRecord());
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('a place that cannot be written to is named', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  await expect(writeReports(file, sampleRecord())).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    message: expect.stringContaining(file),
  });
});
