import {
  formatMoment,
  formatNoun,
  formatSetting,
  formatSignificant,
  quantileIn,
} from '../format.ts';
import { textTable } from '../text-table.ts';
import type { ExperimentSummary } from './experiment-summary.ts';
import type { RunHistory } from './read-history.ts';
import type { RunSummary } from './run-summary.ts';

const VERDICT_WORDS = {
  pass: '✓ pass',
  fail: '✗ fail',
  invalid: '⚠ not valid',
  interrupted: '■ interrupted',
} as const;

/** The verdict with its sign. */
export function verdictText({ status }: RunSummary): string {
  return VERDICT_WORDS[status];
}

const EXPERIMENT_SIGNS = {
  pass: '✓',
  improvement: '✓',
  regression: '✗',
  undecided: '?',
  invalid: '⚠',
  incomparable: '⚠',
} as const;

/** The verdict of an experiment with its sign. */
export function experimentVerdictText({ status }: ExperimentSummary): string {
  return `${EXPERIMENT_SIGNS[status]} ${status}`;
}

/** Goodput in committed transactions per second; `-` where nothing was measured. */
export function goodputText({ goodputPerSecond }: RunSummary): string {
  return goodputPerSecond === null ? '-' : formatSignificant(goodputPerSecond);
}

/** The rate that was asked for; `-` in a closed model. */
export function targetRateText({ targetPerSecond }: RunSummary): string {
  return targetPerSecond === null ? '-' : formatSetting(targetPerSecond);
}

/** p99 in milliseconds; `-` where nothing was committed. */
export function p99Text({ p99 }: RunSummary): string {
  return p99 === null ? '-' : quantileIn(p99.value, 'ms');
}

/** The rules that the run broke, the notes left out; `-` for none. */
export function taintsText({ taints }: RunSummary): string {
  const rules = taints.filter(({ level }) => level !== 'note').map(({ rule }) => rule);
  return rules.length === 0 ? '-' : [...new Set(rules)].join(', ');
}

/** The list of runs for the terminal, the newest first, at most `limit` of them. */
export function renderHistoryText(
  { runs, experiments, unreadable }: RunHistory,
  options: { readonly width: number; readonly limit: number },
): string {
  const shown = runs.slice(0, options.limit);
  const older = runs.length - shown.length;
  const cells = (of: (run: RunSummary) => string) => shown.map(of);
  const table =
    shown.length === 0
      ? []
      : textTable(
          [
            {
              label: 'run',
              dropOrder: 0,
              cells: cells(({ startedAt }) => formatMoment(startedAt)),
            },
            {
              label: 'scenario',
              isText: true,
              dropOrder: 0,
              cells: cells(({ scenario }) => scenario),
            },
            {
              label: 'dataset',
              isText: true,
              dropOrder: 2,
              cells: cells(({ dataset }) => dataset),
            },
            { label: 'asked/s', dropOrder: 3, cells: cells(targetRateText) },
            { label: 'goodput/s', dropOrder: 0, cells: cells(goodputText) },
            { label: 'p99, ms', dropOrder: 0, cells: cells(p99Text) },
            { label: 'verdict', isText: true, dropOrder: 0, cells: cells(verdictText) },
            { label: 'taints', isText: true, dropOrder: 1, cells: cells(taintsText) },
          ],
          options.width,
        );
  return [
    `${formatNoun(runs.length, 'run')}${older > 0 ? `, the last ${shown.length} of them` : ''}.`,
    ...table,
    ...experimentLines(experiments.slice(0, options.limit), options.width),
    ...unreadable.map(({ folder, reason }) => `not readable: ${folder}: ${reason}`),
  ].join('\n');
}

function experimentLines(
  experiments: readonly ExperimentSummary[],
  width: number,
): readonly string[] {
  if (experiments.length === 0) return [];
  const column = (label: string, dropOrder: number, of: (each: ExperimentSummary) => string) => ({
    label,
    isText: true,
    dropOrder,
    cells: experiments.map(of),
  });
  return [
    '',
    ...textTable(
      [
        column('experiment', 0, ({ startedAt }) => formatMoment(startedAt)),
        column('kind', 0, ({ kind }) => kind),
        column('scenario', 1, ({ scenario }) => scenario),
        column('arms', 2, ({ arms }) => arms.join(', ')),
        column('verdict', 0, experimentVerdictText),
      ],
      width,
    ),
  ];
}
