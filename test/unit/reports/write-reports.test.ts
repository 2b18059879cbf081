import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeReports } from '../../../src/reports/write-reports.ts';
import { sampleRecord } from '../../helpers/sample-record.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cartload-reports-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

test('writes both files, makes the directory and leaves nothing else', async () => {
  const target = join(directory, 'runs', 'one');
  const paths = await writeReports(target, sampleRecord());
  expect(paths).toEqual({
    html: join(target, 'report.html'),
    markdown: join(target, 'summary.md'),
  });
  expect((await readdir(target)).sort()).toEqual(['report.html', 'summary.md']);
  expect(await readFile(paths.html, 'utf8')).toMatch(/^<!doctype html>/);
  expect(await readFile(paths.markdown, 'utf8')).toMatch(/^### ✅ Pass/);
});

test('the same record gives the same bytes, over an older report too', async () => {
  const first = await writeReports(directory, sampleRecord());
  const before = await readFile(first.html, 'utf8');
  await writeFile(first.html, 'older');
  await writeReports(directory, sampleRecord());
  expect(await readFile(first.html, 'utf8')).toBe(before);
});

test('a place that cannot be written to is named', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  await expect(writeReports(file, sampleRecord())).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    message: expect.stringContaining(file),
  });
});
