import type { Bounded, CapacitySearch, ClassRecord } from '../../measurements/class-record.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import { headlineTransaction } from '../../measurements/run-totals.ts';
import { costsByTerm, usdPerMillion } from '../../pricing/cost-model.ts';
import { limitsOf, type PriceBook } from '../../pricing/price-book.ts';
import type { Topology } from '../../pricing/topology.ts';
import { probitThreshold } from '../../statistics/probit-threshold.ts';
import { fingerprintOf } from '../comparison/run-differences.ts';
import { findLimit } from './find-limit.ts';
import type { CapacityOutcome } from './run-capacity.ts';
import { judgeSteadiness } from './steadiness.ts';

export interface ClassOptions {
  readonly name: string;
  /** What was run on, in one phrase. */
  readonly target: (run: RunRecord) => string;
  /** Of the same class, one after the other. */
  readonly outcomes: readonly [CapacityOutcome, ...CapacityOutcome[]];
  readonly balances: ClassRecord['steadiness']['balances'];
  /** What is paid for; null: not known. */
  readonly topology: Topology | null;
  readonly book: PriceBook;
  readonly today: Date;
}

/** What the searches on one class came to: capacity, what limits it, how long it lasts, what it costs. */
export function classRecordOf(options: ClassOptions): ClassRecord {
  const { name, target, outcomes, balances, topology, book, today } = options;
  const searches = outcomes.map(({ search }) => search);
  const points = searches.flatMap((search) => search.points);
  const [first] = outcomes;
  const nearest = outcomes
    .map(({ beyond }) => beyond)
    .reduce((best, each) => (each.point.holds || !best.point.holds ? best : each), first.beyond);
  const capacity = capacityOf(searches);
  const share = headlineShare(first.beyond.run);
  const headlineCapacity = capacity === null ? null : scaled(capacity, share);
  const held = points.filter(({ holds }) => holds).map(({ ratePerSecond }) => ratePerSecond);
  const cpu = points.filter(({ holds }) => holds).at(-1)?.cpuShare ?? undefined;
  const costs = topology === null ? [] : [...costsByTerm(topology, { book, today, cpuShare: cpu })];
  const [onDemand] = costs;
  const limit = findLimit(nearest.run, nearest.point);
  return {
    name,
    target: target(first.beyond.run),
    fingerprint: fingerprintOf(first.beyond.run),
    searches,
    capacity,
    headlineCapacity,
    atLeastPerSecond: capacity === null && held.length > 0 ? Math.max(...held) : null,
    limit: nearest.point.holds
      ? { ...limit, kind: 'unknown', sentence: 'No rate that was tried was too high.' }
      : limit,
    steadiness: judgeSteadiness({
      points,
      loadMs: Math.max(...outcomes.map(({ loadMs }) => loadMs)),
      limits:
        topology?.database === undefined ? undefined : limitsOf(book, topology.database.class),
      balances,
    }),
    costs,
    usdPerMillion:
      headlineCapacity === null || onDemand === undefined
        ? null
        : inverse(headlineCapacity, (rate) => usdPerMillion(onDemand.usdPerHour, rate)),
    failure: '',
  };
}

function capacityOf(searches: readonly CapacitySearch[]): Bounded | null {
  if (searches.some(({ end }) => end !== 'found')) return null;
  const { estimate, lower, upper } = probitThreshold(
    searches.flatMap(({ points }) =>
      points.map(({ ratePerSecond, holds }) => ({ at: Math.log(ratePerSecond), holds })),
    ),
  );
  const bound = (value: number) => (Number.isFinite(value) ? Math.exp(value) : null);
  return { value: Math.exp(estimate), lower: bound(lower), upper: bound(upper) };
}

function headlineShare(run: RunRecord): number {
  const headline = headlineTransaction(run);
  const all = Object.values(run.transactions).reduce((sum, { arrivals }) => sum + arrivals, 0);
  return headline === null || all === 0 ? 1 : headline.transaction.arrivals / all;
}

function scaled({ value, lower, upper }: Bounded, factor: number): Bounded {
  const times = (each: number | null) => (each === null ? null : each * factor);
  return { value: value * factor, lower: times(lower), upper: times(upper) };
}

/** What falls as the rate rises: its bounds change sides. */
function inverse({ value, lower, upper }: Bounded, of: (value: number) => number): Bounded {
  const at = (each: number | null) => (each === null ? null : of(each));
  return { value: of(value), lower: at(upper), upper: at(lower) };
}
