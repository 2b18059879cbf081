import type { PgSession } from '../database/pg-session.ts';
import type { IsolationLevel } from '../scenario/scenario.ts';
import type { PlacedOrder, RejectionReason, Transaction } from '../workloads/transaction.ts';
import { classifyError, type ErrorClass } from './classify-error.ts';

/** How one attempt at a transaction ended. */
export type AttemptEnd =
  | { readonly kind: 'committed'; readonly order: PlacedOrder | null }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason }
  /** `order` is what the books must look for when the commit is in doubt. */
  | { readonly kind: 'failed'; readonly cause: ErrorClass; readonly order: PlacedOrder | null };

/**
 * Runs a transaction once on a connection. A write stands between BEGIN and COMMIT; so does a read
 * that wants more than read committed, and then read only.
 *
 * @throws whatever is a fault of the program, not of the server or the connection
 */
export async function attempt<Input>(
  session: PgSession,
  role: 'primary' | 'replica',
  transaction: Transaction<Input>,
  input: Input,
  isolation: IsolationLevel,
): Promise<AttemptEnd> {
  const mode = beginMode(transaction.access, role, isolation);
  let order: PlacedOrder | null = null;
  try {
    if (mode !== null) await session.begin(mode);
    const result = await transaction.run(session, input);
    if (result.kind === 'rejected') {
      if (mode !== null) await session.rollback();
      return result;
    }
    order = result.order;
    if (mode !== null) await session.commit();
    return { kind: 'committed', order };
  } catch (error) {
    const cause = classifyError(error, { role, isLost: session.isLost });
    if (cause === null) throw error;
    if (mode !== null && !session.isLost) await session.rollback().catch(() => {});
    return { kind: 'failed', cause, order };
  }
}

/**
 * What stands behind BEGIN; null where a statement by itself is transaction enough. A replica knows
 * no serializable (0A000): its reads fall to repeatable read.
 */
function beginMode(
  access: 'read' | 'write',
  role: 'primary' | 'replica',
  isolation: IsolationLevel,
): string | null {
  if (access === 'write') return `isolation level ${isolation}`;
  if (isolation === 'read committed') return null;
  const level = role === 'replica' && isolation === 'serializable' ? 'repeatable read' : isolation;
  return `isolation level ${level} read only`;
}
