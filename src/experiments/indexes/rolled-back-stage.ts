import type pg from 'pg';
import { openLoadSession } from '../../bench/clients/open-load-session.ts';
import { withConnection } from '../../database/connect.ts';
import { readIndexedShop } from '../../database/index-definitions.ts';
import { type PgSession, sqlStateOf } from '../../database/pg-session.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import { describePlan, type PlanNode } from '../../database/statement-plans.ts';
import { messageOf } from '../../errors.ts';
import { createShop, type Shop } from '../../generators/shop.ts';
import type { ReplayedAction, ReplayedStatement } from '../../measurements/replay-record.ts';
import { type Statement, sqlStatement } from '../../schema/statement.ts';
import type { Arm } from '../arms/arm.ts';
import { type ActionKind, seededActions } from '../replay/seeded-actions.ts';
import { requireAlone } from './require-alone.ts';
import { withinTransaction } from './savepoint-session.ts';
import { ChangeRefusedError, type IndexStage } from './stage.ts';

/** Fewer than on a clone: what they write stays behind as dead rows. */
const EXECUTIONS = 20;
/** The first executions after a drop plan anew, and read the catalogue. */
const WARM_UP = 3;

export interface RolledBackStageOptions {
  readonly database: ServerAddress;
  readonly arm: Arm;
  readonly signal: AbortSignal;
}

/**
 * For a shop that cannot be cloned: each replay is one transaction that drops the index, runs the actions and is
 * rolled back. Only where nobody else would feel the lock.
 *
 * @throws CartloadError TARGET_IN_USE
 */
export async function openRolledBackStage(options: RolledBackStageOptions): Promise<IndexStage> {
  const { database, arm } = options;
  const shop = await withConnection(database, { purpose: 'experiment' }, async (client) => {
    await requireAlone(client, database);
    return readIndexedShop(client);
  });
  const generated = createShop(arm.scenario.dataset);
  return {
    by: 'rolled-back drop',
    isClone: false,
    executions: EXECUTIONS,
    shop,
    async replay({ sql }) {
      const replay = (change: string | null) => replayRolledBack(options, generated, change);
      if (sql === null) return { actions: await replay(null), beside: [], ...NOTHING };
      // Each leaves dead rows behind, so that the next one has more to look at: one before and one after.
      const before = await replay(null);
      const actions = await replay(sql);
      return { actions, beside: [before, await replay(null)], ...NOTHING };
    },
  };
}

const NOTHING = { bytes: 0, checks: new Map<string, number>() } as const;

async function replayRolledBack(
  { database, arm, signal }: RolledBackStageOptions,
  shop: Shop,
  sql: string | null,
): Promise<readonly ReplayedAction[]> {
  signal.throwIfAborted();
  // Anew each time: somebody may have come meanwhile.
  const sequences = await withConnection(database, { purpose: 'experiment' }, async (client) => {
    await requireAlone(client, database);
    return readSequences(client);
  });
  const kinds = seededActions(arm, shop);
  const statements = new Set(kinds.flatMap(({ transaction }) => transaction.statements));
  const session = await openLoadSession(database, arm.scenario, 'experiment', [...statements]);
  try {
    await session.begin('');
    // Only the owner may do what comes first, whoever the actions are run as.
    await session.command('set local role none');
    // A restarted sequence is a new one until it is rolled back: the same keys each time, and no gaps.
    for (const sequence of sequences) await session.command(sequence);
    await change(session, sql);
    if (arm.scenario.security.role === 'app') await session.command('set local role shop_app');
    const actions: ReplayedAction[] = [];
    for (const kind of kinds) {
      signal.throwIfAborted();
      actions.push(await replayKind(session, kind));
    }
    await session.rollback();
    return actions;
  } finally {
    // Where it was not rolled back, this does: the server undoes what a session leaves.
    await session.close();
  }
}

/** Commands that make each sequence of the shop begin where it is. */
async function readSequences(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ command: string }>(
    `select format('alter sequence %I.%I restart with %s', schemaname, sequencename, coalesce(last_value + 1, start_value)) as command
     from pg_sequences where schemaname = 'shop'`,
  );
  return rows.map(({ command }) => command);
}

async function change(session: PgSession, sql: string | null): Promise<void> {
  if (sql === null) return;
  try {
    await session.command(`set local lock_timeout = '2s'; ${sql}`);
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    throw new ChangeRefusedError(messageOf(error));
  }
}

async function replayKind(session: PgSession, kind: ActionKind): Promise<ReplayedAction> {
  const savepoints = withinTransaction(session);
  const run = async (index: number) => {
    // One that fails must not take the rest with it.
    await session.command('savepoint cartload_kind');
    const end = await kind.run(savepoints, index);
    await session.command(
      end.kind === 'committed'
        ? 'release savepoint cartload_kind'
        : 'rollback to savepoint cartload_kind; release savepoint cartload_kind',
    );
    return end;
  };
  for (let index = 0; index < WARM_UP; index++) await run(index);
  const before = await readCounters(session);
  const outcomes = { committed: 0, rejected: 0, failed: 0 };
  for (let index = WARM_UP; index < WARM_UP + EXECUTIONS; index++) {
    outcomes[(await run(index)).kind]++;
  }
  const after = await readCounters(session);
  const perAction = (relations: readonly Relation[], of: keyof Relation['counters']) =>
    Object.fromEntries(
      relations.flatMap(({ name, counters }) => {
        const earlier = before.find((each) => each.name === name);
        const count = counters[of] - (earlier?.counters[of] ?? 0);
        return count === 0 ? [] : [[name, count / EXECUTIONS]];
      }),
    );
  const tables = after.filter(({ isIndex }) => !isIndex);
  const indexes = after.filter(({ isIndex }) => isIndex);
  return {
    name: kind.transaction.name,
    executions: EXECUTIONS,
    outcomes,
    buffers: Object.values(perAction(after, 'blocks')).reduce((sum, each) => sum + each, 0),
    rows: 0,
    // With page images in it, which come after each checkpoint, it says nothing.
    walBytes: 0,
    walRecords: 0,
    cpuMs: null,
    sequentialScans: perAction(tables, 'scans'),
    indexScans: perAction(indexes, 'scans'),
    indexWalBytes: {},
    updates: perAction(tables, 'updated'),
    hotUpdates: perAction(tables, 'hotUpdated'),
    statements: await describeStatements(session, kind),
  };
}

interface Relation {
  readonly name: string;
  readonly isIndex: boolean;
  readonly counters: Readonly<Record<'blocks' | 'scans' | 'updated' | 'hotUpdated', number>>;
}

/** Counters of the transaction under way, which every role may read of its own session. */
const COUNTERS = sqlStatement<object, Relation['counters'] & { name: string; isIndex: boolean }>(
  'experiment.counters',
  `select coalesce(p.inhparent, c.oid)::regclass::text as name, c.relkind = 'i' as "isIndex",
     sum(pg_stat_get_xact_blocks_fetched(c.oid))::float8 as blocks,
     sum(pg_stat_get_xact_numscans(c.oid))::float8 as scans,
     sum(pg_stat_get_xact_tuples_updated(c.oid))::float8 as updated,
     sum(pg_stat_get_xact_tuples_hot_updated(c.oid))::float8 as "hotUpdated"
   from pg_class c left join pg_inherits p on p.inhrelid = c.oid
   where c.relnamespace = 'shop'::regnamespace and c.relkind in ('r', 'i', 'm') group by 1, 2`,
);

async function readCounters(session: PgSession): Promise<readonly Relation[]> {
  const rows = await session.execute(COUNTERS, {});
  return rows.map(({ name, isIndex, ...counters }) => ({ name, isIndex, counters }));
}

async function describeStatements(
  session: PgSession,
  { transaction, samples, answers }: ActionKind,
): Promise<ReplayedStatement[]> {
  const described: ReplayedStatement[] = [];
  for (const statement of new Set(transaction.statements)) {
    const [values] = samples.of(statement.name);
    if (values === undefined) continue;
    const plan = await explain(session, statement, values);
    described.push({
      name: statement.name,
      calls: EXECUTIONS,
      buffers: 0,
      rows: 0,
      walRecords: 0,
      plans: plan === null ? [] : [plan],
      answers: answers.of(statement.name),
      scans: [],
    });
  }
  return described;
}

/** The plan in the transaction under way; null where the statement cannot be explained. */
async function explain(
  session: PgSession,
  { name, text, parameters }: Statement<never, unknown>,
  values: readonly unknown[],
): Promise<string | null> {
  const explained = {
    name: `plan.${name}`.slice(0, 63),
    text: `explain (format json, costs off) ${text}`,
    parameters: parameters as readonly string[],
  } as Statement<Record<string, unknown>, { 'QUERY PLAN': readonly { Plan: PlanNode }[] }>;
  const named = Object.fromEntries(
    parameters.map((parameter, place) => [parameter, values[place]]),
  );
  await session.command('savepoint cartload_plan');
  try {
    const [row] = await session.execute(explained, named);
    const plan = row?.['QUERY PLAN'][0]?.Plan;
    return plan === undefined ? null : describePlan(plan);
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    await session.command('rollback to savepoint cartload_plan');
    return null;
  } finally {
    if (!session.isLost) await session.command('release savepoint cartload_plan');
  }
}
