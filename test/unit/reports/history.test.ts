import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeExperimentRecord } from '../../../src/measurements/experiment-record-file.ts';
import { renderHistoryHtml } from '../../../src/reports/history/history-html.ts';
import { renderHistoryText } from '../../../src/reports/history/history-text.ts';
import { type RunHistory, readHistory } from '../../../src/reports/history/read-history.ts';
import { summaryOf, trendsOf } from '../../../src/reports/history/run-summary.ts';
import { sampleRedGate } from '../../helpers/sample-gate.ts';
import { sampleRecord } from '../../helpers/sample-record.ts';
import { writeSampleRuns } from '../../helpers/sample-runs.ts';

let directory = '';
let folders: readonly string[] = [];
let history: RunHistory;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cartload-runs-'));
  folders = await writeSampleRuns(directory);
  await mkdir(join(directory, 'broken'));
  await writeFile(join(directory, 'broken', 'run.json'), '{"schemaVersion":9}');
  await mkdir(join(directory, 'no-run'));
  await writeFile(join(directory, 'index.html'), 'older');
  await writeExperimentRecord(join(directory, 'gate'), sampleRedGate());
  history = await readHistory(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the history', () => {
  test('has every run, the newest first, and names what cannot be read', () => {
    expect(history.runs.map(({ folder }) => folder)).toEqual([...folders].reverse());
    expect(history.unreadable).toEqual([
      { folder: 'broken', reason: expect.stringContaining('version 9') },
    ]);
  });

  test('has every experiment with its verdict, in the text and on the page', () => {
    expect(history.experiments).toEqual([
      {
        folder: 'gate',
        startedAt: '2026-11-21T10:00:00.000Z',
        kind: 'gate',
        scenario: 'checkout',
        arms: ['main (c182981c76d8)', 'the working tree'],
        status: 'regression',
        sentence: 'The candidate is worse than the baseline.',
      },
    ]);
    expect(renderHistoryText(history, { width: 120, limit: 3 })).toMatch(
      /gate +checkout +main \(c182981c76d8\), the working tree +✗ regression/,
    );
    const page = renderHistoryHtml(history);
    expect(page).toContain('href="gate/report.html"');
    expect(page).toContain('✗ regression');
  });

  test('a folder that is not there has no runs', async () => {
    const none = { runs: [], experiments: [], unreadable: [] };
    expect(await readHistory(join(directory, 'nowhere'))).toEqual(none);
    expect(renderHistoryText(none, { width: 100, limit: 20 })).toBe('0 runs.');
    expect(renderHistoryHtml(none)).toContain('No run yet');
  });

  test('a trend holds only what can be compared', () => {
    const [first] = history.runs;
    if (first === undefined) throw new Error('there are runs');
    expect(trendsOf(history.runs).map(({ scenario, runs }) => [scenario, runs.length])).toEqual([
      ['checkout', 3],
    ]);
    const elsewhere = { ...first, host: 'another', folder: 'elsewhere' };
    expect(trendsOf([first, elsewhere])).toEqual([]);
    expect(trendsOf([first, { ...first, dataset: 'ds1-other' }])).toEqual([]);
    expect(trendsOf([first, { ...first, folder: 'again' }])).toHaveLength(1);
    const { target } = sampleRecord();
    const external = sampleRecord({ target: { ...target, kind: 'external' } });
    expect(summaryOf('f', external).target).toMatch(/, 127\.0\.0\.1:40111\/shop, /);
  });

  test('as text: one line a run, with verdict and taints', () => {
    const text = renderHistoryText(history, { width: 120, limit: 3 });
    const lines = text.split('\n');
    expect(lines[0]).toBe('4 runs, the last 3 of them.');
    expect(lines).toHaveLength(9);
    expect(lines[3]).toMatch(/2026-11-21 08:00:00 UTC .* ✗ fail/);
    expect(lines[4]).toMatch(/ ✓ pass +trend$/);
    expect(Math.max(...lines.slice(0, 5).map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(renderHistoryText(history, { width: 80, limit: 3 })).toMatch(/goodput\/s/);
  });

  test('as a page: links, marks of the trend by shape, one script with its hash', () => {
    const page = renderHistoryHtml(history);
    for (const folder of folders) {
      expect(page).toContain(`<a href="${encodeURIComponent(folder)}/report.html">`);
    }
    expect(page.match(/class="sound"/g)).toHaveLength(4);
    expect(page.match(/class="suspect"/g)).toHaveLength(4);
    expect(page.match(/class="failed"/g)).toHaveLength(4);
    expect(page).toMatch(/script-src 'sha256-[A-Za-z0-9+/]{43}='/);
    expect(page).not.toMatch(/https?:|@import|url\(/);
    expect(page).toContain('Not readable:');
  });

  test('nothing from a record is markup', () => {
    const [first] = history.runs;
    if (first === undefined) throw new Error('there are runs');
    const planted = '<script>alert("x")</script>';
    const run = { ...first, scenario: planted, dataset: planted, folder: '"><b>' };
    const page = renderHistoryHtml({
      runs: [run, run],
      experiments: history.experiments.map((each) => ({
        ...each,
        folder: '"><b>',
        scenario: planted,
        arms: [planted],
        sentence: planted,
      })),
      unreadable: [{ folder: planted, reason: planted }],
    });
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).not.toContain('<b>');
  });
});
