import { expect, test } from 'vitest';
import { transferOf } from '../../../src/experiments/gate/measure-equal-arms.ts';
import type { ClonePair } from '../../../src/measurements/clone-pair-record.ts';
import { samplePair } from '../../helpers/sample-pair.ts';

const costing = (injectedMs: number, seenMs: number): ClonePair => ({
  ...samplePair(0),
  headlineCpuMs: { baseline: 3, candidate: 3 + injectedMs },
  transactions: { checkout: { serviceMs: 5, logRatio: Math.log1p(seenMs / 5), spentMs: 5000 } },
});

test('the medians over the clone pairs of what was added and what was seen', () => {
  const pairs = [costing(0.6, 0.5), costing(0.5, 0.4), costing(0.7, 2)];
  const transfer = transferOf(pairs, 'checkout');
  expect(transfer?.injectedMs).toBeCloseTo(0.6);
  expect(transfer?.seenMs).toBeCloseTo(0.5);
});

test('nothing is claimed where the cost did not reach the headline, or cannot be told', () => {
  expect(transferOf([costing(0.1, 0.1)], 'checkout')).toBeNull();
  expect(transferOf([costing(0.6, 0.5)], 'search')).toBeNull();
  expect(transferOf([costing(0.6, 0.5)], null)).toBeNull();
  expect(transferOf([{ ...costing(0.6, 0.5), headlineCpuMs: null }], 'checkout')).toBeNull();
});
