import type pg from 'pg';
import type { Statement } from '../schema/statement.ts';
import { sqlStateOf } from './pg-session.ts';

/** The parts of a node of EXPLAIN's JSON that are read. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly Operation?: string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

interface Explained {
  readonly 'QUERY PLAN': readonly { readonly Plan: PlanNode }[];
}

const NAME = 'cartload_plan';
const LOCK_TIMEOUT_MS = 200;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * The generic plan of each statement, in one line: `Limit (Index Scan orders_pkey)`. Nothing is executed.
 * A statement that cannot be explained (REFRESH, or one that this role may not run) has none; behind a
 * table that somebody else has locked, none is waited for.
 */
export async function readPlans(
  client: pg.Client,
  statements: readonly Statement<never, unknown>[],
): Promise<Record<string, string>> {
  const plans: Record<string, string> = {};
  // On every version: EXPLAIN (GENERIC_PLAN) came with 16.
  await client.query(
    `set plan_cache_mode = force_generic_plan; set lock_timeout = ${LOCK_TIMEOUT_MS}`,
  );
  for (const { name, text } of new Set(statements)) {
    try {
      const plan = await readPlan(client, text);
      if (plan !== null) plans[name] = plan;
    } catch (error) {
      if (sqlStateOf(error) === LOCK_NOT_AVAILABLE) break;
    }
  }
  await client.query('reset plan_cache_mode; reset lock_timeout');
  return plans;
}

/** The plan of a statement for these values, in one line; null where it cannot be explained. */
export async function explainWith(
  client: pg.Client,
  text: string,
  values: readonly unknown[],
): Promise<string | null> {
  try {
    const { rows } = await client.query<Explained>(`explain (format json, costs off) ${text}`, [
      ...values,
    ]);
    return planIn(rows);
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    return null;
  }
}

async function readPlan(client: pg.Client, text: string): Promise<string | null> {
  await client.query(`prepare ${NAME} as ${text}`);
  try {
    const { rows: prepared } = await client.query<{ parameters: number }>(
      `select cardinality(parameter_types) as parameters from pg_prepared_statements where name = '${NAME}'`,
    );
    const parameters = Array.from({ length: prepared[0]?.parameters ?? 0 }, () => 'null');
    const call = parameters.length === 0 ? NAME : `${NAME}(${parameters.join(', ')})`;
    const { rows } = await client.query<Explained>(
      `explain (format json, costs off) execute ${call}`,
    );
    return planIn(rows);
  } finally {
    await client.query(`deallocate ${NAME}`);
  }
}

function planIn(rows: readonly Explained[]): string | null {
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  return plan === undefined ? null : describePlan(plan);
}

/** A plan in one line; the parts of a partitioned table, which are alike, count as one. */
export function describePlan(node: PlanNode): string {
  const what = node.Operation ?? node['Node Type'];
  const on = node['Index Name'] ?? node['Relation Name'];
  const own = on === undefined ? what : `${what} ${on}`;
  const children = node.Plans ?? [];
  if (children.length === 0) return own;
  const types = new Set(children.map((child) => child['Node Type']));
  const isPartitioned = node['Node Type'].endsWith('Append') && types.size === 1;
  const [first] = children;
  const inner =
    isPartitioned && children.length > 1 && first !== undefined
      ? `${children.length} x ${first['Node Type']}`
      : children.map(describePlan).join('; ');
  return `${own} (${inner})`;
}
