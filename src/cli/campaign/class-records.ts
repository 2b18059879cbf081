import { join } from 'node:path';
import type { CampaignClass } from '../../experiments/campaign/campaign-file.ts';
import type { CampaignResult } from '../../experiments/campaign/campaign-journal.ts';
import type { CampaignFailure } from '../../experiments/campaign/run-campaign.ts';
import { classRecordOf } from '../../experiments/capacity/class-record.ts';
import type { CapacityOutcome } from '../../experiments/capacity/run-capacity.ts';
import type { ClassRecord } from '../../measurements/class-record.ts';
import { readRunRecord } from '../../measurements/run-record-file.ts';
import type { PriceBook } from '../../pricing/price-book.ts';
import { targetPhrase } from '../../reports/headline.ts';

/** What a class came to over all its repeats; one without a finished search says why. */
export async function classRecord(options: {
  readonly name: string;
  readonly definition: CampaignClass;
  readonly results: readonly CampaignResult[];
  readonly failures: readonly CampaignFailure[];
  readonly runsDirectory: string;
  readonly book: PriceBook;
}): Promise<ClassRecord> {
  const { name, definition, results, failures, runsDirectory, book } = options;
  const failure = failures.map(({ step, message }) => `${step}: ${message}`).join('; ');
  const outcomes: CapacityOutcome[] = [];
  for (const { search, beyond, loadMs } of results) {
    const run = await readRunRecord(join(runsDirectory, beyond));
    const point = search.points.find((each) => each.run === beyond);
    if (point !== undefined) outcomes.push({ search, beyond: { run, point }, loadMs });
  }
  const [first, ...others] = outcomes;
  if (first === undefined) return withoutResult(name, failure);
  const record = classRecordOf({
    name,
    target: targetPhrase,
    outcomes: [first, ...others],
    balances: results.flatMap(({ balances }) => balances),
    topology: definition.topology ?? null,
    book,
    today: new Date(),
  });
  return { ...record, failure };
}

function withoutResult(name: string, failure: string): ClassRecord {
  return {
    name,
    target: 'not measured',
    fingerprint: {},
    searches: [],
    capacity: null,
    headlineCapacity: null,
    atLeastPerSecond: null,
    limit: { kind: 'unknown', sentence: 'Nothing was measured.', evidence: [] },
    steadiness: { label: 'unknown', sentence: '', balances: [] },
    costs: [],
    usdPerMillion: null,
    failure: failure === '' ? 'It was not measured.' : failure,
  };
}
