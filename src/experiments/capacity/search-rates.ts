import type { CapacityPoint, CapacitySearch } from '../../measurements/class-record.ts';

export interface SearchPlan {
  /** Arrivals per second of the first run. */
  readonly startPerSecond: number;
  /** Never more than this. */
  readonly mostPerSecond: number;
  /** Ratio of neighbouring rates, less 1. */
  readonly precision: number;
  /** Runs about the limit, after it was found once. */
  readonly confirmations: number;
}

type Phase = CapacityPoint['phase'];
type Measured = Pick<CapacityPoint, 'holds' | 'taints'>;

const LEAST_PER_SECOND = 1;
/** Times the confirmations that were asked for. */
const MOST_CONFIRMATIONS = 3;

/**
 * Looks for the highest rate that holds: doubles (or halves) until it has one that does and one that does
 * not, halves the distance between them until they are neighbours, and then goes up after each run that
 * holds and down after each that does not. So most runs are spent where the answer is. On the way there a
 * rate must miss twice: a single run can be unlucky, and would send the search far away.
 *
 * Sources: Dixon, Mood, JASA 43 (1948) for the last part.
 *
 * @param measure one run at a rate
 */
export async function searchRates<T extends Measured>(
  plan: SearchPlan,
  measure: (ratePerSecond: number, phase: Phase) => Promise<T>,
): Promise<{ readonly end: CapacitySearch['end']; readonly points: readonly T[] }> {
  const { startPerSecond, mostPerSecond, precision, confirmations } = plan;
  const points: T[] = [];
  const tried: { step: number; point: T }[] = [];
  const rateAt = (step: number) => startPerSecond * (1 + precision) ** step;
  const doubling = Math.max(1, Math.round(Math.log(2) / Math.log1p(precision)));
  const last = Math.floor(Math.log(mostPerSecond / startPerSecond) / Math.log1p(precision) + 1e-9);
  const first = Math.ceil(Math.log(LEAST_PER_SECOND / startPerSecond) / Math.log1p(precision));
  const run = async (step: number, phase: Phase) => {
    const point = await measure(rateAt(step), phase);
    points.push(point);
    tried.push({ step, point });
    return point;
  };
  const holdsAt = async (step: number, phase: Phase) =>
    (await run(step, phase)).holds || (await run(step, phase)).holds;

  let highestHeld: number | null = null;
  let lowestFailed: number | null = null;
  for (let step = Math.min(0, last); ; ) {
    const holds = await holdsAt(step, 'growth');
    if (holds) highestHeld = step;
    else lowestFailed = step;
    if (highestHeld !== null && lowestFailed !== null) break;
    if (holds && step >= last) return { end: 'most-reached', points };
    if (!holds && step <= first) return { end: 'nothing-holds', points };
    step = holds ? Math.min(last, step + doubling) : Math.max(first, step - doubling);
  }
  while (lowestFailed - highestHeld > 1) {
    const step = Math.round((highestHeld + lowestFailed) / 2);
    if (await holdsAt(step, 'bisection')) highestHeld = step;
    else lowestFailed = step;
  }
  let step = highestHeld;
  const seen = new Set<boolean>();
  // Up and down is what bounds it: one that only went up, or down, has not come to the limit yet.
  const enough = (count: number) =>
    count >= MOST_CONFIRMATIONS * confirmations || (count >= confirmations && seen.size === 2);
  for (let count = 0; confirmations > 0 && !enough(count); count++) {
    const { holds } = await run(step, 'confirmation');
    seen.add(holds);
    step = holds ? Math.min(last, step + 1) : Math.max(first, step - 1);
  }
  const lowest = Math.min(...tried.filter(({ point }) => !point.holds).map((each) => each.step));
  const nearest = tried.filter((each) => !each.point.holds && each.step <= lowest + 1);
  // Far beyond the limit the load generator is always busy; close to it, it is what was measured.
  const isHarness = nearest.filter(({ point }) => point.taints.includes('client-bound'));
  return { end: isHarness.length * 2 > nearest.length ? 'load-generator' : 'found', points };
}
