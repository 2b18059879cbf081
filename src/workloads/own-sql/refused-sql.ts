import type { SqlToken } from '../../schema/sql-tokens.ts';

const TRANSACTION_CONTROL =
  'is transaction control - leave it out, the transaction is begun and ended for you';
const PREPARED = 'is about prepared statements - leave it out, every statement is prepared for you';
const OF_THE_CONNECTION =
  'changes the connection, which serves other transactions, too - write set local, or leave it out';

/** Commands by their first word that cannot be part of a transaction file. */
const REFUSED: Readonly<Record<string, string>> = {
  begin: TRANSACTION_CONTROL,
  start: TRANSACTION_CONTROL,
  commit: TRANSACTION_CONTROL,
  end: TRANSACTION_CONTROL,
  rollback: TRANSACTION_CONTROL,
  abort: TRANSACTION_CONTROL,
  savepoint: TRANSACTION_CONTROL,
  release: TRANSACTION_CONTROL,
  prepare: PREPARED,
  execute: PREPARED,
  deallocate: PREPARED,
  discard: OF_THE_CONNECTION,
  set: OF_THE_CONNECTION,
  reset: OF_THE_CONNECTION,
  listen: OF_THE_CONNECTION,
  unlisten: OF_THE_CONNECTION,
  copy: 'is COPY, for which nobody here has rows - write insert or select',
};

const WRITES = ['insert', 'update', 'delete', 'merge', 'truncate'];

/** A part of a statement that is refused. */
export interface Refusal {
  readonly token: SqlToken;
  /** "what is wrong - what would be right". */
  readonly message: string;
}

/**
 * What of a statement cannot be part of a transaction file. A write that a reading transaction hides in
 * a function is seen by the server alone, and refused by a replica only.
 */
export function refusalsOf(
  tokens: readonly SqlToken[],
  access: 'read' | 'write',
): readonly Refusal[] {
  const refusals: Refusal[] = [];
  const words = tokens.map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : text));
  const [first] = tokens;
  const reason = Object.hasOwn(REFUSED, words[0] ?? '') ? REFUSED[words[0] ?? ''] : undefined;
  const isLocal = words[0] === 'set' && (words[1] === 'local' || words[1] === 'constraints');
  if (first !== undefined && reason !== undefined && !isLocal) {
    refusals.push({ token: first, message: reason });
  }
  for (const [index, token] of tokens.entries()) {
    if (token.text === '\\') {
      const message = 'is a psql meta-command (got \\) - leave it out, only SQL is sent';
      refusals.push({ token, message });
    }
    if (token.kind === 'positional') {
      const message = `has no name (got ${token.text}) - write :name, and -- parameter name: above`;
      refusals.push({ token, message });
    }
    if (access === 'read' && isWrite(words, index)) {
      const message = `is a write in a transaction of access: read (got ${token.text}) - write -- access: write`;
      refusals.push({ token, message });
    }
  }
  return refusals;
}

/** By its first word, as the query of a `with`, or because it locks rows. */
function isWrite(words: readonly string[], index: number): boolean {
  const word = words[index] ?? '';
  if (WRITES.includes(word)) return index === 0 || words[index - 1] === '(' || isMain(words, index);
  const lock = words.slice(index, index + 4).join(' ');
  return /^for (update|share|key share|no key update)\b/.test(lock);
}

/** `with ... ) insert into`, `with ... ) update`: the command that the queries of a `with` are for. */
function isMain(words: readonly string[], index: number): boolean {
  return words[0] === 'with' && words[index - 1] === ')';
}
