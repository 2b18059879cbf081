import { type PgSession, sqlStateOf } from '../../database/pg-session.ts';
import type { Staleness } from '../../measurements/transaction-recorder.ts';
import type { IsolationLevel } from '../../scenario/scenario.ts';
import { sqlStatement } from '../../schema/statement.ts';
import type { Session } from '../../workloads/session.ts';
import {
  type PlacedOrder,
  type RejectionReason,
  rejectionOf,
  type Transaction,
} from '../../workloads/transaction.ts';
import { classifyError, type ErrorClass } from './classify-error.ts';
import { type DeadlockReport, readDeadlock } from './deadlock-report.ts';

/** Tells row-level security whose orders are meant, as an application does for each request. */
export const identify = sqlStatement<{ readonly customerId: number }, never>(
  'identify',
  `select set_config('shop.customer_id', :customerId::bigint::text, false)`,
);

/** What an attempt needs of a connection. */
export type AttemptSession = Session &
  Pick<PgSession, 'begin' | 'commit' | 'rollback' | 'isLost' | 'backendPid'>;

export interface AttemptOptions {
  readonly isolation: IsolationLevel;
  /** Row-level security is at work. */
  readonly identifies: boolean;
}

/** How one attempt at a transaction ended. */
export type AttemptEnd =
  | {
      readonly kind: 'committed';
      readonly order: PlacedOrder | null;
      readonly staleness: Staleness | null;
    }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason }
  /** `order` is what the books must look for when the commit is in doubt. */
  | {
      readonly kind: 'failed';
      readonly cause: ErrorClass;
      readonly order: DoubtfulOrder | null;
      /** What the server said of the deadlock that this attempt was struck down for. */
      readonly deadlock: DeadlockReport | null;
    };

/** An order that may be there; its total is null where only the server knows it. */
export interface DoubtfulOrder {
  readonly totalCents: number | null;
}

/**
 * Runs a transaction once on a connection. A write stands between BEGIN and COMMIT; so does a read
 * that wants more than read committed, and then read only.
 *
 * @throws whatever is a fault of the program, not of the server or the connection
 */
export async function attempt<Input>(
  session: AttemptSession,
  role: 'primary' | 'replica',
  transaction: Transaction<Input>,
  input: Input,
  { isolation, identifies }: AttemptOptions,
): Promise<AttemptEnd> {
  const mode = beginMode(transaction, role, isolation);
  let order: PlacedOrder | null = null;
  try {
    if (mode !== null) await session.begin(mode);
    if (identifies && transaction.customerOf !== undefined) {
      await session.execute(identify, { customerId: transaction.customerOf(input) });
    }
    const result = await transaction.run(session, input);
    if (result.kind === 'rejected') {
      if (mode !== null) await rollBackIfPossible(session);
      return result;
    }
    order = result.order;
    if (mode !== null) await session.commit();
    return { kind: 'committed', order, staleness: result.staleness ?? null };
  } catch (error) {
    const reason = rejectionOf(sqlStateOf(error));
    if (reason !== null) {
      if (mode !== null) await rollBackIfPossible(session);
      return { kind: 'rejected', reason };
    }
    const cause = classifyError(error, { role, isLost: session.isLost });
    if (cause === null) throw error;
    if (mode === null && transaction.access === 'write' && session.isLost) {
      const doubtful = transaction.placesOrder === true ? { totalCents: null } : null;
      const outcome = 'in_doubt';
      return { kind: 'failed', cause: { ...cause, outcome }, order: doubtful, deadlock: null };
    }
    if (mode !== null) await rollBackIfPossible(session);
    const deadlock =
      cause.outcome === 'deadlock' ? readDeadlock(error as object, session.backendPid) : null;
    return { kind: 'failed', cause, order, deadlock };
  }
}

/** Where the connection has broken, or breaks now, the server rolls back by itself. */
async function rollBackIfPossible(session: AttemptSession): Promise<void> {
  if (!session.isLost) await session.rollback().catch(() => {});
}

/**
 * What stands behind BEGIN; null where a statement by itself is transaction enough. A replica knows
 * no serializable (0A000): its reads fall to repeatable read.
 */
function beginMode(
  { access, isOneStatement }: Pick<Transaction<never>, 'access' | 'isOneStatement'>,
  role: 'primary' | 'replica',
  isolation: IsolationLevel,
): string | null {
  const isAtomic = access === 'read' || isOneStatement === true;
  if (isAtomic && isolation === 'read committed') return null;
  if (access === 'write') return `isolation level ${isolation}`;
  const level = role === 'replica' && isolation === 'serializable' ? 'repeatable read' : isolation;
  return `isolation level ${level} read only`;
}
