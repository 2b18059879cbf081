import type { CapacityPoint, ClassRecord } from '../../measurements/class-record.ts';
import type { InstanceLimits } from '../../pricing/price-book.ts';

type Steadiness = ClassRecord['steadiness'];

/** What EC2 promises of the maximum of a volume: half an hour a day. */
const BURST_MS = 30 * 60_000;
/** A balance that moves by more than this is being used up, or filled. */
const MOVED = 1;

/** Those that were used up, or filled, while a class was measured. */
export function movingBalances(balances: Steadiness['balances']): Steadiness['balances'] {
  return balances.filter(({ before, after }) => Math.abs(after - before) > MOVED);
}

/**
 * Whether what was measured will last. A level that changes within a run, balances that move, or a class that
 * has credits and was not loaded for as long as they may last speak against it.
 *
 * @param loadMs how long the longest stretch of load near the capacity was
 */
export function judgeSteadiness(options: {
  readonly points: readonly CapacityPoint[];
  readonly loadMs: number;
  readonly limits: InstanceLimits | undefined;
  readonly balances: Steadiness['balances'];
}): Steadiness {
  const { points, loadMs, limits, balances } = options;
  const changed = points.find(({ holds, change }) => holds && change !== null && change.factor > 1);
  if (changed?.change) {
    const { atMs, factor } = changed.change;
    return {
      label: 'unsteady',
      sentence: `At ${changed.ratePerSecond.toPrecision(3)}/s the median response changed by a factor of ${factor.toFixed(2)} after ${Math.round(atMs / 1000)} s, within a run that held: a longer one may not.`,
      balances,
    };
  }
  const moving = movingBalances(balances);
  if (moving.length > 0) {
    const told = moving.map(({ name, before, after }) => `${name} ${before} to ${after}`);
    return { label: 'burst', sentence: `Balances moved: ${told.join(', ')}.`, balances };
  }
  if (limits === undefined) {
    return {
      label: 'unknown',
      sentence: 'Whether it has credits that run out is not known: no class is named.',
      balances,
    };
  }
  const credits = creditsOf(limits);
  if (credits.length === 0 && !areKnown(limits)) {
    return {
      label: 'unknown',
      sentence: `Whether the disk of ${limits.class} is faster for a while than for ever is not known.`,
      balances,
    };
  }
  if (credits.length === 0) {
    return {
      label: 'sustained',
      sentence: `${limits.class} holds its limits for ever.`,
      balances,
    };
  }
  if (balances.length > 0 && loadMs >= BURST_MS) {
    return {
      label: 'sustained',
      sentence: 'Its balances stood still for half an hour of load.',
      balances,
    };
  }
  return {
    label: 'burst',
    sentence: `${limits.class} has ${credits.join(' and ')}; the longest load of ${Math.round(loadMs / 1000)} s says nothing of when they are used up.`,
    balances,
  };
}

function creditsOf({
  cpuCreditsPerHour,
  ebsBaselineIops,
  ebsMaxIops,
  ebsBaselineMbps,
  ebsMaxMbps,
}: InstanceLimits): readonly string[] {
  const isBelow = (baseline: number | null, most: number | null) =>
    baseline !== null && most !== null && baseline < most;
  return [
    ...(cpuCreditsPerHour === null ? [] : ['CPU credits']),
    ...(isBelow(ebsBaselineIops, ebsMaxIops) || isBelow(ebsBaselineMbps, ebsMaxMbps)
      ? ['a disk that is faster for half an hour a day']
      : []),
  ];
}

function areKnown({ ebsBaselineIops, ebsMaxIops, ebsBaselineMbps, ebsMaxMbps }: InstanceLimits) {
  return ![ebsBaselineIops, ebsMaxIops, ebsBaselineMbps, ebsMaxMbps].includes(null);
}
