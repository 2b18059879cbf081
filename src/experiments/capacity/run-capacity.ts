import { CartloadError, InterruptedError } from '../../errors.ts';
import type { CapacityPoint, CapacitySearch } from '../../measurements/class-record.ts';
import type { RunRecord } from '../../measurements/run-record.ts';
import type { CapacitySettings, Scenario } from '../../scenario/scenario.ts';
import { judgePoint, loadSeconds } from './judge-point.ts';
import { searchRates } from './search-rates.ts';

export interface CapacityOptions {
  /** With a constant arrival rate, thresholds, and settings of a search. */
  readonly scenario: Scenario & { readonly capacity: CapacitySettings };
  /** Processors of the server; null where it is not on this machine. */
  readonly processors: number | null;
  /** Runs the scenario once, on data that no run before has changed. */
  readonly run: (scenario: Scenario) => Promise<RunRecord>;
  readonly onPoint: (points: readonly CapacityPoint[]) => void;
}

/** A search, and what of its runs the result is explained by. */
export interface CapacityOutcome {
  readonly search: CapacitySearch;
  /** The run at the lowest rate that did not hold, else the one at the highest rate. */
  readonly beyond: { readonly run: RunRecord; readonly point: CapacityPoint };
  /** The longest stretch of load. */
  readonly loadMs: number;
}

/** Searches the highest rate at which the thresholds of a scenario hold. */
export async function runCapacity(options: CapacityOptions): Promise<CapacityOutcome> {
  const { scenario, processors, run, onPoint } = options;
  const { load, capacity } = scenario;
  if (load.executor !== 'constant-arrival-rate') throw new Error('a search needs a constant rate');
  const startedAt = new Date().toISOString();
  const points: CapacityPoint[] = [];
  let beyond: CapacityOutcome['beyond'] | null = null;
  let loadMs = 0;
  const { end } = await searchRates(
    { startPerSecond: load.ratePerSecond, ...capacity },
    async (ratePerSecond, phase) => {
      const record = await run({ ...scenario, load: { ...load, ratePerSecond } });
      if (record.interrupted) throw new InterruptedError('the runs that were made are kept');
      requireSound(record);
      const point = judgePoint(record, { ratePerSecond, phase, processors });
      points.push(point);
      onPoint(points);
      loadMs = Math.max(loadMs, 1000 * loadSeconds(record));
      if (isNearer(point, beyond?.point)) beyond = { run: record, point };
      return point;
    },
  );
  if (beyond === null) throw new Error('a search has at least one run');
  return { search: { startedAt, end, points }, beyond, loadMs };
}

/** A run that broke says nothing about a rate. */
function requireSound({ books, verdict }: RunRecord): void {
  const isBroken = verdict.exitCode === 5 || (books.checked && !books.balanced);
  if (!isBroken) return;
  throw new CartloadError(
    'TARGET_FAILED',
    `The search ended at a run that broke: ${verdict.sentence}`,
    {
      hint: 'The runs that were made are kept.',
    },
  );
}

function isNearer(point: CapacityPoint, known: CapacityPoint | undefined): boolean {
  if (known === undefined) return true;
  if (point.holds !== known.holds) return !point.holds;
  return point.holds
    ? point.ratePerSecond > known.ratePerSecond
    : point.ratePerSecond < known.ratePerSecond;
}
