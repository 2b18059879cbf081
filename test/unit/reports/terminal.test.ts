import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { renderTerminal } from '../../../src/reports/terminal.ts';
import { emptyRecord, sampleRecord } from '../../helpers/sample-record.ts';

const record = sampleRecord();
const lines = (text: string) => text.split('\n');

describe('renderTerminal', () => {
  test('fits one screen of 40 lines and 100 columns', () => {
    const text = renderTerminal(record, { color: false, files: ['runs/x/report.html'] });
    expect(lines(text).length).toBeLessThanOrEqual(40);
    for (const line of lines(text)) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('starts with the verdict and ends with the file to open', () => {
    const text = renderTerminal(record, { color: false, files: ['runs/x/report.html', 'y'] });
    expect(lines(text)[0]).toBe(
      'PASS: 200 arrivals/s held for 30 s: checkout p99 68.1 ms, limit 150 ms. Books balanced.',
    );
    expect(lines(text).at(-1)).toBe('open runs/x/report.html');
  });

  test('shows each transaction in one row under a common unit', () => {
    const text = renderTerminal(record, { color: false });
    expect(text).toContain('response ms');
    const row = lines(text).find((line) => line.startsWith('checkout '));
    expect(row?.split(/\s+/)).toEqual([
      'checkout',
      '893',
      '28.3',
      '16.7',
      '46.6',
      '75.4',
      '106',
      '47.6',
      '1.20',
      '41',
      '2',
      '32',
    ]);
  });

  test.each([60, 80, 100, 140])('keeps within %i columns', (width) => {
    const text = renderTerminal(record, { color: false, width });
    for (const line of lines(text)) expect(line.length).toBeLessThanOrEqual(width);
    expect(text).toMatch(/p50 +(p95 +)?p99/);
  });

  test('colours meaning only, and only when told to', () => {
    const plain = renderTerminal(record, { color: false });
    const colored = renderTerminal(record, { color: true });
    expect(plain).not.toContain('\u001b');
    expect(colored).toContain('\u001b[32mPASS');
    expect(stripVTControlCharacters(colored)).toBe(plain);
  });

  test('lists broken limits one by one and before all others', () => {
    const text = renderTerminal(
      sampleRecord({
        thresholds: [
          { text: 'goodput > 10/s', actual: '199/s', passed: true },
          { text: 'checkout.response.p99 < 50ms', actual: '> 400 ms', passed: false },
        ],
        verdict: { status: 'fail', sentence: 'p99 is above its limit.', exitCode: 1 },
      }),
      { color: false },
    );
    expect(text).toContain('FAIL  checkout.response.p99 < 50ms (> 400 ms)');
    expect(text.indexOf('FAIL  ')).toBeLessThan(text.indexOf('pass  goodput'));
  });

  test('stays short with many transactions, thresholds and taints', () => {
    const checkout = record.transactions['checkout']!;
    const many = sampleRecord({
      transactions: Object.fromEntries(
        Array.from({ length: 40 }, (_, index) => [`action_${index}`, checkout]),
      ),
      thresholds: Array.from({ length: 40 }, (_, index) => ({
        text: `t${index}`,
        actual: '1',
        passed: false,
      })),
      taints: Array.from({ length: 40 }, () => ({ rule: 'r', level: 'note', text: 't' })),
    });
    const text = renderTerminal(many, { color: false });
    expect(lines(text).length).toBeLessThanOrEqual(50);
    expect(text).toContain('... and 31 transactions more in the report');
    expect(text).toContain('FAIL  35 more in the report');
  });

  test('nothing in a record steers the terminal', () => {
    const text = renderTerminal(
      sampleRecord({
        verdict: { status: 'pass', sentence: 'a\u001b[2Jb\u0007c\nd', exitCode: 0 },
        taints: [{ rule: 'x', level: 'note', text: '\u001b]0;title\u0007told' }],
      }),
      { color: false },
    );
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('shows a run that measured nothing', () => {
    const text = renderTerminal(emptyRecord(), { color: false });
    expect(text).toContain('NOT VALID: Nothing was measured.');
    expect(text).toContain('No transaction was run.');
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });
});
