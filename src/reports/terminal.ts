import { stripVTControlCharacters, styleText } from 'node:util';
import type { RunRecord, TransactionRecord } from '../measurements/run-record.ts';
import { measuredMs, totalsOf } from '../measurements/run-totals.ts';
import {
  type DurationUnit,
  durationIn,
  formatBytes,
  formatCount,
  formatNoun,
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
  isClientBound,
  outcomeCounts,
  replicaSentence,
  retriesSentence,
  serverSentence,
  stalenessSentence,
  targetPhrase,
  thresholdsSentence,
  verdictWord,
} from './headline.ts';
import { loadPhrase } from './scenario-facts.ts';
import { freshnessSentence } from './sections/freshness.ts';
import { type TextColumn, textTable } from './text-table.ts';

export interface TerminalOptions {
  readonly color: boolean;
  /** Characters in a line; 100 where not given. */
  readonly width?: number;
  /** Files that hold the whole report; the last line says to open the first. */
  readonly files?: readonly string[];
}

type Tone = 'good' | 'warning' | 'bad' | 'quiet';

const STYLES = { good: 'green', warning: 'yellow', bad: 'red', quiet: 'dim' } as const;
const MAX_TRANSACTIONS = 10;
const MAX_LISTED = 5;
const LABEL_WIDTH = 11;

/** The summary of a run on one screen, without a newline at its end. */
export function renderTerminal(record: RunRecord, options: TerminalOptions): string {
  const width = options.width ?? 100;
  const paint = (tone: Tone, text: string) =>
    options.color ? styleText(STYLES[tone], text, { validateStream: false }) : text;
  const labelled = (label: string, text: string, tone?: Tone) => {
    const lines = wrap(plain(text), width - LABEL_WIDTH);
    return lines.map((line, index) => {
      const head = (index === 0 ? label : '').padEnd(LABEL_WIDTH);
      return head + (tone === undefined ? line : paint(tone, line));
    });
  };
  const optional = (label: string, text: string | null) =>
    text === null ? [] : labelled(label, text);
  const tone = verdictTone(record);
  const word = verdictWord(record).toUpperCase();
  const sentence = wrap(`${word}: ${plain(record.verdict.sentence)}`, width);
  const isInterrupted = record.interrupted && record.verdict.status !== 'interrupted';

  return [
    ...sentence.map((line, index) =>
      index === 0 ? paint(tone, word) + line.slice(word.length) : line,
    ),
    ...(isInterrupted
      ? wrap('Interrupted: what was measured until then is shown.', width).map((line) =>
          paint('warning', line),
        )
      : []),
    '',
    ...labelled('scenario', `${record.scenario.name}, ${loadPhrase(record)}, ${windows(record)}`),
    ...labelled('dataset', `${datasetPhrase(record)}, ${formatBytes(record.dataset.bytes)}`),
    ...labelled('target', targetPhrase(record)),
    '',
    ...transactionLines(record, width),
    '',
    ...labelled('goodput', goodputSentence(record)),
    ...labelled('outcomes', outcomeCounts(record).join(', ')),
    ...labelled('retries', retriesSentence(record)),
    ...labelled('replica', replicaSentence(record)),
    ...(record.freshness.length === 0
      ? []
      : labelled('reports', freshnessSentence(record.freshness))),
    ...optional('freshness', stalenessSentence(record)),
    ...optional('server', serverSentence(record)),
    ...labelled('client', clientSentence(record), isClientBound(record) ? 'bad' : undefined),
    ...labelled('books', booksSentence(record), record.books.balanced ? undefined : 'bad'),
    ...labelled('thresholds', thresholdsSentence(record)),
    ...thresholdLines(record).flatMap(({ text, passed }) =>
      labelled('', text, passed ? undefined : 'bad'),
    ),
    ...taintLines(record).flatMap(({ label, text, level }) =>
      labelled(
        label,
        text,
        level === 'invalid' ? 'bad' : level === 'suspect' ? 'warning' : 'quiet',
      ),
    ),
    ...fileLine(options.files),
  ].join('\n');
}

function verdictTone(record: RunRecord): Tone {
  const tones = { pass: 'good', fail: 'bad', invalid: 'bad', interrupted: 'warning' } as const;
  return tones[record.verdict.status];
}

function windows(record: RunRecord): string {
  const { startMs, endMs } = record.phases.warmup;
  return `warm-up ${formatPeriod(endMs - startMs)}, measured ${formatPeriod(measuredMs(record))}`;
}

function transactionLines(record: RunRecord, width: number): readonly string[] {
  const all = Object.entries(record.transactions);
  if (all.length === 0) return ['No transaction was run.'];
  const shown = [...all]
    .sort(([, a], [, b]) => b.arrivals - a.arrivals)
    .slice(0, all.length > MAX_TRANSACTIONS ? MAX_TRANSACTIONS - 1 : MAX_TRANSACTIONS);
  const names = new Set(shown.map(([name]) => name));
  const rows = all.filter(([name]) => names.has(name));
  const left = all.length - rows.length;
  return [
    ...textTable(transactionColumns(rows, measuredMs(record)), width),
    ...(left === 0 ? [] : [`... and ${formatNoun(left, 'transaction')} more in the report`]),
  ];
}

function transactionColumns(
  rows: readonly (readonly [string, TransactionRecord])[],
  windowMs: number,
): readonly TextColumn[] {
  const transactions = rows.map(([, transaction]) => transaction);
  const committed = transactions.map((transaction) => transaction.latency.committed);
  const totals = transactions.map(totalsOf);
  const unit = unitFor(
    committed.flatMap((each) =>
      each === undefined
        ? []
        : [each.response.p50.valueUs, each.response.p99.valueUs, each.service.p99.valueUs],
    ),
  );
  const latency = (
    pick: (
      each: NonNullable<TransactionRecord['latency']['committed']>,
      in_: DurationUnit,
    ) => string,
  ) => committed.map((each) => (each === undefined ? '-' : pick(each, unit)));
  const response = `response ${unitLabel(unit)}`;
  const tail = `p99 ${unitLabel(unit)}`;
  return [
    { label: 'transaction', dropOrder: 0, cells: rows.map(([name]) => plain(name)) },
    { label: 'arrivals', dropOrder: 2, cells: totals.map((each) => formatCount(each.arrivals)) },
    {
      label: 'comm./s',
      dropOrder: 0,
      cells: totals.map((each) => formatRate(each.committed, windowMs)),
    },
    ...(['p50', 'p95', 'p99'] as const).map((name) => ({
      label: name,
      group: response,
      dropOrder: name === 'p95' ? 1 : 0,
      cells: latency((each, in_) => quantileIn(each.response[name], in_)),
    })),
    {
      label: 'max',
      group: response,
      dropOrder: 5,
      cells: latency((each, in_) => durationIn(each.response.maxUs, in_)),
    },
    {
      label: 'service',
      group: tail,
      dropOrder: 4,
      cells: latency((each, in_) => quantileIn(each.service.p99, in_)),
    },
    {
      label: 'lag',
      group: tail,
      dropOrder: 6,
      cells: latency((each, in_) => quantileIn(each.lag.p99, in_)),
    },
    { label: 'rejected', dropOrder: 3, cells: totals.map((each) => formatCount(each.rejected)) },
    { label: 'failed', dropOrder: 0, cells: totals.map((each) => formatCount(each.failed)) },
    { label: 'retried', dropOrder: 3, cells: totals.map((each) => formatCount(each.retried)) },
  ];
}

/** Each broken limit on a line of its own, those that hold together. */
function thresholdLines(record: RunRecord): readonly { text: string; passed: boolean }[] {
  const failed = record.thresholds.filter((threshold) => !threshold.passed);
  const passed = record.thresholds.filter((threshold) => threshold.passed);
  const shown = failed.slice(0, MAX_LISTED);
  const left = failed.length - shown.length;
  const told = ({ text, actual }: { text: string; actual: string }) => `${text} (${actual})`;
  return [
    ...shown.map((threshold) => ({ text: `FAIL  ${told(threshold)}`, passed: false })),
    ...(left === 0
      ? []
      : [{ text: `FAIL  ${formatCount(left)} more in the report`, passed: false }]),
    ...(passed.length === 0
      ? []
      : [{ text: `pass  ${passed.map(told).join('; ')}`, passed: true }]),
  ];
}

function taintLines(record: RunRecord): readonly {
  label: string;
  text: string;
  level: RunRecord['taints'][number]['level'];
}[] {
  const order = { invalid: 0, suspect: 1, note: 2 } as const;
  const sorted = [...record.taints].sort((a, b) => order[a.level] - order[b.level]);
  const lines = sorted
    .slice(0, MAX_LISTED)
    .map(({ level, rule, text }) => ({ label: level, text: `${text} [${rule}]`, level }));
  const left = sorted.slice(MAX_LISTED);
  const next = left[0];
  if (next === undefined) return lines;
  const text = `... and ${formatCount(left.length)} more in the report`;
  return [...lines, { label: '', text, level: next.level }];
}

function fileLine(files: readonly string[] | undefined): readonly string[] {
  const [first] = files ?? [];
  return first === undefined ? [] : ['', `open ${first}`];
}

/** Names and texts of a record may come from anywhere: nothing in them may steer the terminal. */
function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}+/gu, ' ');
}

/** Breaks a text at spaces; a word longer than a line stays whole. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
