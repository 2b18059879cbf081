import type { RunRecord } from '../../measurements/run-record.ts';
import { formatNoun } from '../format.ts';
import { thresholdsSentence } from '../headline.ts';
import { html } from '../html-text.ts';
import { dataTable } from '../table.ts';
import { type Section, section } from './section.ts';

/** The limits of the scenario and what was measured against them. */
export function thresholdsSection(record: RunRecord): Section {
  const broken = record.thresholds.filter((threshold) => !threshold.passed);
  return section({
    id: 'thresholds',
    title: 'Thresholds',
    opening:
      broken.length === 0
        ? thresholdsSentence(record)
        : `${thresholdsSentence(record)} ${formatNoun(broken.length, 'limit')} broken: ${broken.map(({ text, actual }) => `${text} (${actual})`).join('; ')}.`,
    body:
      record.thresholds.length === 0
        ? null
        : dataTable({
            caption: 'Thresholds of the scenario',
            columns: [
              { label: 'threshold' },
              { label: 'measured' },
              { label: 'result', isText: true },
            ],
            rows: record.thresholds.map(({ text, actual, passed }) => [
              text,
              actual,
              passed
                ? html`<span class="good">✓ pass</span>`
                : html`<strong class="bad">✗ FAIL</strong>`,
            ]),
          }),
    method:
      'Measured over the measurement window alone. A latency that is only known to be more than the largest one seen breaks its limit.',
  });
}
