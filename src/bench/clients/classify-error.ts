import { CommitRefusedError, LostAtCommitError, sqlStateOf } from '../../database/pg-session.ts';
import type { Outcome } from '../../measurements/outcome.ts';

/** How a failed attempt is counted. */
export interface ErrorClass {
  readonly outcome: Outcome;
  /** The server's code, where it sent one. */
  readonly sqlState: string | null;
}

const BY_SQLSTATE: Readonly<Record<string, Outcome>> = {
  '40P01': 'deadlock',
  '40001': 'serialization',
  '55P03': 'lock_timeout',
  '57014': 'statement_timeout',
  '23505': 'unique_violation',
};

/**
 * Names the cause of a failed attempt by its SQLSTATE alone, since messages are localised. On a node
 * in recovery 40001 and 40P01 are standby conflicts: a replica writes nothing that could deadlock
 * or fail to serialize.
 *
 * @returns null when neither the server nor the connection is the cause: a fault of the program
 */
export function classifyError(
  error: unknown,
  session: { readonly role: 'primary' | 'replica'; readonly isLost: boolean },
): ErrorClass | null {
  if (error instanceof LostAtCommitError) return { outcome: 'in_doubt', sqlState: null };
  if (error instanceof CommitRefusedError) return { outcome: 'other', sqlState: 'ROLLBACK' };
  const sqlState = sqlStateOf(error);
  if (sqlState === null) return session.isLost ? { outcome: 'connection', sqlState } : null;
  // 08: connection exceptions. 57P01 to 57P03: the server is going away or not there yet.
  if (sqlState.startsWith('08') || /^57P0[1-3]$/.test(sqlState)) {
    return { outcome: 'connection', sqlState };
  }
  const outcome = BY_SQLSTATE[sqlState] ?? 'other';
  const isConflict = outcome === 'deadlock' || outcome === 'serialization';
  return {
    outcome: session.role === 'replica' && isConflict ? 'standby_conflict' : outcome,
    sqlState,
  };
}
