import type pg from 'pg';

/** Any connection to a loaded shop. */
export type RealismClient = Pick<pg.ClientBase, 'query'>;

/** Rows of numbers, by column name; counts and numerics come as text and are read as numbers. */
export async function numbers<Column extends string>(
  client: RealismClient,
  sql: string,
): Promise<readonly Readonly<Record<Column, number>>[]> {
  const { rows } = await client.query<Record<Column, string | number | null>>(sql);
  return rows.map(
    (row) =>
      Object.fromEntries(
        Object.entries<string | number | null>(row).map(([name, value]) => [name, Number(value)]),
      ) as Record<Column, number>,
  );
}

/** The one row of an aggregate. */
export async function one<Column extends string>(
  client: RealismClient,
  sql: string,
): Promise<Readonly<Record<Column, number>>> {
  const [row] = await numbers<Column>(client, sql);
  if (row === undefined) {
    throw new RangeError('An aggregate has one row.');
  }
  return row;
}

/** Counts by size 1, 2, ... from rows of (size, count). */
export function countsBySize(
  rows: readonly { readonly size: number; readonly count: number }[],
): readonly number[] {
  const counts = Array<number>(Math.max(0, ...rows.map(({ size }) => size))).fill(0);
  for (const { size, count } of rows) {
    counts[size - 1] = count;
  }
  return counts;
}

export function totalOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The mean size of counts by size. */
export function meanSize(counts: readonly number[]): number {
  return counts.reduce((sum, count, i) => sum + count * (i + 1), 0) / totalOf(counts);
}

/** The least size that at least `share` of all do not exceed. */
export function sizeAt(counts: readonly number[], share: number): number {
  const wanted = share * totalOf(counts);
  let sum = 0;
  for (const [i, count] of counts.entries()) {
    sum += count;
    if (sum >= wanted) {
      return i + 1;
    }
  }
  return counts.length;
}
