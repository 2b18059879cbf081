import { stripVTControlCharacters } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import type { RunRecord } from '../../../src/measurements/run-record.ts';
import { measuredMs, totalsOfRun } from '../../../src/measurements/run-totals.ts';
import { renderPercentilesCsv } from '../../../src/reports/csv.ts';
import { durationIn, formatCount, formatRate, quantileIn } from '../../../src/reports/format.ts';
import { summaryOf } from '../../../src/reports/history/run-summary.ts';
import { renderHtml } from '../../../src/reports/html.ts';
import { renderJunit } from '../../../src/reports/junit.ts';
import { renderMarkdown } from '../../../src/reports/markdown.ts';
import { renderTerminal } from '../../../src/reports/terminal.ts';
import { sampleRecord } from '../../helpers/sample-record.ts';

let record: RunRecord;
let texts: Readonly<Record<'terminal' | 'html' | 'markdown', string>>;

beforeAll(async () => {
  await initHistograms();
  // As it comes out of its file.
  record = JSON.parse(JSON.stringify(sampleRecord()));
  texts = {
    terminal: stripVTControlCharacters(renderTerminal(record, { color: true, width: 120 })),
    html: renderHtml(record).replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
    markdown: renderMarkdown(record).replaceAll('\\', ''),
  };
});

const CHECKOUT_ROW = {
  terminal: /^checkout .*$/m,
  html: /^<tr>(?=.*checkout)(?=.*<td class="text">committed<).*$/m,
  markdown: /^\| checkout \|.*$/m,
} as const;

test.each(['terminal', 'html', 'markdown'] as const)(
  'the %s shows the figures of the record',
  (kind) => {
    const text = texts[kind];
    const totals = totalsOfRun(record);
    expect(text).toContain(record.verdict.sentence);
    expect(text).toContain(formatRate(totals.committed, measuredMs(record)));
    expect(text).toContain(formatCount(totals.arrivals));
    const response = record.transactions['checkout']?.latency.committed?.response;
    if (response === undefined) throw new Error('the sample has checkouts');
    const row = CHECKOUT_ROW[kind].exec(text)?.[0] ?? '';
    for (const quantile of [response.p50, response.p95, response.p99]) {
      expect(row).toContain(quantileIn(quantile, 'ms'));
    }
    expect(row).toContain(durationIn(response.maxUs, 'ms'));
    const unwrapped = text.replaceAll(/\s+/g, ' ');
    for (const threshold of record.thresholds) {
      expect(unwrapped).toContain(threshold.text);
      expect(unwrapped).toContain(threshold.actual);
    }
  },
);

test('JUnit fails exactly what the record fails, and the exit code says so', () => {
  for (const passed of [true, false]) {
    const thresholds = record.thresholds.map((each) => ({ ...each, passed }));
    const text = renderJunit({ ...record, thresholds });
    expect(text.match(/<failure /g)?.length ?? 0).toBe(passed ? 0 : thresholds.length);
  }
});

test('the CSV and the list of runs have the same p99', () => {
  const p99 = record.transactions['checkout']?.latency.committed?.response.p99.valueUs ?? 0;
  const line = /^transaction,checkout,committed,response,\d+,\d+,0\.95,(\d+),false/m;
  const p95 = Number(line.exec(renderPercentilesCsv(record))?.[1]);
  const recorded = record.transactions['checkout']?.latency.committed?.response.p95.valueUs ?? 0;
  expect(Math.abs(p95 - recorded)).toBeLessThan(recorded / 500);
  expect(summaryOf('folder', record).p99).toMatchObject({
    transaction: 'checkout',
    value: { valueUs: p99 },
  });
});
