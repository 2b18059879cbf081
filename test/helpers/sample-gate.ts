import { overallVerdict } from '../../src/experiments/comparison/judge.ts';
import { decide } from '../../src/experiments/duet/decide.ts';
import { GATE_MARGINS } from '../../src/experiments/duet/duet-figures.ts';
import { compareReplays, replayVerdict } from '../../src/experiments/replay/compare-replays.ts';
import type { ExperimentRecord } from '../../src/measurements/experiment-record.ts';
import type { ReplayedAction } from '../../src/measurements/replay-record.ts';
import { type PairShape, samplePair } from './sample-pair.ts';

const PAGE = 'Limit (Index Only Scan products_active_category_idx)';

function actions(changes: { readonly page: number; readonly plan: string }): ReplayedAction[] {
  const none = { committed: 200, rejected: 0, failed: 0 };
  return [
    {
      name: 'browse_category',
      executions: 200,
      outcomes: none,
      buffers: 2 + changes.page,
      rows: 7.25,
      walBytes: 0,
      walRecords: 0,
      cpuMs: null,
      sequentialScans: {},
      indexScans: {},
      indexWalBytes: {},
      updates: {},
      hotUpdates: {},
      statements: [
        {
          name: 'browse_category.path',
          calls: 200,
          buffers: 2,
          rows: 2.25,
          walRecords: 0,
          plans: ['Index Scan categories_pkey'],
          answers: '',
          scans: [],
        },
        {
          name: 'browse_category.page',
          calls: 200,
          buffers: changes.page,
          rows: 5,
          walRecords: 0,
          plans: [changes.plan],
          answers: '',
          scans: [],
        },
      ],
    },
    {
      name: 'checkout',
      executions: 200,
      outcomes: { committed: 193, rejected: 7, failed: 0 },
      buffers: 399.54,
      rows: 12.97,
      walBytes: 6912.4,
      walRecords: 87.3,
      cpuMs: null,
      sequentialScans: { 'shop.coupons': 1.3 },
      indexScans: { 'shop.orders_pkey': 15.3 },
      indexWalBytes: {},
      updates: {},
      hotUpdates: {},
      statements: [],
    },
  ];
}

/** A gate that the replay decides: an index is missing. */
export function sampleRedGate(): ExperimentRecord {
  const before = actions({ page: 3.12, plan: PAGE });
  const after = actions({ page: 39, plan: 'Limit (Sort (Seq Scan products))' });
  const found = compareReplays(before, after);
  return {
    ...gate(before, after, found),
    differences: [
      {
        what: 'migration 021-fewer-indexes',
        kind: 'subject',
        values: ['none', '7f48d8305f5bcbe3'],
      },
    ],
    verdict: {
      status: 'regression',
      sentence: 'The candidate is worse than the baseline.',
      reasons: ['The replay decides: it repeats to the buffer, whatever else the machine does.'],
    },
  };
}

/** A gate whose duet took clone pairs of this shape. */
export async function sampleTimedGate(shape: PairShape): Promise<ExperimentRecord> {
  const same = actions({ page: 3.12, plan: PAGE });
  let drawn = 0;
  const decision = await decide(async () => samplePair(drawn++, shape), 'checkout', GATE_MARGINS);
  const { figures, looks, measured, status, reasons } = decision;
  return {
    ...gate(same, same, { findings: [], planChanges: [], notes: [] }),
    comparisons: [
      { arm: 1, figures: [...figures], shiftCurve: [], verdict: overallVerdict(figures) },
    ],
    duet: {
      ratePerSecond: 200,
      warmUpMs: 1000,
      blockMs: 3000,
      pairs: measured.reduce((sum, { pairs }) => sum + pairs, 0),
      isPinned: true,
      othersShare: measured.map(({ othersShare }) => othersShare),
      looks,
      clonePairs: [...measured],
      transfer: { injectedMs: 0.52, seenMs: 0.47 },
    },
    verdict: { status, sentence: `The gate says ${status}.`, reasons: [...reasons] },
  };
}

function gate(
  baseline: ReplayedAction[],
  candidate: ReplayedAction[],
  found: ReturnType<typeof compareReplays>,
): ExperimentRecord {
  const arm = (name: string, target: string) => ({
    name,
    target,
    runs: [],
    taints: [],
    response: null,
  });
  return {
    schemaVersion: 1,
    id: '2026-11-21T10-00-00Z-gate',
    startedAt: '2026-11-21T10:00:00.000Z',
    cartloadVersion: '0.1.0',
    command: 'cartload gate --baseline-ref main',
    kind: 'gate',
    arms: [arm('baseline', 'main (c182981c76d8)'), arm('candidate', 'the working tree')],
    scenario: 'checkout',
    headline: 'checkout',
    differences: [],
    comparisons: [],
    replay: { executions: 200, baseline, candidate, ...found, verdict: replayVerdict(found) },
    duet: null,
    choice: null,
    indexes: null,
    verdict: { status: 'pass', sentence: '', reasons: [] },
  };
}
