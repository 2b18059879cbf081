import { nearestFirst } from '../../scenario/nearest.ts';
import { positionAt } from '../../scenario/text-position.ts';
import type {
  ParameterDefinition,
  ParsedTransaction,
  RowRange,
  StatementDefinition,
} from '../../scenario/transaction-definition.ts';
import { given } from '../../scenario/units.ts';
import { type SqlToken, scanSql } from '../../schema/sql-tokens.ts';
import { LONGEST_STATEMENT_NAME } from '../../schema/statement.ts';
import { readDraw } from './draws.ts';
import { refusalsOf } from './refused-sql.ts';
import { type Complain, type Directive, type Section, splitSections } from './sql-sections.ts';

/** The reader's state: what has been declared, and what of it is used. */
interface Reading {
  readonly text: string;
  readonly transaction: string;
  readonly access: 'read' | 'write';
  readonly parameters: ReadonlyMap<string, Directive>;
  readonly used: Set<string>;
  readonly statements: Map<string, Section>;
  /** Statements whose first row is used by a later one. */
  readonly answering: Set<string>;
  readonly complain: Complain;
}

const NAME = /^[a-z][a-z0-9_]*$/;
const NAME_RIGHT = 'write lower-case letters, digits and _, a letter first';

/**
 * Reads a transaction file, of which the format stands in docs/own-sql.md: the transaction, or every
 * problem at once. Where a quote or comment has no end, only that is reported, because what follows
 * cannot be told apart then.
 *
 * @param from what the transaction is called, and the file as its user knows it
 */
export function parseTransactionFile(
  text: string,
  from: { readonly name: string; readonly file: string },
): ParsedTransaction {
  const { name, file } = from;
  const problems: { readonly offset: number; readonly message: string }[] = [];
  const complain: Complain = (offset, message) => problems.push({ offset, message });
  // A byte order mark is no part of the SQL.
  const source = text.replace(/^\uFEFF/, '');
  const tokens = [...scanSql(source)];
  const open = tokens.find(({ isClosed }) => !isClosed);
  const nul = source.indexOf('\0');
  let transaction = null;
  if (open !== undefined) {
    const what = open.kind === 'comment' ? 'comment' : 'quote';
    complain(open.start, `a ${what} has no end (got ${given(firstLine(open.text))}) - close it`);
  } else if (nul >= 0) {
    complain(nul, 'has a NUL character, which no SQL can have - save it as UTF-8 text');
  } else {
    transaction = { name, file, ...readFile(source, name, tokens, complain) };
  }
  if (transaction !== null && problems.length === 0) return { ok: true, transaction };
  const sorted = problems.toSorted((a, b) => a.offset - b.offset);
  const located = sorted.map(({ offset, message }) => ({ ...positionAt(source, offset), message }));
  return { ok: false, file, problems: located };
}

function readFile(
  text: string,
  transaction: string,
  tokens: readonly SqlToken[],
  complain: Complain,
) {
  const { head, sections } = splitSections(text, tokens, complain);
  const [nameless] = head.tokens;
  if (nameless !== undefined) {
    complain(nameless.start, 'SQL stands above the first name - write -- name: NAME above it');
  } else if (sections.length === 0) {
    complain(0, 'has no statement - write -- name: NAME and the SQL below it');
  }
  const access = readAccess(head, complain);
  const reading: Reading = {
    text,
    transaction,
    access,
    parameters: declared(head, complain),
    used: new Set(),
    statements: new Map(),
    answering: new Set(),
    complain,
  };
  const statements = sections.map((section) => readStatement(section, reading));
  for (const [name, { start }] of reading.parameters) {
    if (!reading.used.has(name)) {
      complain(start, `parameter ${name} is not used - leave it out, or write :${name} in the SQL`);
    }
  }
  return {
    access,
    parameters: readParameters(reading),
    statements: statements.map((statement) => withAnswer(statement, reading)),
  };
}

/** Where it cannot be told, the rest of the file is read as that of a write, which may do more. */
function readAccess({ directives }: Section, complain: Complain): 'read' | 'write' {
  const [access, again] = directives.filter(({ key }) => key === 'access');
  if (again !== undefined) complain(again.start, 'access is given twice - keep one of them');
  if (access === undefined) {
    complain(0, 'has no access - write -- access: read or -- access: write at the top');
    return 'write';
  }
  const { value, valueStart } = access;
  if (value === 'read' || value === 'write') return value;
  complain(valueStart, `access is not known (got ${given(value)}) - write read or write`);
  return 'write';
}

function declared({ directives }: Section, complain: Complain): ReadonlyMap<string, Directive> {
  const parameters = new Map<string, Directive>();
  for (const directive of directives.filter(({ key }) => key === 'parameter')) {
    const { subject, start } = directive;
    if (!NAME.test(subject)) {
      complain(start, `a parameter's name is not one (got ${given(subject)}) - ${NAME_RIGHT}`);
    } else if (parameters.has(subject)) {
      complain(start, `parameter ${subject} is given twice - keep one of them`);
    } else {
      parameters.set(subject, directive);
    }
  }
  return parameters;
}

function readParameters({ parameters, complain }: Reading): readonly ParameterDefinition[] {
  return [...parameters].map(([name, { value, valueStart }]) => {
    const read = readDraw(value);
    if (!read.ok) complain(valueStart, `parameter ${name} ${read.message}`);
    return { name, draw: value };
  });
}

function readStatement(section: Section, reading: Reading): StatementDefinition {
  const { text, complain, statements } = reading;
  const name = section.name?.value ?? '';
  const nameStart = section.name?.valueStart ?? 0;
  const full = `${reading.transaction}.${name}`;
  if (!NAME.test(name)) {
    complain(nameStart, `a statement's name is not one (got ${given(name)}) - ${NAME_RIGHT}`);
  } else if (statements.has(name)) {
    complain(nameStart, `a statement is named twice (got ${name}) - give each its own name`);
  } else if (full.length > LONGEST_STATEMENT_NAME) {
    complain(
      nameStart,
      `a name is too long for the server (got ${full}) - write at most ${LONGEST_STATEMENT_NAME} letters, the transaction's name and the dot included`,
    );
  }
  const tokens = section.tokens;
  const end = tokens.findIndex((token) => token.text === ';');
  const own = end < 0 ? tokens : tokens.slice(0, end);
  const second = end < 0 ? undefined : tokens.slice(end).find((token) => token.text !== ';');
  if (second !== undefined) {
    complain(second.start, `${name} has more than one statement - write -- name: above each`);
  }
  const [first] = own;
  if (first === undefined) complain(nameStart, `${name} has no SQL - write it below the name`);
  for (const { token, message } of refusalsOf(own, reading.access)) {
    complain(token.start, `${token.text} ${message}`);
  }
  for (const token of own) if (token.kind === 'named') useValue(token, reading);
  const rows = readRows(section, complain);
  statements.set(name, section);
  const last = own.at(-1);
  return {
    name,
    text: text.slice(first?.start ?? 0, last === undefined ? 0 : last.start + last.text.length),
    position: positionAt(text, first?.start ?? nameStart),
    rows,
  };
}

/** Notes the use of a parameter, or of an earlier statement's answer. */
function useValue({ text, start }: SqlToken, reading: Reading): void {
  const { parameters, used, statements, answering, complain } = reading;
  const [source = '', column] = text.slice(1).split('.');
  if (column === undefined) {
    used.add(source);
    if (parameters.has(source)) return;
    const known = nearestFirst(source, [...parameters.keys()]).join(', ');
    const right = known === '' ? '' : `known are ${known}; or `;
    const message = `${text} is not a parameter of the file - ${right}write -- parameter ${source}: product at its top`;
    complain(start, message);
  } else if (statements.has(source)) {
    answering.add(source);
  } else {
    const known = [...statements.keys()].join(', ') || 'none';
    complain(start, `${text} is no answer of an earlier statement - earlier ones are ${known}`);
  }
}

function readRows({ directives }: Section, complain: Complain): RowRange | null {
  const [rows, again] = directives;
  if (again !== undefined) complain(again.start, 'rows is given twice - keep one of them');
  if (rows === undefined) return null;
  const [whole, from, dots, to] = /^(\d{1,9})(\.\.)?(\d{1,9})?$/.exec(rows.value) ?? [];
  const min = Number(from);
  const limit = dots === undefined ? min : Number(to);
  const max = dots !== undefined && to === undefined ? null : limit;
  if (whole === undefined || (dots === undefined && to !== undefined) || (max ?? min) < min) {
    const message = `rows is not a number or range (got ${given(rows.value)}) - write 1, 1.. or 0..5`;
    complain(rows.valueStart, message);
    return null;
  }
  return { min, max };
}

/** A statement whose first row is used has to have one. */
function withAnswer(statement: StatementDefinition, reading: Reading): StatementDefinition {
  const { name, rows } = statement;
  if (!reading.answering.has(name)) return statement;
  if (rows === null) return { ...statement, rows: { min: 1, max: null } };
  const [directive] = reading.statements.get(name)?.directives ?? [];
  if (rows.min === 0 && directive !== undefined) {
    const message = `rows may be 0, but a later statement uses the first row of ${name} - write 1 or more`;
    reading.complain(directive.valueStart, message);
  }
  return statement;
}

function firstLine(text: string): string {
  return text.split(/[\n\r]/)[0] ?? '';
}
