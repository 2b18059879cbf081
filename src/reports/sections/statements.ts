import type { RunRecord, StatementRecord } from '../../measurements/run-record.ts';
import {
  durationIn,
  formatCount,
  formatShare,
  formatSignificant,
  quantileIn,
  unitFor,
  unitLabel,
} from '../format.ts';
import { type Html, html } from '../html-text.ts';
import { dataTable, tableBehind } from '../table.ts';
import { type Section, section } from './section.ts';

/** Each named statement on each node: how often, how long, and its share of the time. */
export function statementsSection(record: RunRecord): Section | null {
  const statements = [...record.statements].sort((a, b) => totalUs(b) - totalUs(a));
  const [first] = statements;
  if (first === undefined) return null;
  const allUs = statements.reduce((sum, each) => sum + totalUs(each), 0);
  const errors = statements.reduce((sum, each) => sum + each.errors, 0);
  const unit = unitFor(
    statements.flatMap(({ latency }) => [latency.p50.valueUs, latency.p99.valueUs]),
  );
  const label = unitLabel(unit);
  return section({
    id: 'statements',
    title: 'Statements',
    opening: `${first.name} on ${first.node} took the most time: ${formatShare(totalUs(first), allUs)} of all waiting for statements. ${formatCount(errors)} executions ended in an error.`,
    body: html`${dataTable({
      caption: 'Round trips by statement and node, those that took most time first',
      columns: [
        { label: 'statement' },
        { label: 'node', isText: true },
        { label: 'calls' },
        { label: 'errors' },
        { label: 'rows per call' },
        { label: 'buffers per call' },
        { label: `mean, ${label}` },
        { label: `p50, ${label}` },
        { label: `p95, ${label}` },
        { label: `p99, ${label}` },
        { label: `max, ${label}` },
        { label: 'total, s' },
        { label: 'share of time' },
      ],
      rows: statements.map((statement) => {
        const { name, node, calls, rows, latency } = statement;
        return [
          name,
          node,
          formatCount(calls),
          formatCount(statement.errors),
          calls === 0 ? '-' : formatSignificant(rows / calls, 2),
          buffersPerCall(record, statement),
          durationIn(latency.meanUs, unit),
          quantileIn(latency.p50, unit),
          quantileIn(latency.p95, unit),
          quantileIn(latency.p99, unit),
          durationIn(latency.maxUs, unit),
          formatSignificant(totalUs(statement) / 1_000_000, 3),
          formatShare(totalUs(statement), allUs),
        ];
      }),
    })}${planTable(record)}`,
    method:
      'Round trip of one execution as the load generator saw it: network, server and waiting for locks together. Total: mean times executions measured. Executions of all attempts count, those that were done again too. Rows: returned or changed. Buffers: as the server counted them (pg_stat_statements) over the whole load. Plans are generic ones: the server may have planned single executions with their values instead.',
  });
}

/** How the primary would run each statement; null where nobody asked. */
function planTable({ server }: RunRecord): Html | null {
  const plans = Object.entries(server?.plans ?? {});
  if (plans.length === 0) return null;
  return tableBehind(
    'Plans',
    dataTable({
      caption: 'Generic plans on the primary at the end of the load, the outermost step first',
      columns: [{ label: 'statement' }, { label: 'plan', isText: true }],
      rows: plans,
    }),
  );
}

function buffersPerCall({ server }: RunRecord, { name, node }: StatementRecord): string {
  const counters = server?.nodes.find((each) => each.name === node)?.statements?.[name];
  const calls = counters?.['calls'] ?? 0;
  if (counters === undefined || calls === 0) return '-';
  return formatSignificant(
    ((counters['blocksHit'] ?? 0) + (counters['blocksRead'] ?? 0)) / calls,
    2,
  );
}

function totalUs({ latency }: StatementRecord): number {
  return latency.meanUs * latency.count;
}
