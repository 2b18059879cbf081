import type { ClonePair } from '../../measurements/clone-pair-record.ts';
import type { FigureQuestion } from '../comparison/judge.ts';

/** Changes that are not worth a red build. */
export interface GateMargins {
  readonly cpu: number;
  readonly paired: number;
  readonly p95: number;
}

export const GATE_MARGINS: GateMargins = { cpu: 0.02, paired: 0.03, p95: 0.1 };

const FLOOR_PAIRED_MS = 0.05;
const FLOOR_P95_US = 500;
const FAILED_MARGIN = 0.001;

/** The questions that clone pairs of a duet answer: four that decide, then what informs. */
export function duetQuestions(
  pairs: readonly ClonePair[],
  headline: string | null,
  margins: GateMargins,
): FigureQuestion[] {
  const names = [...new Set(pairs.flatMap(({ transactions }) => Object.keys(transactions)))].sort();
  const both = (
    of: (pair: ClonePair) => { readonly baseline: number; readonly candidate: number } | null,
    factor = 1,
  ) => ({
    baseline: pairs.map((pair) => scaled(of(pair)?.baseline, factor)),
    candidate: pairs.map((pair) => scaled(of(pair)?.candidate, factor)),
  });
  // The ratio is what was measured; times a value that means something, it can be read.
  const ratioOf = (
    figures: { readonly serviceMs: number; readonly logRatio: number } | undefined,
  ) =>
    figures === undefined
      ? null
      : {
          baseline: figures.serviceMs,
          candidate: figures.serviceMs * Math.exp(figures.logRatio),
        };
  const ratio = {
    better: 'lower',
    scale: 'ratio',
    isPrimary: true,
    floor: 0,
  } as const;
  const questions: FigureQuestion[] = [
    {
      ...ratio,
      name: 'server CPU per action',
      unit: 'ms',
      margin: margins.cpu,
      ...both(({ cpuMs }) => cpuMs),
    },
    {
      ...ratio,
      name: 'service time, paired',
      unit: 'ms',
      margin: margins.paired,
      floor: FLOOR_PAIRED_MS,
      ...both(ratioOf),
    },
    ...(headline === null
      ? []
      : [
          {
            ...ratio,
            name: `${headline} service p95`,
            unit: 'us' as const,
            margin: margins.p95,
            floor: FLOOR_P95_US,
            ...both(({ headlineP95Ms }) => headlineP95Ms, 1000),
          },
        ]),
    {
      ...ratio,
      name: 'failed share',
      unit: 'share',
      scale: 'difference',
      margin: FAILED_MARGIN,
      ...both(({ failedShare }) => failedShare),
    },
    ...(headline === null
      ? []
      : [
          {
            ...ratio,
            isPrimary: false,
            name: `server CPU per ${headline}`,
            unit: 'ms' as const,
            margin: margins.cpu,
            ...both(({ headlineCpuMs }) => headlineCpuMs),
          },
        ]),
    ...names.map((name) => ({
      ...ratio,
      isPrimary: false,
      name: `${name} service time, paired`,
      unit: 'ms' as const,
      margin: margins.paired,
      floor: FLOOR_PAIRED_MS,
      ...both(({ transactions }) => ratioOf(transactions[name])),
    })),
  ];
  return questions.filter((each) => each.baseline.some((value) => value !== null));
}

function scaled(value: number | undefined, factor: number): number | null {
  return value === undefined || Number.isNaN(value) ? null : value * factor;
}
