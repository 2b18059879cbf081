import knex, { type Knex } from 'knex';
import type { ShopColumn, ShopTable, ShopTables } from './tables.ts';

const SCHEMA = 'shop';

/** Knex without a connection: it writes SQL and cannot send any. */
export const sql: Knex = knex({ client: 'pg' });

/** The columns of some tables, each with its table: `orders.placed_at`. */
export type ColumnOf<T extends ShopTable> = Extract<ShopColumn, `${T}.${string}`>;

/** What a column holds: `ValueOf<'orders.placed_at'>` is `Date`. */
export type ValueOf<C extends string> = C extends `${infer T extends ShopTable}.${infer Name}`
  ? ShopTables[T][Name & keyof ShopTables[T]]
  : never;

type Operator = '=' | '<>' | '<' | '<=' | '>' | '>=' | '@>' | '@@' | 'like';
type Values<T extends ShopTable> = {
  [Name in keyof ShopTables[T]]?: ShopTables[T][Name] | Knex.Raw;
};

/**
 * A Knex query builder as the compiler should see it: Knex itself takes any text as the name of a
 * table or column in select, where, join and orderBy, so that a typo is found by the server only.
 * Columns are written with their table. What is missing here is written with `sqlStatement`.
 *
 * @typeParam T - the tables that the query has named so far
 * @typeParam Target - the table that it started from, and writes to
 */
export interface ShopQuery<T extends ShopTable, Target extends ShopTable = T> {
  select(...columns: readonly Selected<T>[]): ShopQuery<T, Target>;
  join<J extends ShopTable>(
    table: J,
    left: ColumnOf<T | J>,
    right: ColumnOf<T | J>,
  ): ShopQuery<T | J, Target>;
  leftJoin<J extends ShopTable>(
    table: J,
    left: ColumnOf<T | J>,
    right: ColumnOf<T | J>,
  ): ShopQuery<T | J, Target>;
  where<C extends ColumnOf<T>>(column: C, value: ValueOf<C> | Knex.Raw): ShopQuery<T, Target>;
  where<C extends ColumnOf<T>>(
    column: C,
    operator: Operator,
    value: ValueOf<C> | Knex.Raw,
  ): ShopQuery<T, Target>;
  whereIn<C extends ColumnOf<T>>(column: C, values: readonly ValueOf<C>[]): ShopQuery<T, Target>;
  whereNull(column: ColumnOf<T>): ShopQuery<T, Target>;
  whereNotNull(column: ColumnOf<T>): ShopQuery<T, Target>;
  groupBy(...columns: readonly ColumnOf<T>[]): ShopQuery<T, Target>;
  orderBy(column: ColumnOf<T>, direction?: 'asc' | 'desc'): ShopQuery<T, Target>;
  limit(rows: number): ShopQuery<T, Target>;
  forUpdate(): ShopQuery<T, Target>;
  insert(values: Values<Target> | readonly Values<Target>[]): ShopQuery<T, Target>;
  update(values: Values<Target>): ShopQuery<T, Target>;
  del(): ShopQuery<T, Target>;
  returning(columns: readonly ColumnOf<Target>[]): ShopQuery<T, Target>;
  toSQL(): Knex.Sql;
}

type Selected<T extends ShopTable> = ColumnOf<T> | `${ColumnOf<T>} as ${string}` | Knex.Raw;

/** Starts a query on a table of schema `shop`; joined tables are qualified with the schema too. */
export function from<T extends ShopTable>(table: T): ShopQuery<T> {
  // Narrows what the builder accepts; at run time it is Knex's own.
  return sql.withSchema(SCHEMA).from(table) as unknown as ShopQuery<T>;
}

/** A column's name, checked: for places that take any text, such as `sql.raw('?? + 1', ...)`. */
export function column<C extends ShopColumn>(name: C): C {
  return name;
}
