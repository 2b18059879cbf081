import type { Knex } from 'knex';
import { escapeLiteral } from 'pg';
import { replacePlaceholders } from './placeholders.ts';
import { sql } from './query.ts';

declare const signature: unique symbol;

/**
 * SQL to be prepared once under its name and then run with values.
 *
 * @typeParam P - the named parameters
 * @typeParam R - one row of the result
 */
export interface Statement<P extends object, R> {
  readonly name: string;
  readonly text: string;
  /** In `$1`.. order. */
  readonly parameters: readonly (keyof P & string)[];
  /** Its rows hold each value as the server wrote it, so that it goes into another statement unchanged. */
  readonly isReadAsText?: boolean;
  /** Never set: carries both types to the compiler. */
  readonly [signature]?: (parameters: P) => R;
}

/** In bytes. The server cuts longer names, after which two statements could share one. */
export const LONGEST_STATEMENT_NAME = 63;

/** Stands for a named parameter among Knex's bindings. */
class Parameter {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Compiles a statement from the query builder, once. Other values than parameters become literals
 * in the text, because only a literal lets the planner use a partial index: `status = 'active'`.
 */
export function statement<P extends object, R>(
  name: string,
  build: (param: (name: keyof P & string, cast?: string) => Knex.Raw) => { toSQL(): Knex.Sql },
): Statement<P, R> {
  const { sql: text, bindings } = build((parameter, cast) =>
    sql.raw(cast === undefined ? '?' : `?::${cast}`, [new Parameter(parameter) as never]),
  )
    .toSQL()
    .toNative();
  const positions = new Positions<keyof P & string>();
  const bound = replacePlaceholders(text, ({ kind, name: number }) => {
    if (kind === 'named') throw new Error(`statement ${name}: use param('${number}')`);
    const value: unknown = bindings[Number(number) - 1];
    return value instanceof Parameter
      ? positions.of(value.name as keyof P & string)
      : literal(name, value);
  });
  return { name: checked(name), text: bound, parameters: positions.names };
}

/** Compiles a statement from SQL with `:named` parameters, once. The same name is the same `$n`. */
export function sqlStatement<P extends object, R>(name: string, text: string): Statement<P, R> {
  const positions = new Positions<keyof P & string>();
  const bound = replacePlaceholders(text, (placeholder) => {
    if (placeholder.kind === 'positional') {
      throw new Error(`statement ${name}: $${placeholder.name} has no name, write :name`);
    }
    return positions.of(placeholder.name as keyof P & string);
  });
  return { name: checked(name), text: bound, parameters: positions.names };
}

/** The values of a statement's parameters in `$1`.. order. */
export function bind<P extends object>(
  statement: Statement<P, unknown>,
  values: NoInfer<P>,
): unknown[] {
  return statement.parameters.map((name) => {
    const value = values[name];
    // The driver would send null for it.
    if (value === undefined) throw new Error(`statement ${statement.name}: no value for ${name}`);
    return value;
  });
}

/** A statement with the values for its parameters. */
export interface Call<R> {
  readonly statement: Statement<never, R>;
  readonly parameters: object;
}

/** What a statement came to. */
export interface CountedRows<R> {
  readonly rows: readonly R[];
  /** Returned or changed. */
  readonly rowCount: number;
}

/** The rows of each call, in their order. */
export type RowsOf<Calls extends readonly Call<unknown>[]> = {
  readonly [K in keyof Calls]: Calls[K] extends Call<infer R> ? R[] : never;
};

/** A statement to be executed together with others. */
export function call<P extends object, R>(
  statement: Statement<P, R>,
  parameters: NoInfer<P>,
): Call<R> {
  return { statement, parameters };
}

class Positions<Name extends string> {
  readonly names: Name[] = [];

  of(name: Name): string {
    const known = this.names.indexOf(name);
    return `$${known >= 0 ? known + 1 : this.names.push(name)}`;
  }
}

function literal(name: string, value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string') return escapeLiteral(value);
  if (value instanceof Date) return escapeLiteral(value.toISOString());
  throw new Error(
    `statement ${name}: ${String(value)} cannot be written as a literal, use param()`,
  );
}

function checked(name: string): string {
  if (name.length === 0 || Buffer.byteLength(name) > LONGEST_STATEMENT_NAME) {
    throw new Error(`statement name "${name}" must have 1 to ${LONGEST_STATEMENT_NAME} bytes`);
  }
  return name;
}
