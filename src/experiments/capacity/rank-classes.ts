import type { Bounded, ClassRecord } from '../../measurements/class-record.ts';
import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import { movingBalances } from './steadiness.ts';

interface Ranked extends Pick<ExperimentRecord, 'differences' | 'verdict'> {
  readonly ranking: string[][];
}

/**
 * Ranks classes by what a million headline transactions cost, or where prices are not known by the load that
 * they take; classes whose bounds overlap are not told apart. Names the cheapest that surely meets the
 * objective. Classes that were asked different things, or whose balances moved meanwhile, are not ranked.
 */
export function rankClasses(
  classes: readonly ClassRecord[],
  objectivePerSecond: number | null,
  headline: string,
): Ranked {
  const differences = differencesOf(classes);
  if (differences.length > 0) {
    const what = differences.map((each) => each.what).join(', ');
    return notRanked(
      'incomparable',
      'The classes cannot be ranked: they were not asked the same.',
      [`They differ in ${what}.`],
      differences,
    );
  }
  const moving = classes.filter(({ steadiness }) => movingBalances(steadiness.balances).length > 0);
  if (moving.length > 0) {
    return notRanked(
      'incomparable',
      'The classes cannot be ranked: burst balances moved while they were measured.',
      moving.map(({ name, steadiness }) => `${name}: ${steadiness.sentence}`),
    );
  }
  const failed = classes.flatMap(({ name, failure }) =>
    failure === '' ? [] : [`${name} has no result: ${failure}`],
  );
  const measured = classes.filter(({ headlineCapacity }) => headlineCapacity !== null);
  const open = classes
    .filter(({ headlineCapacity, failure }) => headlineCapacity === null && failure === '')
    .map((each) => `${each.name}: ${whyNoCapacity(each)}`);
  const reasons = [...failed, ...open, ...priceReasons(measured)];
  if (measured.length === 0) {
    return notRanked('invalid', 'No class has a capacity.', reasons);
  }
  const byPrice = measured.every(isPriced);
  const ranking = ranked(
    measured,
    byPrice ? (each) => each.usdPerMillion : (each) => each.headlineCapacity,
    byPrice ? 1 : -1,
  );
  const { status, sentence } = answer(measured, ranking, objectivePerSecond, headline, byPrice);
  return { ranking, differences: [], verdict: { status, sentence, reasons } };
}

function notRanked(
  status: 'incomparable' | 'invalid',
  sentence: string,
  reasons: string[],
  differences: Ranked['differences'] = [],
): Ranked {
  return { ranking: [], differences, verdict: { status, sentence, reasons } };
}

function differencesOf(classes: readonly ClassRecord[]): Ranked['differences'] {
  const asked = classes.filter(({ fingerprint }) => Object.keys(fingerprint).length > 0);
  const names = new Set(asked.flatMap(({ fingerprint }) => Object.keys(fingerprint)));
  return [...names].flatMap((what) => {
    const values = asked.map(({ fingerprint }) => fingerprint[what] ?? 'none');
    return new Set(values).size === 1 ? [] : [{ what, kind: 'incomparable' as const, values }];
  });
}

function whyNoCapacity({ searches, atLeastPerSecond }: ClassRecord): string {
  const ends = searches.map(({ end }) => end);
  if (ends.includes('nothing-holds')) return 'the thresholds held at no rate.';
  const least =
    atLeastPerSecond === null
      ? ''
      : ` It takes at least ${atLeastPerSecond.toPrecision(3)} arrivals/s.`;
  return ends.includes('load-generator')
    ? `the load generator was the limit.${least}`
    : `no rate that was tried was too high.${least}`;
}

function priceReasons(classes: readonly ClassRecord[]): string[] {
  return classes.flatMap(({ name, costs: [onDemand] }) => {
    if (onDemand === undefined) return [`${name} is unpriced: what it costs is not known.`];
    const { unpriced, stale } = onDemand;
    return [
      ...(unpriced.length === 0 ? [] : [`${name} is unpriced in part: ${unpriced.join(', ')}.`]),
      ...(stale.length === 0 ? [] : [`${name}: prices older than 180 days: ${stale.join(', ')}.`]),
    ];
  });
}

function isPriced({ costs: [onDemand] }: ClassRecord): boolean {
  return onDemand !== undefined && onDemand.unpriced.length === 0;
}

/** @param sign 1: the smallest first, -1: the largest first */
function ranked(
  classes: readonly ClassRecord[],
  of: (each: ClassRecord) => Bounded | null,
  sign: 1 | -1,
): string[][] {
  const valued = classes
    .flatMap((each) => {
      const value = of(each);
      return value === null ? [] : [{ name: each.name, value }];
    })
    .sort((a, b) => sign * (a.value.value - b.value.value));
  const groups: (typeof valued)[] = [];
  for (const each of valued) {
    const group = groups.at(-1);
    if (group?.[0] !== undefined && overlap(group[0].value, each.value)) group.push(each);
    else groups.push([each]);
  }
  return groups.map((group) => group.map(({ name }) => name));
}

function overlap(a: Bounded, b: Bounded): boolean {
  const low = (each: Bounded) => each.lower ?? Number.NEGATIVE_INFINITY;
  const high = (each: Bounded) => each.upper ?? Number.POSITIVE_INFINITY;
  return low(a) <= high(b) && low(b) <= high(a);
}

function answer(
  classes: readonly ClassRecord[],
  ranking: readonly (readonly string[])[],
  objective: number | null,
  headline: string,
  byPrice: boolean,
): { readonly status: 'pass' | 'undecided' | 'regression'; readonly sentence: string } {
  if (objective === null) {
    const [best = []] = ranking;
    const what = byPrice
      ? `costs least per million ${headline}`
      : `takes most ${headline} per second`;
    if (classes.length === 1) return { status: 'pass', sentence: `${best[0]} is the only class.` };
    return best.length === 1
      ? { status: 'pass', sentence: `${best[0]} ${what}.` }
      : {
          status: 'undecided',
          sentence: `${best.join(' and ')} cannot be told apart: which ${what} is open.`,
        };
  }
  const goal = `${objective} ${headline}/s`;
  const meeting = classes.filter((each) => (each.headlineCapacity?.lower ?? 0) >= objective);
  if (meeting.length === 0) {
    const near = classes.filter(
      ({ headlineCapacity }) => (headlineCapacity?.upper ?? Number.POSITIVE_INFINITY) >= objective,
    );
    return near.length === 0
      ? { status: 'regression', sentence: `No class takes ${goal}.` }
      : {
          status: 'undecided',
          sentence: `No class surely takes ${goal}; ${near.map(({ name }) => name).join(' and ')} may.`,
        };
  }
  const priced = meeting.filter(isPriced);
  if (priced.length < meeting.length || priced.length === 0) {
    return {
      status: 'undecided',
      sentence: `${meeting.map(({ name }) => name).join(', ')} take${meeting.length === 1 ? 's' : ''} ${goal}; which is the cheapest is open: prices are missing.`,
    };
  }
  const perHour = (each: ClassRecord) => each.costs[0]?.usdPerHour ?? Number.POSITIVE_INFINITY;
  const [cheapest, ...others] = priced.toSorted((a, b) => perHour(a) - perHour(b));
  if (cheapest === undefined) return { status: 'regression', sentence: `No class takes ${goal}.` };
  const equal = others.filter((each) => perHour(each) === perHour(cheapest));
  const price = `$${perHour(cheapest).toFixed(3)} an hour`;
  return {
    status: 'pass',
    sentence:
      equal.length === 0
        ? `The cheapest class that takes ${goal} is ${cheapest.name}, at ${price}.`
        : `The cheapest classes that take ${goal} are ${[cheapest, ...equal].map(({ name }) => name).join(' and ')}, at ${price} each.`,
  };
}
