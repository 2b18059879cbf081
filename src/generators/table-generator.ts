import type { GeneratedTable, ShopTables } from '../schema/tables.ts';
import type { RowWriter } from './row-writer.ts';

export type ColumnType =
  | 'bool'
  | 'int2'
  | 'int4'
  | 'int8'
  | 'text'
  | 'timestamptz'
  | 'jsonb'
  | 'bytea'
  | 'uuid';

/** A column that the generator fills, with the type whose binary form it writes. */
export interface GeneratedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** One table: `writeRow` is a pure function of the row number, so any rows can be made in any order anywhere. */
export interface TableGenerator {
  readonly table: GeneratedTable;
  /** In the order in which values are written; the columns that the server generates are left out. */
  readonly columns: readonly GeneratedColumn[];
  readonly rowCount: number;
  /** Writes row `row`, from 0; its id, where the table has one, is `row + 1`. */
  writeRow(writer: RowWriter, row: number): void;
}

/** Columns of one table, checked against its row type. */
export function columnsOf<T extends GeneratedTable>(
  columns: Partial<Record<Extract<keyof ShopTables[T], string>, ColumnType>>,
): readonly GeneratedColumn[] {
  return Object.entries<ColumnType | undefined>(columns).flatMap(([name, type]) =>
    type === undefined ? [] : [{ name, type }],
  );
}
