import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderExperimentHtml } from '../../src/reports/experiment/experiment-html.ts';
import { renderHistoryHtml } from '../../src/reports/history/history-html.ts';
import { readHistory } from '../../src/reports/history/read-history.ts';
import { openBrowser } from '../helpers/browser.ts';
import { sampleComparison, sampleRepeats } from '../helpers/sample-experiment.ts';
import { sampleRedGate, sampleTimedGate } from '../helpers/sample-gate.ts';
import { writeSampleRuns } from '../helpers/sample-runs.ts';

let directory = '';
let folders: readonly string[] = [];
let browser: Browser | null = null;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cartload-pages-'));
  folders = await writeSampleRuns(directory);
  await writeFile(join(directory, 'index.html'), renderHistoryHtml(await readHistory(directory)));
  const comparison = sampleComparison([
    { name: 'before', runs: sampleRepeats('b', 6, 1) },
    { name: 'after', runs: sampleRepeats('a', 6, 1.5) },
  ]);
  await writeFile(comparisonFile(), renderExperimentHtml(comparison));
  await writeFile(redGateFile(), renderExperimentHtml(sampleRedGate()));
  await writeFile(timedGateFile(), renderExperimentHtml(await sampleTimedGate({ factor: 1.1 })));
  browser = await openBrowser();
  if (browser === null) {
    process.stderr.write('No Chromium here: the pages are checked as text, not driven.\n');
  }
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await rm(directory, { recursive: true, force: true });
});

const reportFile = () => join(directory, folders[0] ?? '', 'report.html');
const longNamesFile = () => join(directory, folders.at(-1) ?? '', 'report.html');
const redGateFile = () => join(directory, 'red-gate.html');
const timedGateFile = () => join(directory, 'timed-gate.html');
const comparisonFile = () => join(directory, 'comparison.html');
const indexFile = () => join(directory, 'index.html');

interface Visit {
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  readonly isScripted?: boolean;
}

/** Opens a file, fails on whatever the console or the network has to say, and closes it. */
async function visit(
  open: Browser,
  file: string,
  { width = 1280, theme = 'light', isScripted = true }: Visit,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await open.newContext({
    viewport: { width, height: 900 },
    colorScheme: theme,
    javaScriptEnabled: isScripted,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  await look(page);
  await context.close();
  expect(complaints).toEqual([]);
}

/** Runs in the page: texts of plots that are cut off at the edge, or lie on each other. */
const BROKEN_TEXTS = `[...document.querySelectorAll('svg')].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  if (frame.width === 0) return [];
  const texts = [...svg.querySelectorAll('text')].map((text) => ({
    words: text.textContent,
    box: text.getBoundingClientRect(),
  }));
  return texts.flatMap(({ words, box }, index) => [
    ...(box.left < frame.left - 2 || box.right > frame.right + 2 ? ['cut: ' + words] : []),
    ...texts.slice(index + 1).flatMap((other) => {
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      return across > 3 && down > 4 ? ['overlap: ' + words + ' / ' + other.words] : [];
    }),
  ]);
})`;

const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

describe.each([
  ['report', reportFile],
  ['report with long names', longNamesFile],
  ['index', indexFile],
  ['comparison', comparisonFile],
  ['red gate', redGateFile],
  ['timed gate', timedGateFile],
] as const)('the %s page', (_, file) => {
  test.each([
    ['wide, light', { width: 1280, theme: 'light' }],
    ['wide, dark', { width: 1280, theme: 'dark' }],
    ['narrow, light', { width: 390, theme: 'light' }],
    ['narrow, dark', { width: 390, theme: 'dark' }],
  ] as const)(
    '%s: nothing is cut or lies on something else, and nothing is asked for',
    async (_name, options) => {
      if (browser === null) {
        expect(readFileSync(file(), 'utf8')).toContain('<meta name="viewport"');
        return;
      }
      await visit(browser, file(), options, async (page) => {
        expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0);
        expect(await page.evaluate(BROKEN_TEXTS)).toEqual([]);
      });
    },
  );

  test('prints on A4', async () => {
    if (browser === null) {
      expect(readFileSync(file(), 'utf8')).toContain('@page { size: A4');
      return;
    }
    await visit(browser, file(), {}, async (page) => {
      const pdf = await page.pdf({ preferCSSPageSize: true });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    });
  });
});

test('the report works from the keyboard and opens the table behind a plot', async () => {
  if (browser === null) {
    expect(readFileSync(reportFile(), 'utf8')).toContain('<summary>Table behind the spectrum');
    return;
  }
  await visit(browser, reportFile(), { isScripted: false }, async (page) => {
    await page.keyboard.press('Tab');
    expect(await page.locator('nav li:first-child a:focus').count()).toBe(1);
    await page.keyboard.press('Enter');
    expect(page.url()).toMatch(/#latency$/);
    const behind = page.locator('details', { hasText: 'Table behind the spectrum' });
    const table = behind.locator('table');
    expect(await table.isVisible()).toBe(false);
    await behind.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await table.isVisible()).toBe(true);
  });
});

test('the index filters by scenario, verdict and words, and leads to the report', async () => {
  if (browser === null) {
    expect(readFileSync(indexFile(), 'utf8').match(/<tr data-scenario=/g)).toHaveLength(4);
    return;
  }
  await visit(browser, indexFile(), {}, async (page) => {
    const rows = page.locator('.runs tbody tr:visible');
    const said = page.locator('.filters output');
    expect(await rows.count()).toBe(4);
    await page.getByLabel('Scenario').selectOption('checkout');
    expect(await rows.count()).toBe(3);
    expect(await said.textContent()).toBe('3 of 4 runs shown');
    await page.getByLabel('Verdict').selectOption('fail');
    expect(await rows.count()).toBe(1);
    await page.getByLabel('Verdict').selectOption('');
    await page.getByLabel('Words').fill('2026-11-20 trend');
    expect(await rows.count()).toBe(1);
    await rows.first().locator('a').click();
    expect(existsSync(fileURLToPath(page.url()))).toBe(true);
    expect(await page.locator('h1').textContent()).toMatch(/arrivals\/s held/);
  });
});

test('the index shows everything without its script', async () => {
  if (browser === null) {
    expect(readFileSync(indexFile(), 'utf8')).toContain('<form class="filters" hidden>');
    return;
  }
  await visit(browser, indexFile(), { isScripted: false }, async (page) => {
    expect(await page.locator('.runs tbody tr:visible').count()).toBe(4);
    expect(await page.locator('.filters').isVisible()).toBe(false);
  });
});
