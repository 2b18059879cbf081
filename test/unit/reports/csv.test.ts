import { beforeAll, describe, expect, test } from 'vitest';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import { renderPercentilesCsv, renderSeriesCsv } from '../../../src/reports/csv.ts';
import { emptyRecord, sampleRecord } from '../../helpers/sample-record.ts';

beforeAll(() => initHistograms());

/** Lines as objects; the sample has no field in quotes. */
function parsed(text: string): Record<string, string>[] {
  const [head = '', ...lines] = text.trimEnd().split('\r\n');
  const names = head.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((value, index) => [names[index] ?? '', value])),
  );
}

describe('CSV', () => {
  test('the series has a line for each interval, and an empty field for what is absent', () => {
    const record = sampleRecord();
    const rows = parsed(renderSeriesCsv(record));
    expect(rows).toHaveLength(record.series.points.length);
    for (const [index, row] of rows.entries()) {
      const point = record.series.points[index];
      expect(Number(row['at_ms'])).toBe(point?.atMs);
      expect(Number(row['committed'])).toBe(point?.committed);
      expect(row['p99_us']).toBe(point?.p99Us === null ? '' : String(point?.p99Us));
    }
  });

  test('percentiles are those of the record', () => {
    const record = sampleRecord();
    const rows = parsed(renderPercentilesCsv(record));
    const of = (quantile: string) =>
      rows.find(
        (row) =>
          row['name'] === 'checkout' &&
          row['outcome_or_node'] === 'committed' &&
          row['measure'] === 'response' &&
          row['quantile'] === quantile,
      );
    const response = record.transactions['checkout']?.latency.committed?.response;
    expect(of('1')).toMatchObject({
      n: String(response?.count),
      censored: String(response?.censored),
      latency_us: String(response?.maxUs),
      is_lower_bound: 'true',
    });
    // The record's own percentiles are exact, the histogram's buckets a thousandth wide.
    const p50 = response?.p50.valueUs ?? 0;
    expect(Math.abs(Number(of('0.5')?.['latency_us']) - p50)).toBeLessThan(p50 / 500);
    expect(of('0.9999')).toBeUndefined();
    const statement = rows.find(
      ({ kind, name }) => kind === 'statement' && name === 'insert_order',
    );
    expect(statement).toMatchObject({ outcome_or_node: 'primary', measure: 'round_trip' });
  });

  test('a run without anything has its line of names', () => {
    expect(renderSeriesCsv(emptyRecord())).toMatch(/^at_ms,[^\r]*\r\n$/);
    expect(renderPercentilesCsv(emptyRecord())).toMatch(/^kind,[^\r]*\r\n$/);
  });

  test('a name with commas and quotes is one field', () => {
    const { checkout } = sampleRecord().transactions;
    if (checkout === undefined) throw new Error('the sample has checkouts');
    const text = renderPercentilesCsv(sampleRecord({ transactions: { 'a,"b"': checkout } }));
    expect(text).toContain('transaction,"a,""b""",committed,response,');
  });
});
