import type { RunRecord } from '../../measurements/run-record.ts';
import { measuredMs, totalsOfRun } from '../../measurements/run-totals.ts';
import { formatCount, formatNoun, formatPeriod } from '../format.ts';
import { html } from '../html-text.ts';
import { targetRatePerSecond } from '../scenario-facts.ts';
import { type Section, section } from './section.ts';

/** How each number was made, and what this run cannot tell. */
export function methodSection(record: RunRecord): Section {
  const isOpen = targetRatePerSecond(record) !== null;
  const terms: readonly (readonly [string, string])[] = [
    [
      'Load',
      isOpen
        ? 'Open model: arrivals come at times fixed beforehand, whether or not the shop keeps up. A slow answer delays nobody’s arrival, so waiting is measured and not hidden.'
        : 'Closed model: a virtual user starts again only when the last answer has come. A slow server is asked less often, so these latencies are not those that shoppers arriving at a fixed rate would see.',
    ],
    [
      'Goodput',
      'Committed transactions per second of the measurement window, all transactions together. Rejections are answers, but they are not goodput.',
    ],
    [
      'Response time',
      'End less intended start: waiting for a connection, all attempts and the backoff between them.',
    ],
    ['Service time', 'The last attempt alone, from its first statement to its end.'],
    [
      'Schedule lag',
      'Start less intended start: waiting for a free connection, and the timer’s lateness.',
    ],
    [
      'Percentiles',
      'By nearest rank from merged histograms, never averaged. Values are exact to 3 significant digits, maxima are exact.',
    ],
    [
      'Failures',
      'Arrivals that failed, were dropped or never ended have no response time that could be known; they count as slower than all that committed, so a failing server cannot look fast.',
    ],
    [
      'Windows',
      'Every sample belongs to the window of its intended start. The warm-up counts nowhere but on the time line and in the books.',
    ],
    ['Rounding', 'Measured figures carry three significant digits; counts are exact.'],
    [
      'Limits',
      'One run shows what happened once. It carries no interval and cannot tell a small difference between two servers or two commits from noise; that takes repeated runs, compared.',
    ],
  ];
  return section({
    id: 'method',
    title: 'How each number was made',
    opening: `All figures come from one run of ${formatPeriod(measuredMs(record))} with ${formatNoun(totalsOfRun(record).arrivals, 'arrival')}; nothing was left out, smoothed or extrapolated.`,
    body: html`<dl class="terms">${terms.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>\n`)}</dl>`,
    method: `Made by Cartload ${record.cartloadVersion} from the run record ${record.id}, schema version ${formatCount(record.schemaVersion)}, which holds every histogram behind these figures.`,
  });
}
