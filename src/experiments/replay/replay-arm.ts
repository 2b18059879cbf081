import type pg from 'pg';
import { openLoadSession } from '../../bench/clients/open-load-session.ts';
import { BackendCpu } from '../../database/backend-cpu.ts';
import { withConnection } from '../../database/connect.ts';
import type { PgSession } from '../../database/pg-session.ts';
import { explainScans } from '../../database/scan-reasons.ts';
import type { ServerAddress } from '../../database/server-address.ts';
import {
  type Counters,
  countersBetween,
  normalised,
  readServerCounters,
} from '../../database/server-statistics.ts';
import { explainWith, readPlans } from '../../database/statement-plans.ts';
import type { Shop } from '../../generators/shop.ts';
import type { ReplayedAction, ReplayedStatement } from '../../measurements/replay-record.ts';
import { sqlStatement } from '../../schema/statement.ts';
import type { Arm } from '../arms/arm.ts';
import { readLog } from './read-log.ts';
import { type ActionKind, seededActions } from './seeded-actions.ts';

export interface ReplayOptions {
  /** A fresh clone of the arm's template, that nobody else uses. */
  readonly database: ServerAddress;
  readonly arm: Arm;
  readonly shop: Shop;
  /** Measured executions of each kind of action. */
  readonly executions: number;
  /** Gathers statistics anew first: another sample than the one that all clones share. */
  readonly analyzes: boolean;
  readonly signal: AbortSignal;
}

/** Before anything is counted, the catalogue is read and functions are compiled. */
const WARM_UP = 10;

const flush = sqlStatement<object, never>('replay.flush', 'select pg_stat_force_next_flush()');

/**
 * Runs the same seeded actions of each kind, one after another on one connection, and counts what the
 * server does for them: on the same data the same counts, however busy the machine is.
 */
export async function replayArm(options: ReplayOptions): Promise<ReplayedAction[]> {
  const { database, arm, shop, signal } = options;
  const kinds = seededActions(arm, shop);
  return withConnection(database, { purpose: 'replay watch' }, async (watch) => {
    if (options.analyzes) await watch.query('analyze');
    const statements = [
      ...new Set(kinds.flatMap(({ transaction }) => transaction.statements)),
      flush,
    ];
    const session = await openLoadSession(database, arm.scenario, 'replay', statements);
    const cpu = BackendCpu.open(database.host, session.backendPid);
    try {
      const actions: ReplayedAction[] = [];
      for (const kind of kinds) {
        signal.throwIfAborted();
        const { transaction } = kind;
        for (let index = 0; index < WARM_UP; index++) await kind.run(session, index);
        const before = await readPoint(watch, session);
        const cpuBeforeMs = cpu?.readMs() ?? Number.NaN;
        const outcomes = { committed: 0, rejected: 0, failed: 0 };
        for (let index = WARM_UP; index < WARM_UP + options.executions; index++) {
          outcomes[(await kind.run(session, index)).kind]++;
        }
        const cpuMs = ((cpu?.readMs() ?? Number.NaN) - cpuBeforeMs) / options.executions;
        const after = await readPoint(watch, session);
        const counted = await countAction(watch, before, after, options.executions);
        actions.push({
          name: transaction.name,
          executions: options.executions,
          outcomes,
          ...counted,
          cpuMs: Number.isNaN(cpuMs) ? null : cpuMs,
          statements: await describeStatements(watch, kind, before, after),
        });
      }
      return actions;
    } finally {
      cpu?.close();
      await session.close();
    }
  });
}

type Reading = Awaited<ReturnType<typeof readServerCounters>>;

interface Point {
  readonly counters: Reading;
  /** Where the log of what came before ends, and where that of what comes after begins. */
  readonly endLsn: string;
  readonly startLsn: string;
}

async function readPoint(watch: pg.Client, session: PgSession): Promise<Point> {
  await session.execute(flush, {});
  const lsn = async () => {
    const { rows } = await watch.query<{ lsn: string }>(
      'select pg_current_wal_insert_lsn() as lsn',
    );
    return rows[0]?.lsn ?? '0/0';
  };
  const endLsn = await lsn();
  // Its commit flushes the log up to here, without which it cannot be read.
  await watch.query(`select pg_logical_emit_message(true, 'cartload', '')`);
  return { counters: await readServerCounters(watch, 'primary'), endLsn, startLsn: await lsn() };
}

/** What the watching connection itself asks is no part of the action. */
const WATCHING = /\bpg_(stat|current|get|prepared|inherits|index|extension)/;

async function countAction(
  watch: pg.Client,
  before: Point,
  after: Point,
  executions: number,
): Promise<
  Pick<
    ReplayedAction,
    | 'buffers'
    | 'rows'
    | 'walBytes'
    | 'walRecords'
    | 'sequentialScans'
    | 'indexScans'
    | 'indexWalBytes'
    | 'updates'
    | 'hotUpdates'
  >
> {
  const { tables, indexes, statements } = countersBetween(before.counters, after.counters);
  const asked = Object.entries(statements ?? {}).filter(([text]) => !WATCHING.test(text));
  const sum = (name: string) => asked.reduce((total, [, each]) => total + (each[name] ?? 0), 0);
  const log = await readLog(watch, before.startLsn, after.endLsn);
  return {
    buffers: (sum('blocksHit') + sum('blocksRead')) / executions,
    rows: sum('rows') / executions,
    walBytes: log.bytes / executions,
    walRecords: log.records / executions,
    sequentialScans: perExecution(tables, 'sequentialScans', executions),
    indexScans: perExecution(indexes, 'scans', executions),
    indexWalBytes: Object.fromEntries(
      Object.entries(log.indexes).map(([name, bytes]) => [name, bytes / executions]),
    ),
    updates: perExecution(tables, 'updated', executions),
    hotUpdates: perExecution(tables, 'hotUpdated', executions),
  };
}

function perExecution(
  counters: Readonly<Record<string, Counters>>,
  counter: string,
  executions: number,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counters).flatMap(([name, each]) => {
      const count = each[counter] ?? 0;
      return count === 0 ? [] : [[name, count / executions]];
    }),
  );
}

async function describeStatements(
  watch: pg.Client,
  { transaction: { statements }, samples, answers }: ActionKind,
  before: Point,
  after: Point,
): Promise<ReplayedStatement[]> {
  const counted = countersBetween(before.counters, after.counters).statements ?? {};
  const generic = await readPlans(watch, statements);
  const described: ReplayedStatement[] = [];
  for (const { name, text } of new Set(statements)) {
    const counters = counted[normalised(text)] ?? {};
    const calls = counters['calls'] ?? 0;
    if (calls === 0) continue;
    const plans = new Set(generic[name] === undefined ? [] : [generic[name]]);
    for (const values of samples.of(name)) {
      const plan = await explainWith(watch, text, values);
      if (plan !== null) plans.add(plan);
    }
    const [values] = samples.of(name);
    const scans = values === undefined ? [] : await explainScans(watch, text, values);
    described.push({
      name,
      calls,
      buffers: ((counters['blocksHit'] ?? 0) + (counters['blocksRead'] ?? 0)) / calls,
      rows: (counters['rows'] ?? 0) / calls,
      walRecords: (counters['walRecords'] ?? 0) / calls,
      plans: [...plans],
      answers: answers.of(name),
      scans: scans.map(({ table, equal, ordered }) => ({
        table,
        equal: [...equal],
        ordered: [...ordered],
      })),
    });
  }
  return described;
}
