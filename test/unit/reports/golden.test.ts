import { beforeAll, expect, test } from 'vitest';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import { renderMarkdown } from '../../../src/reports/markdown.ts';
import { renderTerminal } from '../../../src/reports/terminal.ts';
import { emptyRecord, sampleRecord } from '../../helpers/sample-record.ts';

beforeAll(() => initHistograms());

test.each([
  ['sample', sampleRecord()],
  ['empty', emptyRecord()],
  ['interrupted', interrupted()],
])('the texts of a run, to the letter (%s)', async (name, record) => {
  const terminal = renderTerminal(record, { color: false, files: ['runs/one/report.html'] });
  await expect(`${terminal}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
  await expect(renderMarkdown(record)).toMatchFileSnapshot(`golden/${name}.md`);
});

/** Ended by the user after half of its time. */
function interrupted() {
  const record = sampleRecord();
  return {
    ...record,
    interrupted: true,
    phases: { ...record.phases, measurement: { startMs: 5_000, endMs: 20_000 } },
    verdict: {
      status: 'interrupted' as const,
      sentence: 'Interrupted after 15 s of 30 s.',
      exitCode: 130,
    },
  };
}
