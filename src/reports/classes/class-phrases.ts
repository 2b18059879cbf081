import type { Bounded, CapacityPoint, ClassRecord } from '../../measurements/class-record.ts';
import type { ChoiceRecord, ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { Cost } from '../../pricing/cost-model.ts';
import { formatNoun, formatQuantile, formatShare, formatSignificant } from '../format.ts';

/** `412 (395 to 431)`; `-` for nothing. */
export function formatBounded(bounded: Bounded | null, unit = ''): string {
  if (bounded === null) return '-';
  const { value, lower, upper } = bounded;
  const told = (each: number) => `${unit}${formatSignificant(each)}`;
  const bounds =
    lower !== null && upper !== null
      ? `${told(lower)} to ${told(upper)}`
      : lower !== null
        ? `at least ${told(lower)}`
        : upper !== null
          ? `at most ${told(upper)}`
          : 'not bounded';
  return `${told(value)} (${bounds})`;
}

/** One row of the decision table: what somebody who buys wants to know of a class. */
export interface DecisionRow {
  readonly name: string;
  /** Headline transactions per second at the limit. */
  readonly takes: string;
  /** Whether it takes the objective; empty where there is none. */
  readonly meets: string;
  readonly perMillion: string;
  readonly perHour: string;
  readonly limit: string;
  readonly lasts: string;
}

/** The decision table, the best class first, then those without a rank. */
export function decisionRows(record: ExperimentRecord): readonly DecisionRow[] {
  const { classes, ranking, objectivePerSecond } = choiceOf(record);
  const order = ranking.flat();
  const place = ({ name }: ClassRecord) =>
    order.includes(name) ? order.indexOf(name) : order.length;
  return classes
    .toSorted((a, b) => place(a) - place(b))
    .map((each) => {
      const [onDemand] = each.costs;
      return {
        name: `${rankOf(each.name, ranking)}${each.name}`,
        takes: takesText(each),
        meets: objectivePerSecond === null ? '' : meetsText(each, objectivePerSecond),
        perMillion: `${onDemand && isPartial(onDemand) && each.usdPerMillion !== null ? 'more than ' : ''}${formatBounded(each.usdPerMillion, '$')}`,
        perHour: onDemand === undefined ? 'unpriced' : perHourText(onDemand),
        limit: each.limit.kind,
        lasts: each.steadiness.label,
      };
    });
}

/** `1. `, `2= ` for one that shares its place; nothing where there is only one, or no rank. */
function rankOf(name: string, ranking: readonly (readonly string[])[]): string {
  const index = ranking.findIndex((group) => group.includes(name));
  if (index < 0 || ranking.flat().length < 2) return '';
  const place = 1 + ranking.slice(0, index).flat().length;
  return ranking[index]?.length === 1 ? `${place}. ` : `${place}= `;
}

function meetsText(
  { headlineCapacity, atLeastPerSecond, failure }: ClassRecord,
  objective: number,
): string {
  if (headlineCapacity === null) {
    return atLeastPerSecond === null && failure === '' ? 'no' : 'not known';
  }
  const { lower, upper } = headlineCapacity;
  if ((lower ?? 0) >= objective) return 'yes';
  return (upper ?? Number.POSITIVE_INFINITY) < objective ? 'no' : 'perhaps';
}

function takesText({ headlineCapacity, capacity, atLeastPerSecond, failure }: ClassRecord): string {
  if (failure !== '' && capacity === null) return 'no result';
  if (headlineCapacity !== null) return formatBounded(headlineCapacity);
  return atLeastPerSecond === null
    ? 'none'
    : `not found, at least ${formatSignificant(atLeastPerSecond)} arrivals/s`;
}

/** `$0.318`, with `more than` where parts have no price. */
export function perHourText(cost: Cost): string {
  const price = `$${formatSignificant(cost.usdPerHour)}`;
  if (!isPartial(cost)) return cost.stale.length === 0 ? price : `${price} (old prices)`;
  return cost.usdPerHour === 0
    ? 'unpriced'
    : `more than ${price} (${cost.unpriced.length} unpriced)`;
}

function isPartial({ unpriced }: Cost): boolean {
  return unpriced.length > 0;
}

/** The part of an experiment that is about classes. */
export function choiceOf({ choice }: ExperimentRecord): ChoiceRecord {
  if (choice === null) throw new Error('this experiment is not about classes');
  return choice;
}

/** How the figures were made. */
export function capacityMethod(record: ExperimentRecord): string {
  const { classes, pricesCompiled } = choiceOf(record);
  const points = classes.flatMap(({ searches }) => searches.flatMap((search) => search.points));
  const searches = classes.reduce((sum, each) => sum + each.searches.length, 0);
  return `The rate at which the thresholds hold as often as not, from ${formatNoun(points.length, 'run')} in ${formatNoun(searches, 'search', 'searches')}: doubling, halving, then up after a run that held and down after one that did not; maximum likelihood of a probit model, 95 % bounds of its profile. Prices: snapshot of ${pricesCompiled}.`;
}

/** What the cells of a table of points say. */
export function pointCells(point: CapacityPoint): {
  readonly rate: string;
  readonly phase: string;
  readonly holds: string;
  readonly goodput: string;
  readonly p50: string;
  readonly p99: string;
  readonly cpu: string;
  readonly busy: string;
  readonly missed: string;
} {
  const { response, cpuShare } = point;
  const duration = (valueUs: number, isLowerBound = false) =>
    formatQuantile({ valueUs, isLowerBound });
  return {
    rate: formatSignificant(point.ratePerSecond),
    phase: point.phase,
    holds: point.holds ? 'holds' : 'missed',
    goodput: formatBounded(point.goodput),
    p50: response === null ? '-' : duration(response.p50Us),
    p99: response === null ? '-' : p99Text(response, duration),
    cpu: cpuShare === null ? '-' : formatShare(cpuShare, 1),
    busy: formatSignificant(point.busyConnections, 1),
    missed: [...point.missed, ...point.taints.map((rule) => `taint ${rule}`)].join('; ') || '-',
  };
}

function p99Text(
  { p99Us, isLowerBound }: NonNullable<CapacityPoint['response']>,
  duration: (valueUs: number, isLowerBound?: boolean) => string,
): string {
  const { value, lower, upper } = p99Us;
  if (isLowerBound || lower === null) return duration(value, isLowerBound);
  return `${duration(value)} (${duration(lower)} to ${upper === null ? 'open' : duration(upper)})`;
}
