import type { ComparisonRecord, ExperimentRecord } from '../../measurements/experiment-record.ts';
import type { ReplayRecord } from '../../measurements/replay-record.ts';
import { codeSpan, escapeMarkdown, markdownTable } from '../markdown-text.ts';
import { armPhrase, differencePhrase, duetSentence, methodPhrase } from './experiment-phrases.ts';
import {
  formatDetectable,
  formatEstimate,
  formatInterval,
  formatMiddle,
  VERDICT_WORDS,
} from './figure-text.ts';
import {
  findingPhrase,
  otherPlanChanges,
  replaySentence,
  statementPhrases,
} from './replay-text.ts';

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
  const { verdict, arms, differences, comparisons, replay } = record;
  return `${[
    `### ${ICONS[verdict.status]} ${escapeMarkdown(verdict.sentence)}`,
    '',
    ...list(verdict.reasons),
    ...list(arms.map((arm) => `${arm.name}: ${armPhrase(arm)}`)),
    ...(differences.length === 0
      ? ['They differ in nothing that is recorded.', '']
      : ['They differ in:', '', ...list(differences.map(differencePhrase))]),
    ...(replay === null ? [] : replayParts(replay)),
    ...(record.duet === null ? [] : [escapeMarkdown(duetSentence(record)), '']),
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

function replayParts(replay: ReplayRecord): readonly string[] {
  const lines = [
    ...replay.findings.flatMap((finding) => [
      `- **${finding.direction}** ${escapeMarkdown(findingPhrase(finding))}`,
      ...statementPhrases(finding).flatMap(({ cost, plans }) => [
        `  - ${escapeMarkdown(cost)}`,
        ...(plans === null
          ? []
          : [`    - was ${codeSpan(plans.before)}`, `    - is ${codeSpan(plans.after)}`]),
      ]),
    ]),
    ...otherPlanChanges(replay).flatMap(({ statement, baseline, candidate }) => [
      `- plan of ${escapeMarkdown(statement)}`,
      `  - was ${codeSpan(baseline.join(' or '))}`,
      `  - is ${codeSpan(candidate.join(' or '))}`,
    ]),
    ...replay.notes.map((note) => `- ${escapeMarkdown(note)}`),
  ];
  return [
    escapeMarkdown(replaySentence(replay)),
    '',
    ...(lines.length === 0 ? [] : [...lines, '']),
  ];
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
