import { beforeAll, describe, expect, test } from 'vitest';
import { choiceRecord } from '../../../src/experiments/capacity/choice-record.ts';
import { experimentRecordSchema } from '../../../src/measurements/experiment-record.ts';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import { renderClassesHtml } from '../../../src/reports/classes/classes-html.ts';
import { renderClassesJunit } from '../../../src/reports/classes/classes-junit.ts';
import { renderClassesMarkdown } from '../../../src/reports/classes/classes-markdown.ts';
import { renderClassesText } from '../../../src/reports/classes/classes-text.ts';
import { sampleCampaign } from '../../helpers/sample-campaign.ts';
import { sampleClass } from '../../helpers/sample-class.ts';

beforeAll(() => initHistograms());

describe('the report of a campaign', () => {
  const record = sampleCampaign();

  test('is a record by the schema, and the same after it was read again', () => {
    expect(experimentRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  test('as text and Markdown, to the letter', async () => {
    const text = renderClassesText(record, { color: false, width: 120 });
    await expect(`${text}\n`).toMatchFileSnapshot('golden/campaign.txt');
    await expect(renderClassesMarkdown(record)).toMatchFileSnapshot('golden/campaign.md');
    await expect(renderClassesJunit(record)).toMatchFileSnapshot('golden/campaign.junit.xml');
  });

  test('as a page: the sentence first, both plots, every price with its source', () => {
    const page = renderClassesHtml(record);
    expect(page).toContain('<h1>The cheapest class that takes 40 checkout/s is middle');
    expect(page).toMatch(/id="pareto-wide-title"/);
    expect(page).toMatch(/id="knee-narrow-title"/);
    expect(page).toContain('S1: a price file');
    expect(page).toContain('2021-08-03, old');
    expect(page).toContain('unpriced');
    expect(page).not.toMatch(/https?:|@import|url\(|NaN|undefined/);
  });

  test('nothing from a record is markup', () => {
    const planted = '<script>alert("x")</script>';
    const class1 = sampleClass(planted, 40, 0.1, { target: planted, failure: planted });
    const page = renderClassesHtml({
      ...record,
      choice: { ...(record.choice as NonNullable<typeof record.choice>), classes: [class1] },
      verdict: { ...record.verdict, sentence: planted, reasons: [planted] },
    });
    expect(page).not.toContain('<script>');
  });
});

test('one class alone: every run by its rate', async () => {
  const { book, ...identity } = sampleCampaign.options;
  const record = choiceRecord({
    ...identity,
    book,
    kind: 'capacity',
    objectivePerSecond: null,
    classes: [sampleClass('embedded', 60, null)],
  });
  const text = renderClassesText(record, { color: false, width: 120 });
  await expect(`${text}\n`).toMatchFileSnapshot('golden/capacity.txt');
  expect(renderClassesHtml(record)).toContain('What it takes');
});
