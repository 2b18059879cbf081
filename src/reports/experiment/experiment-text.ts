import { styleText } from 'node:util';
import type { ComparisonRecord, ExperimentRecord } from '../../measurements/experiment-record.ts';
import { textTable } from '../text-table.ts';
import {
  armPhrase,
  differencePhrase,
  duetSentence,
  methodPhrase,
  VERDICT_COLORS,
} from './experiment-phrases.ts';
import {
  formatDetectable,
  formatEstimate,
  formatInterval,
  formatMiddle,
  VERDICT_WORDS,
} from './figure-text.ts';
import { replayLines } from './replay-text.ts';

/** The outcome of an experiment for a terminal, without a newline at its end. */
export function renderExperimentText(
  record: ExperimentRecord,
  options: { readonly color: boolean; readonly width: number },
): string {
  const { verdict, arms, differences, comparisons, replay } = record;
  const word = verdict.status.toUpperCase();
  const head = options.color
    ? styleText(VERDICT_COLORS[verdict.status], word, { validateStream: false })
    : word;
  const longest = Math.max(...arms.map(({ name }) => name.length));
  return [
    `${head}: ${verdict.sentence}`,
    ...verdict.reasons.map((reason) => `  ${reason}`),
    '',
    ...arms.map((arm) => `${arm.name.padEnd(longest)}  ${armPhrase(arm)}`),
    ...(differences.length === 0
      ? ['They differ in nothing that is recorded.']
      : ['They differ in:', ...differences.map((each) => `  ${differencePhrase(each)}`)]),
    ...(replay === null ? [] : ['', ...replayLines(replay)]),
    ...(record.duet === null ? [] : ['', duetSentence(record)]),
    ...comparisons.flatMap((comparison) => [
      '',
      ...figureTable(record, comparison, options.width),
      '',
      `* decides the verdict, the others inform. ${methodPhrase(record, comparison)}`,
    ]),
  ].join('\n');
}

function figureTable(
  { arms }: ExperimentRecord,
  { arm, figures }: ComparisonRecord,
  width: number,
): readonly string[] {
  return textTable(
    [
      {
        label: '  figure',
        dropOrder: 0,
        cells: figures.map(({ isPrimary, name }) => `${isPrimary ? '* ' : '  '}${name}`),
      },
      {
        label: arms[0]?.name ?? '',
        dropOrder: 2,
        cells: figures.map((figure) => formatMiddle(figure, 'baseline')),
      },
      {
        label: arms[arm]?.name ?? '',
        dropOrder: 2,
        cells: figures.map((figure) => formatMiddle(figure, 'candidate')),
      },
      { label: 'change', dropOrder: 0, cells: figures.map(formatEstimate) },
      { label: 'bounds', dropOrder: 0, cells: figures.map(formatInterval) },
      { label: 'detectable', dropOrder: 3, cells: figures.map(formatDetectable) },
      {
        label: 'verdict',
        isText: true,
        dropOrder: 0,
        cells: figures.map(({ verdict }) => VERDICT_WORDS[verdict]),
      },
    ],
    width,
  );
}
