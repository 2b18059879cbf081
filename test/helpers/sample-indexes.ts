import { indexExperimentRecord } from '../../src/experiments/indexes/index-experiment-record.ts';
import { judgeIndex, judgeMissing } from '../../src/experiments/indexes/judge-index.ts';
import type { ExperimentRecord } from '../../src/measurements/experiment-record.ts';
import type { IndexCard, MeasuredIndex } from '../../src/measurements/index-record.ts';

const whole = { buffers: 900_000, walBytes: 7_000_000, cpuMs: 9000 };

const measured = (change: Partial<MeasuredIndex>): MeasuredIndex => ({
  buffers: 0,
  walBytes: 65_536,
  netCpuMs: { value: -12, lower: -70, upper: 45 },
  rounds: 6,
  plans: [],
  otherAnswers: [],
  ...change,
});

function card(name: string, change: Partial<IndexCard>): IndexCard {
  const plain = {
    name: `shop.${name}`,
    table: 'shop.products',
    definition: `CREATE INDEX ${name} ON shop.products USING btree (category_id)`,
    bytes: 1_200_000,
    enforces: null,
    foreignKeys: [],
    usedBy: [],
    scans: 0,
    redundantTo: null,
    measured: measured({}),
    ...change,
  };
  return { ...plain, ...judgeIndex(plain, whole) };
}

/** A report card with one index of each verdict, and one that is missing. */
export function sampleIndexes(): ExperimentRecord {
  const missing = {
    definition: 'create index trial_refunds_order_fkey on shop.refunds (order_id)',
    table: 'shop.refunds',
    bytes: 40_960,
    why: 'No index serves the foreign key refunds_order_fkey to shop.orders: each delete there reads the whole table.',
    measured: measured({ walBytes: 512 }),
  };
  return indexExperimentRecord(
    {
      executions: 100,
      ...whole,
      cards: [
        card('products_pkey', { enforces: 'primary key', measured: null, scans: 9000 }),
        card('products_active_category_idx', {
          usedBy: ['browse_category.page'],
          scans: 4000,
          measured: measured({
            buffers: 250_000,
            walBytes: 2048,
            netCpuMs: { value: 900, lower: 700, upper: 1100 },
            plans: [
              {
                action: 'browse_category',
                statement: 'browse_category.page',
                with: ['Limit (Index Only Scan products_active_category_idx)'],
                without: ['Limit (Sort (Seq Scan products))'],
                buffersWith: 3.12,
                buffersWithout: 39,
              },
            ],
            otherAnswers: ['browse_category.page'],
          }),
        }),
        card('products_brand_idx', { bytes: 90_112 }),
        card('products_name_idx', { usedBy: ['search.names'], scans: 300 }),
        card('products_price_idx', {
          usedBy: ['search.price'],
          scans: 200,
          measured: measured({ netCpuMs: { value: 3, lower: -20, upper: 30 } }),
        }),
      ],
      missing: [{ ...missing, ...judgeMissing(missing, whole) }],
      notes: [
        'Reads that go to a replica are replayed on the primary: what only they read counts here, too.',
      ],
    },
    {
      id: '2026-11-27T10-00-00Z-indexes',
      startedAt: '2026-11-27T10:00:00.000Z',
      cartloadVersion: '0.1.0',
      command: 'cartload indexes scenarios/checkout',
      scenario: 'checkout',
      headline: 'checkout',
    },
  );
}
