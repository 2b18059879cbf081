import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import { differencePhrase } from '../experiment/experiment-phrases.ts';
import { escapeMarkdown, markdownTable } from '../markdown-text.ts';
import { capacityMethod, choiceOf, decisionRows } from './class-phrases.ts';

const ICONS = {
  pass: '✅',
  improvement: '✅',
  regression: '❌',
  invalid: '⚠️',
  incomparable: '⚠️',
  undecided: '❔',
} as const;

/** What load classes take and which to choose, in GitHub's Markdown, with a newline at its end. */
export function renderClassesMarkdown(record: ExperimentRecord): string {
  const { verdict, differences, headline } = record;
  const { classes, objectivePerSecond } = choiceOf(record);
  const notes = [...verdict.reasons, ...differences.map(differencePhrase)];
  return `${[
    `### ${ICONS[verdict.status]} ${escapeMarkdown(verdict.sentence)}`,
    '',
    ...notes.map((note) => `- ${escapeMarkdown(note)}`),
    ...(notes.length === 0 ? [] : ['']),
    ...markdownTable(
      [
        'class',
        `${headline}/s at the limit`,
        ...(objectivePerSecond === null ? [] : [`takes ${objectivePerSecond}/s`]),
        `$ per million ${headline}`,
        '$ an hour',
        'limit',
        'lasts',
      ],
      decisionRows(record).map((row) => [
        row.name,
        row.takes,
        ...(objectivePerSecond === null ? [] : [row.meets]),
        row.perMillion,
        row.perHour,
        row.limit,
        row.lasts,
      ]),
    ),
    '',
    ...classes.map(
      ({ name, limit, steadiness, target }) =>
        `- ${escapeMarkdown(`${name}: ${target}. ${limit.sentence} ${steadiness.sentence}`)}`,
    ),
    '',
    escapeMarkdown(capacityMethod(record)),
  ].join('\n')}\n`;
}
