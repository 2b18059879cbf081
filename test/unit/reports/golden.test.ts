import { beforeAll, expect, test } from 'vitest';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import { renderExperimentJunit } from '../../../src/reports/experiment/experiment-junit.ts';
import { renderExperimentMarkdown } from '../../../src/reports/experiment/experiment-markdown.ts';
import { renderExperimentText } from '../../../src/reports/experiment/experiment-text.ts';
import { renderMarkdown } from '../../../src/reports/markdown.ts';
import { renderTerminal } from '../../../src/reports/terminal.ts';
import { sampleComparison, sampleRepeat, sampleRepeats } from '../../helpers/sample-experiment.ts';
import { sampleRedGate, sampleTimedGate } from '../../helpers/sample-gate.ts';
import { emptyRecord, sampleRecord } from '../../helpers/sample-record.ts';

beforeAll(() => initHistograms());

const before = { name: 'before', runs: sampleRepeats('b', 6, 1) };
const first = { name: 'A', runs: [sampleRepeat('b1', 1)] };
const ANOTHER = { cartloadVersion: '9.9.9', schemaFingerprint: 'another' };

test.each([
  ['sample', sampleRecord()],
  ['empty', emptyRecord()],
  ['interrupted', interrupted()],
])('the texts of a run, to the letter (%s)', async (name, record) => {
  const terminal = renderTerminal(record, { color: false, files: ['runs/one/report.html'] });
  await expect(`${terminal}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
  await expect(renderMarkdown(record)).toMatchFileSnapshot(`golden/${name}.md`);
});

test.each([
  ['worse', () => sampleComparison([before, { name: 'after', runs: sampleRepeats('a', 6, 1.5) }])],
  ['single', () => sampleComparison([first, { name: 'B', runs: [sampleRepeat('a1', 1)] }])],
  [
    'incomparable',
    () => sampleComparison([first, { name: 'B', runs: [sampleRepeat('a1', 1, ANOTHER)] }]),
  ],
])('the texts of a comparison, to the letter (%s)', async (name, make) => {
  const record = make();
  const text = renderExperimentText(record, { color: false, width: 120 });
  await expect(`${text}\n`).toMatchFileSnapshot(`golden/compare-${name}.txt`);
  await expect(renderExperimentMarkdown(record)).toMatchFileSnapshot(`golden/compare-${name}.md`);
});

test.each([
  ['red', async () => sampleRedGate()],
  ['pass', () => sampleTimedGate({})],
  ['slower', () => sampleTimedGate({ factor: 1.1 })],
])('the texts of a gate, to the letter (%s)', async (name, make) => {
  const record = await make();
  const text = renderExperimentText(record, { color: false, width: 120 });
  await expect(`${text}\n`).toMatchFileSnapshot(`golden/gate-${name}.txt`);
  await expect(renderExperimentMarkdown(record)).toMatchFileSnapshot(`golden/gate-${name}.md`);
  await expect(renderExperimentJunit(record)).toMatchFileSnapshot(`golden/gate-${name}.xml`);
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
