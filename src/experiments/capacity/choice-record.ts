import type { ClassRecord } from '../../measurements/class-record.ts';
import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { PriceBook } from '../../pricing/price-book.ts';
import { rankClasses } from './rank-classes.ts';

export interface ChoiceOptions
  extends Pick<ExperimentRecord, 'id' | 'startedAt' | 'cartloadVersion' | 'command'> {
  readonly kind: 'capacity' | 'classes' | 'campaign';
  readonly scenario: string;
  readonly headline: string;
  readonly classes: readonly [ClassRecord, ...ClassRecord[]];
  readonly objectivePerSecond: number | null;
  readonly book: PriceBook;
}

/** The record of an experiment that says what load classes take, and which to choose. */
export function choiceRecord(options: ChoiceOptions): ExperimentRecord {
  const { classes, objectivePerSecond, headline, book, kind, ...identity } = options;
  const { ranking, differences, verdict } = rankClasses(classes, objectivePerSecond, headline);
  const sources = new Set(
    classes.flatMap(({ costs }) =>
      costs.flatMap(({ lines }) => lines.flatMap((line) => line.source)),
    ),
  );
  const [first] = classes;
  return {
    schemaVersion: 1,
    ...identity,
    kind,
    headline,
    arms: [],
    differences,
    comparisons: [],
    replay: null,
    duet: null,
    indexes: null,
    choice: {
      classes: [...classes],
      objectivePerSecond,
      ranking,
      pricesCompiled: book.compiled,
      priceSources: Object.fromEntries(
        [...sources].sort().map((key) => [key, book.sources[key]?.title ?? 'not recorded']),
      ),
    },
    verdict: kind === 'capacity' ? capacityVerdict(first, verdict.reasons) : verdict,
  };
}

/** One class alone: nothing to choose from, so the verdict is whether there is an answer. */
function capacityVerdict(
  { capacity, atLeastPerSecond, limit, costs }: ClassRecord,
  ranked: readonly string[],
): ExperimentRecord['verdict'] {
  // Nobody asked for the price of a target that has no topology.
  const reasons = costs.length === 0 && capacity !== null ? [] : [...ranked];
  if (capacity !== null) {
    const bounds = [capacity.lower, capacity.upper].map((bound) => bound?.toPrecision(3) ?? 'open');
    return {
      status: 'pass',
      sentence: `The thresholds hold up to ${capacity.value.toPrecision(3)} arrivals/s (${bounds.join(' to ')}). ${limit.sentence}`,
      reasons,
    };
  }
  return {
    status: atLeastPerSecond === null ? 'invalid' : 'undecided',
    sentence:
      atLeastPerSecond === null
        ? 'The thresholds held at no rate.'
        : `The thresholds hold at ${atLeastPerSecond.toPrecision(3)} arrivals/s at least.`,
    reasons,
  };
}
