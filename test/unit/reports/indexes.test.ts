import { describe, expect, test } from 'vitest';
import { experimentRecordSchema } from '../../../src/measurements/experiment-record.ts';
import { renderIndexesHtml } from '../../../src/reports/indexes/indexes-html.ts';
import { renderIndexesJunit } from '../../../src/reports/indexes/indexes-junit.ts';
import { renderIndexesMarkdown } from '../../../src/reports/indexes/indexes-markdown.ts';
import { renderIndexesText } from '../../../src/reports/indexes/indexes-text.ts';
import { sampleIndexes } from '../../helpers/sample-indexes.ts';

describe('the report card of indexes', () => {
  const record = sampleIndexes();

  test('is a record by the schema, and the same after it was read again', () => {
    expect(experimentRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  test('as text and Markdown, to the letter', async () => {
    await expect(`${renderIndexesText(record, { width: 120 })}\n`).toMatchFileSnapshot(
      'golden/indexes.txt',
    );
    await expect(renderIndexesMarkdown(record)).toMatchFileSnapshot('golden/indexes.md');
    await expect(renderIndexesJunit(record)).toMatchFileSnapshot('golden/indexes.junit.xml');
  });

  test('as a page: the sentence, each verdict with its reason, the plan that takes a place', () => {
    const page = renderIndexesHtml(record);
    expect(page).toContain('<h1>1 of 5 indexes earn their keep');
    for (const verdict of ['keep', 'drop candidate', 'neutral', 'undecided', 'structural']) {
      expect(page).toContain(`>${verdict}</span>`);
    }
    expect(page).toContain('Limit (Sort (Seq Scan products))');
    expect(page).not.toMatch(/https?:|@import|url\(|NaN|undefined/);
  });

  test('nothing from a record is markup', () => {
    const planted = '<script>alert("x")</script>';
    const { indexes } = record;
    if (indexes === null) throw new Error('it is about indexes');
    const page = renderIndexesHtml({
      ...record,
      verdict: { ...record.verdict, sentence: planted, reasons: [planted] },
      indexes: {
        ...indexes,
        cards: indexes.cards.map((each) => ({
          ...each,
          name: planted,
          reason: planted,
          definition: planted,
        })),
        missing: indexes.missing.map((each) => ({ ...each, definition: planted, why: planted })),
      },
    });
    expect(page).not.toContain('<script>');
  });
});
