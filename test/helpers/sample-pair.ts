import type { ClonePair } from '../../src/measurements/clone-pair-record.ts';
import { cell } from '../../src/random/cell.ts';
import { normalQuantile } from '../../src/statistics/normal.ts';

export interface PairShape {
  /** Of everything that is timed: 1 means none. */
  readonly factor?: number;
  /** Standard deviation of the logarithm of a clone pair's ratio. */
  readonly noise?: number;
  readonly failed?: number;
  readonly othersShare?: number;
}

/** The clone pair of this number, as a duet would measure it. */
export function samplePair(number: number, shape: PairShape = {}): ClonePair {
  const { factor = 1, noise = 0.01, failed = 0, othersShare = 0.01 } = shape;
  const normal = (draw: number) => normalQuantile((cell(99, number, draw) + 0.5) / 2 ** 32);
  const ratio = (draw: number, width = 1) => factor * Math.exp(width * noise * normal(draw));
  const both = (baseline: number, draw: number, width = 1) => ({
    baseline,
    candidate: baseline * ratio(draw, width),
  });
  const logRatio = Math.log(ratio(2));
  return {
    cpuMs: both(0.75, 0),
    headlineCpuMs: both(3.2, 1),
    logRatio,
    transactions: { checkout: { logRatio, serviceMs: 5, spentMs: 5000 } },
    serviceMs: 1.9,
    headlineP95Ms: both(12, 3, 4),
    failedShare: { baseline: 0, candidate: failed },
    pairs: 1200,
    othersShare,
    isPinned: true,
  };
}
