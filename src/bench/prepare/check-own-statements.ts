import type pg from 'pg';
import { DescribeStatement } from '../../database/describe-statement.ts';
import { sqlStateOf } from '../../database/pg-session.ts';
import { CartloadError, messageOf } from '../../errors.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { type Position, positionAt } from '../../scenario/text-position.ts';
import type {
  StatementDefinition,
  TransactionDefinition,
} from '../../scenario/transaction-definition.ts';
import { placeholdersOf } from '../../schema/placeholders.ts';
import { ownStatement } from '../../workloads/own-sql/own-transaction.ts';

/**
 * Has the server parse every statement of the user's own transactions, as the role that the clients work
 * as, and nothing executed: a mistake in one must not come to light at its first arrival.
 *
 * @throws CartloadError STATEMENT_REFUSED with the place of everything that it refuses
 */
export async function checkOwnStatements(
  client: pg.Client,
  { transactions, security }: Pick<Scenario, 'transactions' | 'security'>,
): Promise<void> {
  if (transactions.length === 0) return;
  const problems: string[] = [];
  if (security.role === 'app') await client.query('set role shop_app');
  for (const transaction of transactions) {
    problems.push(...(await problemsOf(client, transaction)));
  }
  if (security.role === 'app') await client.query('reset role');
  if (problems.length === 0) return;
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new CartloadError(
    'STATEMENT_REFUSED',
    [
      `The own SQL of the mix has ${count} on this server:`,
      ...problems.map((each) => `  ${each}`),
    ].join('\n'),
    { hint: 'Nothing was run. What a transaction file may hold is described in docs/own-sql.md.' },
  );
}

async function problemsOf(
  client: pg.Client,
  transaction: TransactionDefinition,
): Promise<readonly string[]> {
  const { file, name, statements } = transaction;
  const problems: string[] = [];
  const columns = new Map<string, readonly string[]>();
  for (const definition of statements) {
    const sent = ownStatement(name, definition);
    const complain = (offset: number, message: string) => {
      const { line, column } = placeIn(definition, offset);
      problems.push(`${file}:${line}:${column}: ${name}.${definition.name}: ${message}`);
    };
    for (const { name: value, start } of placeholdersOf(definition.text)) {
      const [source = '', column] = value.split('.');
      // One that was refused itself has no columns to know.
      const known = column === undefined ? undefined : columns.get(source);
      if (column === undefined || known === undefined || known.includes(column)) continue;
      const list = known.join(', ') || 'none';
      complain(start, `${source} returns no column ${column} - it returns ${list}`);
    }
    try {
      columns.set(definition.name, await client.query(new DescribeStatement(sent.text)).columns);
    } catch (error) {
      const sqlState = sqlStateOf(error);
      // Connection, resources, intervention, system, internal: no fault of the statement's.
      if (sqlState === null || /^(08|53|57|58|XX)/.test(sqlState)) throw error;
      const { position, hint } = error as pg.DatabaseError;
      const offset = position === undefined ? 0 : sourceOffset(definition.text, sent, position);
      const right = hint === undefined ? '' : ` - ${hint}`;
      complain(offset, `${messageOf(error)} (${sqlState})${right}`);
    }
  }
  return problems;
}

/**
 * Where in the text of the file stands what the server tells of the text that it was sent.
 *
 * @param position in characters from 1, of the text with `$1` for `:name`
 */
function sourceOffset(
  text: string,
  sent: { readonly text: string; readonly parameters: readonly string[] },
  position: string,
): number {
  const characters = [...sent.text].slice(0, Number(position) - 1);
  const offset = characters.join('').length;
  let shift = 0;
  for (const { name, start } of placeholdersOf(text)) {
    if (start >= offset + shift) break;
    const number = sent.parameters.indexOf(name) + 1;
    shift += `:${name}`.length - `$${number}`.length;
  }
  return offset + shift;
}

function placeIn({ text, position }: StatementDefinition, offset: number): Position {
  const { line, column } = positionAt(text, offset);
  return {
    line: position.line + line - 1,
    column: line === 1 ? position.column + column - 1 : column,
  };
}
