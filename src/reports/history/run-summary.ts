import type { QuantileRecord, RunRecord, Taint } from '../../measurements/run-record.ts';
import { headlineTransaction, measuredMs, totalsOfRun } from '../../measurements/run-totals.ts';
import { targetPhrase } from '../headline.ts';
import { loadPhrase, targetRatePerSecond } from '../scenario-facts.ts';

/** What the list of runs knows of one. */
export interface RunSummary {
  /** Name of its folder among the runs. */
  readonly folder: string;
  readonly startedAt: string;
  readonly scenario: string;
  /** Identity of the dataset. */
  readonly dataset: string;
  readonly load: string;
  readonly target: string;
  readonly host: string;
  /** Committed transactions per second; null where nothing was measured. */
  readonly goodputPerSecond: number | null;
  /** Arrivals per second that were asked for; null in a closed model. */
  readonly targetPerSecond: number | null;
  /** Response time of the transaction that the run leads with; null where nothing was committed. */
  readonly p99: { readonly transaction: string; readonly value: QuantileRecord } | null;
  readonly status: RunRecord['verdict']['status'];
  readonly taints: readonly Pick<Taint, 'rule' | 'level'>[];
}

export function summaryOf(folder: string, record: RunRecord): RunSummary {
  const windowMs = measuredMs(record);
  const { committed } = totalsOfRun(record);
  const headline = headlineTransaction(record);
  const response = headline?.transaction.latency.committed?.response;
  return {
    folder,
    startedAt: record.startedAt,
    scenario: record.scenario.name,
    dataset: record.dataset.identity,
    load: loadPhrase(record),
    target: targetOf(record),
    host: record.environment.host,
    goodputPerSecond: windowMs === 0 ? null : (1_000 * committed) / windowMs,
    targetPerSecond: targetRatePerSecond(record),
    p99:
      headline === null || response === undefined
        ? null
        : { transaction: headline.name, value: response.p99 },
    status: record.verdict.status,
    taints: record.taints.map(({ rule, level }) => ({ rule, level })),
  };
}

/** Embedded servers have another port each time, and are the machine's own; any other is told by its address. */
function targetOf(record: RunRecord): string {
  const { kind, nodes } = record.target;
  return kind === 'embedded'
    ? targetPhrase(record)
    : `${targetPhrase(record)}, ${nodes.map(({ address }) => address).join(', ')}`;
}

/** Runs of one scenario that may stand in one trend: same data, load, target and machine. */
export interface Trend {
  readonly scenario: string;
  /** What they have in common, in words. */
  readonly basis: string;
  /** The oldest first. */
  readonly runs: readonly RunSummary[];
}

/** The trends of at least two runs, the one that was continued last first. */
export function trendsOf(runs: readonly RunSummary[]): readonly Trend[] {
  const trends = new Map<string, RunSummary[]>();
  for (const run of runs) {
    const basis = [run.scenario, run.dataset, run.load, run.target, run.host].join('\n');
    const trend = trends.get(basis);
    if (trend === undefined) trends.set(basis, [run]);
    else trend.push(run);
  }
  return [...trends.values()]
    .filter((each) => each.length > 1)
    .map((each) => {
      const [first] = each as [RunSummary, ...RunSummary[]];
      const { scenario, dataset, load, target, host } = first;
      const oldestFirst = each.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
      return { scenario, basis: `${dataset}; ${load}; ${target}; ${host}`, runs: oldestFirst };
    })
    .toSorted((a, b) => lastStart(b).localeCompare(lastStart(a)));
}

function lastStart({ runs }: Trend): string {
  return runs.at(-1)?.startedAt ?? '';
}
