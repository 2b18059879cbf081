import { CartloadError, messageOf } from '../errors.ts';
import { sqlStateOf } from './pg-session.ts';

const HINTS: Readonly<Record<string, string>> = {
  '42501': 'The role needs to own the database: alter database NAME owner to ROLE.',
  '25006': 'The database or the role is set to read only (default_transaction_read_only).',
  '53100': 'The disk of the server is full.',
  '53200': 'The server is out of memory.',
  '57P01': 'The server was shut down.',
};

/** What Node and `pg` say when a connection is gone, in code or in words. */
const LOST = /^(ECONNRESET|EPIPE|ETIMEDOUT|ECONNREFUSED|EHOSTUNREACH)$/;
const LOST_WORDS = /connection terminated|connection error|client was closed|connection ended/i;

/** An error of the server's, or of the connection to it, as a user should see it; null for any other. */
export function asTargetFailure(error: unknown): CartloadError | null {
  const sqlState = sqlStateOf(error);
  if (sqlState !== null) {
    const hint = HINTS[sqlState];
    const text = `The server refused: ${messageOf(error).split('\n')[0]} (${sqlState}).`;
    return new CartloadError('TARGET_FAILED', text, {
      ...(hint === undefined ? {} : { hint }),
      cause: error,
    });
  }
  const { code } = error as { code?: unknown };
  const isLost = (typeof code === 'string' && LOST.test(code)) || LOST_WORDS.test(messageOf(error));
  if (!isLost) return null;
  return new CartloadError('TARGET_FAILED', `The connection was lost: ${messageOf(error)}.`, {
    hint: 'See the log of the server. What was committed stays.',
    cause: error,
  });
}
