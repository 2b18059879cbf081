import type { Position } from './text-position.ts';

/** A user's own transaction, as its file says: plain data, which crosses threads and stands in the record. */
export interface TransactionDefinition {
  readonly name: string;
  /** As it is shown to the user. */
  readonly file: string;
  readonly access: 'read' | 'write';
  readonly parameters: readonly ParameterDefinition[];
  /** In the order in which they are executed. */
  readonly statements: readonly StatementDefinition[];
}

export interface ParameterDefinition {
  readonly name: string;
  /** How its value is drawn: `product`, `integer 1..5`. */
  readonly draw: string;
}

export interface StatementDefinition {
  readonly name: string;
  /** With `:parameter` of the transaction, and `:statement.column` of the first row of an earlier one. */
  readonly text: string;
  /** Where the text starts in the file. */
  readonly position: Position;
  /** Null: any number. */
  readonly rows: RowRange | null;
}

/** How many rows a statement has to return or change. */
export interface RowRange {
  readonly min: number;
  /** Null: no limit. */
  readonly max: number | null;
}

/** What is wrong at a place of a transaction file. */
export interface FileProblem extends Position {
  readonly message: string;
}

/** A transaction file read, or all of its problems in order of their position. */
export type ParsedTransaction =
  | { readonly ok: true; readonly transaction: TransactionDefinition }
  | { readonly ok: false; readonly file: string; readonly problems: readonly FileProblem[] };
