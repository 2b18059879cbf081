import type { ComparisonRecord, ExperimentRecord } from '../../measurements/experiment-record.ts';
import { escapeMarkdown, markdownTable } from '../markdown-text.ts';
import { armPhrase, differencePhrase, methodPhrase } from './experiment-phrases.ts';
import {
  formatDetectable,
  formatEstimate,
  formatInterval,
  formatMiddle,
  VERDICT_WORDS,
} from './figure-text.ts';

const ICONS = {
  pass: '✅',
  improvement: '🚀',
  regression: '❌',
  invalid: '⚠️',
  incomparable: '⚠️',
  undecided: '❔',
} as const;

/** The outcome of an experiment for a pull request, in GitHub's Markdown, with a newline at its end. */
export function renderExperimentMarkdown(record: ExperimentRecord): string {
  const { verdict, arms, differences, comparisons } = record;
  return `${[
    `### ${ICONS[verdict.status]} ${escapeMarkdown(verdict.sentence)}`,
    '',
    ...list(verdict.reasons),
    ...list(arms.map((arm) => `${arm.name}: ${armPhrase(arm)}`)),
    ...(differences.length === 0
      ? ['They differ in nothing that a run records.', '']
      : ['They differ in:', '', ...list(differences.map(differencePhrase))]),
    ...comparisons.flatMap((comparison) => [
      ...figureTable(record, comparison),
      '',
      escapeMarkdown(
        `* decides the verdict, the others inform. ${methodPhrase(record, comparison)}`,
      ),
      '',
    ]),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

function list(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...lines.map((line) => `- ${escapeMarkdown(line)}`), ''];
}

function figureTable(
  { arms }: ExperimentRecord,
  { arm, figures }: ComparisonRecord,
): readonly string[] {
  return markdownTable(
    [
      'figure',
      arms[0]?.name ?? '',
      arms[arm]?.name ?? '',
      'change',
      'bounds',
      'detectable',
      'verdict',
    ],
    figures.map((figure) => {
      return [
        `${figure.isPrimary ? '* ' : ''}${figure.name}`,
        formatMiddle(figure, 'baseline'),
        formatMiddle(figure, 'candidate'),
        formatEstimate(figure),
        formatInterval(figure),
        formatDetectable(figure),
        VERDICT_WORDS[figure.verdict],
      ];
    }),
  );
}
