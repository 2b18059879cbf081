import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../../src/reports/junit.ts';
import { sampleRecord } from '../../helpers/sample-record.ts';

describe('JUnit', () => {
  test('a run that passed: a case for the run, one for the books, one for each threshold', () => {
    const text = renderJunit(sampleRecord());
    const names = [...text.matchAll(/<testcase classname="cartload.checkout" name="([^"]+)"\/>/g)];
    expect(names.map(([, name]) => name)).toEqual([
      'the run is valid',
      'the books balance',
      ...sampleRecord().thresholds.map((each) => each.text.replace('<', '&lt;')),
    ]);
    expect(text).toContain(`tests="${names.length}" failures="0" errors="0"`);
    expect(text).toContain('time="30.000" timestamp="2026-11-21T02:27:09.412Z" hostname="build-7"');
  });

  test('a broken threshold is a failure, with what it was', () => {
    const broken = { text: 'checkout.response.p99 < 150ms', actual: '> 400 ms', passed: false };
    const text = renderJunit(sampleRecord({ thresholds: [broken] }));
    expect(text).toContain('failures="1" errors="0"');
    expect(text).toContain(
      '<failure message="checkout.response.p99 &lt; 150ms: it was &gt; 400 ms"/>',
    );
  });

  test('books that do not balance are a failure, an invalid run is an error', () => {
    const { books } = sampleRecord();
    const text = renderJunit(
      sampleRecord({
        books: { ...books, missing: 1, balanced: false },
        verdict: { status: 'invalid', sentence: 'Not valid: an order is lost.', exitCode: 4 },
        taints: [{ rule: 'books', level: 'invalid', text: 'One order is missing.' }],
      }),
    );
    expect(text).toContain('failures="1" errors="1"');
    expect(text).toMatch(/<failure message="Books do not balance: /);
    expect(text).toContain('<error message="Not valid: an order is lost. One order is missing."/>');
  });

  test('whatever a scenario is called, the document stays XML', () => {
    const name = '<a & "b">\u0000\u001b\ud800\t\u{1f6d2}';
    const text = renderJunit(sampleRecord({ scenario: { name, description: '' } }));
    expect(text).toContain('name="&lt;a &amp; &quot;b&quot;&gt;\ufffd\ufffd\ufffd\t\u{1f6d2}"');
  });
});
