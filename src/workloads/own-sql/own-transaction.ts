import type {
  RowRange,
  StatementDefinition,
  TransactionDefinition,
} from '../../scenario/transaction-definition.ts';
import { placeholdersOf } from '../../schema/placeholders.ts';
import { type Statement, sqlStatement } from '../../schema/statement.ts';
import type { Session } from '../session.ts';
import { DONE, type Transaction, type TransactionResult } from '../transaction.ts';
import { readDraw } from './draws.ts';

/** By `parameter`, and by `statement.column` of what earlier statements answered. */
type Values = Readonly<Record<string, unknown>>;

interface Step {
  readonly statement: Statement<Values, Values>;
  readonly rows: RowRange | null;
  /** What later statements use of its first row. */
  readonly answers: readonly { readonly column: string; readonly value: string }[];
}

/**
 * A user's own transaction. Its values are drawn once for an arrival, in the order of the file; another
 * number of rows than the file expects is a rejection, and rolls it back.
 */
export function ownTransaction(definition: TransactionDefinition): Transaction<Values> {
  const { name, access, parameters } = definition;
  const draws = parameters.map((parameter) => {
    const read = readDraw(parameter.draw);
    if (!read.ok) throw new Error(`parameter ${parameter.name} of ${name} ${read.message}`);
    return { name: parameter.name, draw: read.draw };
  });
  const customer = parameters.find(({ draw }) => draw === 'customer' || draw === 'buyer');
  const steps = stepsOf(definition);
  return {
    name,
    access,
    statements: steps.map(({ statement }) => statement),
    input: (shopper) =>
      Object.fromEntries(draws.map(({ name: parameter, draw }) => [parameter, draw(shopper)])),
    ...(customer === undefined
      ? {}
      : { customerOf: (input: Values) => Number(input[customer.name]) }),
    run: (session, input) => execute(session, steps, input),
  };
}

/** A statement of a transaction, as it is prepared. */
export function ownStatement(
  transaction: string,
  { name, text }: StatementDefinition,
): Statement<Values, Values> {
  return { ...sqlStatement<Values, Values>(`${transaction}.${name}`, text), isReadAsText: true };
}

function stepsOf({ name: transaction, statements }: TransactionDefinition): readonly Step[] {
  const used = new Set(
    statements.flatMap(({ text }) => [...placeholdersOf(text)].map(({ name }) => name)),
  );
  return statements.map((definition) => ({
    statement: ownStatement(transaction, definition),
    rows: definition.rows,
    answers: [...used]
      .filter((value) => value.startsWith(`${definition.name}.`))
      .map((value) => ({ value, column: value.slice(definition.name.length + 1) })),
  }));
}

async function execute(
  session: Session,
  steps: readonly Step[],
  input: Values,
): Promise<TransactionResult> {
  const values: Record<string, unknown> = { ...input };
  for (const { statement, rows, answers } of steps) {
    const end = await session.executeCounted(statement, values);
    // The tags of CALL and EXPLAIN do not count what they return.
    if (!isExpected(rows, Math.max(end.rowCount, end.rows.length)))
      return { kind: 'rejected', reason: 'unexpected_rows' };
    for (const { value, column } of answers) values[value] = end.rows[0]?.[column];
  }
  return DONE;
}

function isExpected(rows: RowRange | null, count: number): boolean {
  return rows === null || (count >= rows.min && count <= (rows.max ?? Number.POSITIVE_INFINITY));
}
