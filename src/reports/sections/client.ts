import type { RunRecord } from '../../measurements/run-record.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatQuantile,
  formatShare,
  formatSignificant,
} from '../format.ts';
import { clientSentence } from '../headline.ts';
import { dataTable } from '../table.ts';
import { type Section, section } from './section.ts';

/** Whether the load generator measured the database or itself. */
export function clientSection(record: RunRecord): Section {
  const { client } = record;
  const { timerLag } = client;
  const lag = timerLag.count > 0;
  return section({
    id: 'client',
    title: 'Load generator',
    opening: clientSentence(record),
    body: dataTable({
      caption: 'The load generator',
      columns: [{ label: 'figure' }, { label: 'value' }],
      rows: [
        ['event loop busy', formatShare(client.eventLoopUtilization, 1)],
        ['event loop delay, p99', formatDuration(client.eventLoopDelayP99Ms * 1_000)],
        ['timer lag, samples', formatCount(timerLag.count)],
        ['timer lag, p50', lag ? formatQuantile(timerLag.p50) : '-'],
        ['timer lag, p99', lag ? formatQuantile(timerLag.p99) : '-'],
        ['timer lag, max', lag ? formatDuration(timerLag.maxUs) : '-'],
        ['garbage collection', formatDuration(client.gcMs * 1_000)],
        ['worker threads', formatCount(Math.max(1, client.workers.length))],
        ['CPU time of the process', `${formatSignificant(client.cpuSeconds)} s`],
        ['largest memory (RSS)', formatBytes(client.maxRssBytes)],
      ],
    }),
    method:
      'Timer lag: start less the moment when the arrival could have started, so it holds the timer’s lateness and not the waiting for a free connection, which is in the schedule lag. Of several workers the busiest and the slowest count. The load generator counts as the limit where the taint client-bound says so.',
  });
}
