import { indexExperimentRecord } from '../../src/experiments/indexes/index-experiment-record.ts';
import { judgeIndex, judgeMissing } from '../../src/experiments/indexes/judge-index.ts';
import type { ExperimentRecord } from '../../src/measurements/experiment-record.ts';
import type { IndexCard, MeasuredIndex } from '../../src/measurements/index-record.ts';

const whole = { buffers: 900_000, walBytes: 7_000_000, cpuMs: 9000 };

const measured = (change: Partial<MeasuredIndex>): MeasuredIndex => ({
  buffers: 0,
  walBytes: 65_536,
  ownWalBytes: 49_152,
  hotUpdates: 0,
  apart: null,
  netCpuMs: { value: -12, lower: -70, upper: 45 },
  rounds: 6,
  plans: [],
  otherAnswers: [],
  ...change,
});

const usage = (primary: number, replica: number) =>
  Object.entries({ primary, replica }).map(([node, scans]) => ({
    node,
    scans,
    entriesRead: 3 * scans,
    rowsFetched: 2 * scans,
    blocksHit: 4 * scans,
    blocksRead: 0,
  }));

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
    usage: usage(0, 0),
    cachedBytes: 40_960,
    leafDensity: 0.87,
    checks: [],
    redundantTo: null,
    measured: measured({}),
    duet: null,
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
    checks: [{ foreignKey: 'refunds_order_fkey', buffersWith: 2, buffersWithout: 61 }],
    measured: measured({ walBytes: 512 }),
  };
  return indexExperimentRecord(
    {
      executions: 100,
      by: 'clone',
      run: 'runs/2026-11-27T09-58-00Z-checkout-usage',
      ...whole,
      cards: [
        card('products_pkey', { enforces: 'primary key', measured: null, scans: 9000 }),
        card('products_active_category_idx', {
          usedBy: ['browse_category.page'],
          scans: 4000,
          usage: usage(0, 1200),
          measured: measured({
            buffers: 250_000,
            walBytes: 2048,
            hotUpdates: 12,
            apart: {
              readBuffers: 251_000,
              writeBuffers: 1000,
              readCpuMs: { value: 910, lower: 700, upper: 1120 },
              writeCpuMs: { value: 10, lower: null, upper: null },
            },
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
          duet: {
            clonePairs: 12,
            verdict: 'pass',
            cpu: { value: 0.004, lower: -0.003, upper: 0.011 },
            serviceTime: null,
          },
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
