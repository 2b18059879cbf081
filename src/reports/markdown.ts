import type { RunRecord, TransactionRecord } from '../measurements/run-record.ts';
import { measuredMs, totalsOf } from '../measurements/run-totals.ts';
import {
  durationIn,
  formatBytes,
  formatCount,
  formatMoment,
  formatPeriod,
  formatRate,
  quantileIn,
  unitFor,
  unitLabel,
} from './format.ts';
import {
  booksSentence,
  clientSentence,
  datasetPhrase,
  goodputSentence,
  outcomeCounts,
  replicaSentence,
  retriesSentence,
  serverSentence,
  stalenessSentence,
  targetPhrase,
  thresholdsSentence,
  verdictWord,
} from './headline.ts';
import { codeSpan, escapeMarkdown, markdownTable } from './markdown-text.ts';
import { loadPhrase } from './scenario-facts.ts';
import { freshnessSentence } from './sections/freshness.ts';

const VERDICT_ICONS = { pass: '✅', fail: '❌', invalid: '⚠️', interrupted: '⏹️' } as const;

/** The summary of a run for a pull request, in GitHub's Markdown, with a newline at its end. */
export function renderMarkdown(record: RunRecord): string {
  const icon = VERDICT_ICONS[record.verdict.status];
  return `${[
    `### ${icon} ${verdictWord(record)}: ${escapeMarkdown(record.verdict.sentence)}`,
    '',
    ...(record.interrupted && record.verdict.status !== 'interrupted'
      ? ['**Interrupted:** what was measured until then is shown.', '']
      : []),
    ...taints(record),
    ...transactions(record),
    '',
    ...thresholds(record),
    '',
    escapeMarkdown(booksSentence(record)),
    '',
    ...details(record),
  ].join('\n')}\n`;
}

function taints(record: RunRecord): readonly string[] {
  if (record.taints.length === 0) return [];
  const lines = record.taints.map(
    ({ level, text, rule }) =>
      `- **${level}**: ${escapeMarkdown(text)} (rule ${escapeMarkdown(rule)})`,
  );
  return [...lines, ''];
}

function transactions(record: RunRecord): readonly string[] {
  const entries = Object.entries(record.transactions);
  if (entries.length === 0) return ['No transaction was run.'];
  const responses = entries.flatMap(([, each]) => each.latency.committed?.response ?? []);
  const unit = unitFor(responses.flatMap((each) => [each.p50.valueUs, each.p99.valueUs]));
  const latencyCells = (transaction: TransactionRecord): readonly string[] => {
    const response = transaction.latency.committed?.response;
    if (response === undefined) return ['-', '-', '-', '-'];
    return [
      quantileIn(response.p50, unit),
      quantileIn(response.p95, unit),
      quantileIn(response.p99, unit),
      durationIn(response.maxUs, unit),
    ];
  };
  const ms = unitLabel(unit);
  return markdownTable(
    [
      'transaction',
      'arrivals',
      'committed/s',
      `p50 ${ms}`,
      `p95 ${ms}`,
      `p99 ${ms}`,
      `max ${ms}`,
      'rejected',
      'failed',
      'retried',
    ],
    entries.map(([name, transaction]) => {
      const totals = totalsOf(transaction);
      return [
        name,
        formatCount(totals.arrivals),
        formatRate(totals.committed, measuredMs(record)),
        ...latencyCells(transaction),
        formatCount(totals.rejected),
        formatCount(totals.failed),
        formatCount(totals.retried),
      ];
    }),
  );
}

function thresholds(record: RunRecord): readonly string[] {
  if (record.thresholds.length === 0) return [thresholdsSentence(record)];
  return markdownTable(
    ['threshold', 'measured', 'result'],
    record.thresholds.map(({ text, actual, passed }) => [
      text,
      actual,
      passed ? '✅ pass' : '❌ FAIL',
    ]),
  );
}

function details(record: RunRecord): readonly string[] {
  const { environment, dataset } = record;
  const warmup = record.phases.warmup.endMs - record.phases.warmup.startMs;
  const reports = record.freshness.length === 0 ? null : freshnessSentence(record.freshness);
  const optional = (label: string, text: string | null) =>
    text === null ? [] : [[label, escapeMarkdown(text)] as const];
  const facts: readonly (readonly [string, string])[] = [
    ['Goodput', escapeMarkdown(goodputSentence(record))],
    ['Outcomes', escapeMarkdown(outcomeCounts(record).join(', '))],
    ['Retries', escapeMarkdown(retriesSentence(record))],
    ['Replica', escapeMarkdown(replicaSentence(record))],
    ...optional('Freshness', stalenessSentence(record)),
    ...optional('Reports', reports),
    ...optional('Server', serverSentence(record)),
    ['Client', escapeMarkdown(clientSentence(record))],
    [
      'Scenario',
      `${escapeMarkdown(record.scenario.name)}, ${escapeMarkdown(loadPhrase(record))}, warm-up ${formatPeriod(warmup)}`,
    ],
    ['Dataset', escapeMarkdown(`${datasetPhrase(record)}, ${formatBytes(dataset.bytes)}`)],
    [
      'Target',
      escapeMarkdown(`${targetPhrase(record)}; schema fingerprint ${record.schemaFingerprint}`),
    ],
    [
      'Machine',
      escapeMarkdown(
        `${environment.cpu}, ${environment.cores} cores, ${formatBytes(environment.memoryBytes)}, ${environment.platform}, Node.js ${environment.node}`,
      ),
    ],
    [
      'Run',
      `${escapeMarkdown(record.id)}, ${formatMoment(record.startedAt)}, Cartload ${escapeMarkdown(record.cartloadVersion)}, ${codeSpan(record.command)}`,
    ],
  ];
  return [
    '<details>',
    '<summary>How the arrivals ended, and what the run was made on</summary>',
    '',
    ...facts.map(([label, text]) => `- **${label}:** ${text}`),
    '',
    'Latencies are response times of committed arrivals: the end less the intended start, retries included. Failed, dropped and unfinished arrivals count as slower than all others, so `>` marks a percentile that lies beyond what was seen.',
    '',
    '</details>',
  ];
}
