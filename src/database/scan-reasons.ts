import type pg from 'pg';
import { sqlStateOf } from './pg-session.ts';

/** A table that a plan reads from end to end, and what it looks for there. */
export interface SequentialScan {
  /** With its schema. */
  readonly table: string;
  /** Columns that are compared with a value for equality, then those of a range or of the order. */
  readonly equal: readonly string[];
  readonly ordered: readonly string[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly Schema?: string;
  readonly 'Relation Name'?: string;
  readonly Alias?: string;
  readonly Filter?: string;
  readonly 'Sort Key'?: readonly string[];
  readonly Plans?: readonly PlanNode[];
}

/** The scans of whole tables in the plan of a statement for these values; none where it cannot be explained. */
export async function explainScans(
  client: pg.Client,
  text: string,
  values: readonly unknown[],
): Promise<readonly SequentialScan[]> {
  try {
    const { rows } = await client.query<{
      readonly 'QUERY PLAN': readonly { readonly Plan: PlanNode }[];
    }>(`explain (format json, costs off, verbose) ${text}`, [...values]);
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    return plan === undefined ? [] : scansIn(plan, []);
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    return [];
  }
}

/** @param sortKeys of the nearest sort above */
export function scansIn(node: PlanNode, sortKeys: readonly string[]): SequentialScan[] {
  const keys = node['Sort Key'] ?? sortKeys;
  const own =
    node['Node Type'] === 'Seq Scan' && node['Relation Name'] !== undefined
      ? [scanOf(node, keys)]
      : [];
  return [...own, ...(node.Plans ?? []).flatMap((child) => scansIn(child, keys))];
}

function scanOf(node: PlanNode, sortKeys: readonly string[]): SequentialScan {
  const alias = node.Alias ?? node['Relation Name'] ?? '';
  const { equal, ranges } = comparedColumns(node.Filter ?? '', alias);
  const sorted = sortKeys.flatMap((key) =>
    columnOf(key.replace(/ (DESC|ASC|NULLS).*$/, ''), alias),
  );
  return {
    table: `${node.Schema ?? 'shop'}.${node['Relation Name']}`,
    equal,
    ordered: [...new Set([...ranges, ...sorted])].filter((column) => !equal.includes(column)),
  };
}

/** `alias.column`, bare or in one pair of brackets with a cast; not what a function is given. */
const COMPARED =
  /(?<![a-z0-9_]\(|[a-z0-9_.])(?:([a-z_][a-z0-9_]*)\.)?([a-z_][a-z0-9_]*)\)?(?:::[a-z_ ]+)? (=|<=|>=|<|>) /g;

function comparedColumns(filter: string, alias: string) {
  const equal: string[] = [];
  const ranges: string[] = [];
  for (const [, qualifier, column = '', operator] of filter.matchAll(COMPARED)) {
    if (qualifier !== undefined && qualifier !== alias) continue;
    const list = operator === '=' ? equal : ranges;
    if (!list.includes(column)) list.push(column);
  }
  return { equal, ranges };
}

function columnOf(key: string, alias: string): readonly string[] {
  const [, qualifier, column] = /^(?:([a-z_][a-z0-9_]*)\.)?([a-z_][a-z0-9_]*)$/.exec(key) ?? [];
  if (column === undefined || (qualifier !== undefined && qualifier !== alias)) return [];
  return [column];
}
