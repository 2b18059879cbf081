import { choiceRecord } from '../../src/experiments/capacity/choice-record.ts';
import type { ExperimentRecord } from '../../src/measurements/experiment-record.ts';
import type { PriceBook } from '../../src/pricing/price-book.ts';
import { sampleClass } from './sample-class.ts';

const book: PriceBook = {
  schemaVersion: 1,
  compiled: '2026-11-20',
  currency: 'USD',
  confidenceValues: {},
  sources: { S1: { title: 'a price file', date: '2026-10-06', kind: 'fixture' } },
  prices: [],
  instanceLimits: [],
};

const options = {
  id: '2026-11-27T10-00-00Z-classes',
  startedAt: '2026-11-27T10:00:00.000Z',
  cartloadVersion: '0.1.0',
  command: 'cartload campaign campaigns/classes',
  scenario: 'capacity',
  headline: 'checkout',
  book,
} as const;

/** A campaign over four classes: one is the answer, one has old prices, one has none, one has failed. */
export function sampleCampaign(): ExperimentRecord {
  const old = sampleClass('large', 90, 0.3);
  const [cost] = old.costs;
  if (cost === undefined) throw new Error('it has a price');
  const [line] = cost.lines;
  if (line === undefined) throw new Error('it has a line');
  const stale = { ...line, asOf: '2021-08-03', isStale: true };
  return choiceRecord({
    ...options,
    kind: 'campaign',
    objectivePerSecond: 40,
    classes: [
      sampleClass('small', 20, 0.02),
      sampleClass('middle', 45, 0.1, {
        steadiness: {
          label: 'burst',
          sentence: 'db.t4g.medium has CPU credits.',
          balances: [],
        },
      }),
      { ...old, costs: [{ ...cost, lines: [stale], stale: [line.what] }] },
      sampleClass('broken', 1, null, {
        searches: [],
        fingerprint: {},
        capacity: null,
        headlineCapacity: null,
        failure: 'load: the disk is full',
      }),
    ],
  });
}
sampleCampaign.options = options;
