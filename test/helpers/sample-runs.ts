import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '../../src/measurements/run-record.ts';
import { writeRunRecord } from '../../src/measurements/run-record-file.ts';
import { writeReports } from '../../src/reports/write-reports.ts';
import { sampleRecord } from './sample-record.ts';

/** Runs of two scenarios on three days, as `bench` leaves them: their folders, the oldest first. */
export async function writeSampleRuns(directory: string): Promise<readonly string[]> {
  const { verdict, scenario, transactions } = sampleRecord();
  const { checkout } = transactions;
  if (checkout === undefined) throw new Error('the sample has checkouts');
  const changes: readonly (Partial<RunRecord> & { readonly startedAt: string })[] = [
    { startedAt: '2026-11-19T08:00:00.000Z' },
    {
      startedAt: '2026-11-20T08:00:00.000Z',
      taints: [{ rule: 'trend', level: 'suspect', text: 'The latency rose.' }],
    },
    {
      startedAt: '2026-11-21T08:00:00.000Z',
      verdict: { ...verdict, status: 'fail', exitCode: 1 },
    },
    {
      startedAt: '2026-11-21T09:00:00.000Z',
      scenario: {
        ...scenario,
        name: 'catalog',
        thresholds: [
          {
            text: 'checkout.response.p99 < 1s',
            comparison: '<',
            limit: 1_000,
            metric: {
              kind: 'latency',
              transaction: 'checkout',
              measure: 'response',
              quantile: 'p99',
            },
          },
        ],
      },
      transactions: { ...transactions, report_bought_together: checkout },
    },
  ];
  const folders: string[] = [];
  for (const each of changes) {
    const record = sampleRecord(each);
    const folder = `${each.startedAt.slice(0, 19).replaceAll(':', '-')}Z-${record.scenario.name}`;
    await mkdir(join(directory, folder), { recursive: true });
    await writeRunRecord(join(directory, folder), record);
    await writeReports(join(directory, folder), record);
    folders.push(folder);
  }
  return folders;
}
