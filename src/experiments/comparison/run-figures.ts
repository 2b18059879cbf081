import type { FigureRecord } from '../../measurements/experiment-record.ts';
import type { QuantileRecord, RunRecord } from '../../measurements/run-record.ts';
import { measuredMs, totalsOf, totalsOfRun } from '../../measurements/run-totals.ts';
import type { FigureQuestion } from './judge.ts';

/** A figure that is read off every run record. */
interface RunFigure extends Omit<FigureQuestion, 'baseline' | 'candidate'> {
  /** Null where this run cannot tell. */
  read(run: RunRecord): number | null;
}

const MS = 1000;
/** Response times closer together than this are the same to whoever waits. */
const RESPONSE_FLOOR_US = 0.5 * MS;

/** The questions that runs of two arms answer, those that decide first. */
export function questionsOf(
  headline: string | null,
  baseline: readonly RunRecord[],
  candidate: readonly RunRecord[],
): FigureQuestion[] {
  return figuresFor(headline, [...baseline, ...candidate])
    .map(({ read, ...figure }) => ({
      ...figure,
      baseline: baseline.map(read),
      candidate: candidate.map(read),
    }))
    .filter((each) => [...each.baseline, ...each.candidate].some((value) => value !== null));
}

function figuresFor(headline: string | null, runs: readonly RunRecord[]): readonly RunFigure[] {
  const names = new Set(runs.flatMap(({ transactions }) => Object.keys(transactions)));
  const others = [...names].filter((name) => name !== headline);
  return [
    perAction('server CPU per action', 'ms', 0.05, true, (each) => each.cpuMs),
    ...(headline === null
      ? []
      : [
          response(headline, 'p50', 0.05, true),
          response(headline, 'p95', 0.1, true),
          response(headline, 'p99', 0.15, false),
        ]),
    {
      ...difference('failed share', 'share', 0.001),
      isPrimary: true,
      read: (run) => {
        const { arrivals, failed } = totalsOfRun(run);
        return arrivals === 0 ? null : failed / arrivals;
      },
    },
    {
      ...ratio('goodput', 'perSecond', 0.05),
      better: 'higher',
      read: (run) => {
        const windowMs = measuredMs(run);
        return windowMs === 0 ? null : (1000 * totalsOfRun(run).committed) / windowMs;
      },
    },
    ...(headline === null
      ? []
      : [
          {
            ...difference(`retries of ${headline}`, 'perThousand', 5),
            read: (run: RunRecord) => {
              const transaction = run.transactions[headline];
              if (transaction === undefined || transaction.arrivals === 0) return null;
              return (1000 * totalsOf(transaction).retries) / transaction.arrivals;
            },
          },
        ]),
    perAction('WAL per action', 'bytes', 0.05, false, (each) => each.walBytes),
    perAction(
      'buffers per action',
      'buffers',
      0.05,
      false,
      (each) => each.blocksHit + each.blocksRead,
    ),
    ...others.map((name) => response(name, 'p95', 0.1, false)),
    {
      ...difference('replica age p95', 'ms', 10),
      read: ({ replication }) => replication?.age.p95Ms ?? null,
    },
  ];
}

function ratio(name: string, unit: FigureRecord['unit'], margin: number) {
  return {
    name,
    unit,
    margin,
    better: 'lower',
    isPrimary: false,
    scale: 'ratio',
    floor: 0,
  } as const;
}

function difference(name: string, unit: FigureRecord['unit'], margin: number) {
  return { ...ratio(name, unit, margin), scale: 'difference' } as const;
}

function response(
  transaction: string,
  quantile: 'p50' | 'p95' | 'p99',
  margin: number,
  isPrimary: boolean,
): RunFigure {
  return {
    ...ratio(`${transaction} response ${quantile}`, 'us', margin),
    isPrimary,
    floor: RESPONSE_FLOOR_US,
    read: (run) => toldUs(run.transactions[transaction]?.latency.committed?.response[quantile]),
  };
}

/** A percentile that lies among arrivals that never ended has no value to compare. */
function toldUs(value: QuantileRecord | undefined): number | null {
  return value === undefined || value.isLowerBound ? null : value.valueUs;
}

function perAction(
  name: string,
  unit: FigureRecord['unit'],
  margin: number,
  isPrimary: boolean,
  of: (each: NonNullable<NonNullable<RunRecord['server']>['perAction']>) => number | null,
): RunFigure {
  return {
    ...ratio(name, unit, margin),
    isPrimary,
    read: ({ server }) => {
      const each = server?.perAction ?? null;
      return each === null ? null : of(each);
    },
  };
}
