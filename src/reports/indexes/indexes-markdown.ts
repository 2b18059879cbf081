import type { ExperimentRecord } from '../../measurements/experiment-record.ts';
import { formatBytes } from '../format.ts';
import { codeSpan, escapeMarkdown, markdownTable } from '../markdown-text.ts';
import { cardCells, cardsInOrder, indexesOf, indexMethod } from './index-phrases.ts';

/** The report card of all indexes for a pull request, in GitHub's Markdown, with a newline at its end. */
export function renderIndexesMarkdown(record: ExperimentRecord): string {
  const indexes = indexesOf(record);
  const rows = cardsInOrder(indexes).map(cardCells);
  return `${[
    `### ${escapeMarkdown(record.verdict.sentence)}`,
    '',
    ...record.verdict.reasons.map((reason) => `- ${escapeMarkdown(reason)}`),
    '',
    ...markdownTable(
      ['index', 'verdict', 'net CPU', 'buffers', 'log', 'size', 'why'],
      rows.map((row) => [
        row.name,
        row.verdict,
        row.net,
        row.reads,
        row.writes,
        row.size,
        row.reason,
      ]),
    ),
    '',
    ...indexes.missing
      .filter(({ verdict }) => verdict === 'worth it' || verdict === 'undecided')
      .map(
        ({ definition, verdict, reason, bytes }) =>
          `- missing, ${verdict}: ${codeSpan(definition)} (${formatBytes(bytes)}). ${escapeMarkdown(reason)}`,
      ),
    '',
    escapeMarkdown(indexMethod(record)),
  ]
    .join('\n')
    .trimEnd()}\n`;
}
