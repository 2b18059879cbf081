import { expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/reports/markdown.ts';
import { emptyRecord, sampleRecord } from '../../helpers/sample-record.ts';

test('the verdict comes first, the details last and folded', () => {
  const text = renderMarkdown(sampleRecord());
  expect(text.split('\n')[0]).toBe(
    '### ✅ Pass: 200 arrivals/s held for 30 s: checkout p99 68.1 ms, limit 150 ms. Books balanced.',
  );
  expect(text).toContain('| checkout | 893 | 28.3 | 16.7 | 46.6 | 75.4 | 106 | 41 | 2 | 32 |');
  expect(text).toContain('| checkout.response.p99 < 150ms | 68.1 ms | ✅ pass |');
  expect(text.indexOf('<details>')).toBeGreaterThan(text.indexOf('Books balanced:'));
  expect(text.endsWith('</details>\n')).toBe(true);
});

test('tables keep their shape whatever the names are', () => {
  const record = sampleRecord();
  const text = renderMarkdown({
    ...record,
    transactions: { 'a|b <script>alert(1)</script>': record.transactions['checkout']! },
    thresholds: [{ text: 'x | y\n| z', actual: '1', passed: false }],
  });
  expect(text).not.toContain('<script');
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  const cells = rows.map((row) => row.match(/(?<!\\)\|/g)?.length);
  expect(cells).toEqual([11, 11, 11, 4, 4, 4]);
});

test('a run that measured nothing', () => {
  const text = renderMarkdown(emptyRecord());
  expect(text).toContain('Not valid: Nothing was measured.');
  expect(text).toContain('The scenario sets no thresholds.');
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
});
