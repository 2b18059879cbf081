import { CartloadError } from '../errors.ts';
import type { TableGenerator } from './table-generator.ts';

/**
 * What a set of rows sums up to, in any order: the sums of the low and of the high words of their
 * hashes. Sums of parts can be added.
 */
export interface Checksum {
  readonly rows: number;
  readonly lowSum: bigint;
  readonly highSum: bigint;
}

export const EMPTY_CHECKSUM: Checksum = { rows: 0, lowSum: 0n, highSum: 0n };

/** The checksum of two sets of rows together. */
export function addChecksums(a: Checksum, b: Checksum): Checksum {
  return { rows: a.rows + b.rows, lowSum: a.lowSum + b.lowSum, highSum: a.highSum + b.highSum };
}

/** `rows:low:high` in decimal, as `checksumSql` returns it. */
export function formatChecksum(checksum: Checksum): string {
  return `${checksum.rows}:${checksum.lowSum}:${checksum.highSum}`;
}

/** Reads what `formatChecksum` wrote. Throws BAD_OPTION for anything else. */
export function parseChecksum(text: string): Checksum {
  const match = /^(\d+):(\d+):(\d+)$/.exec(text);
  if (match === null) {
    throw new CartloadError('BAD_OPTION', `"${text}" is not a checksum.`, {
      hint: 'A checksum reads rows:low:high, three decimal numbers.',
    });
  }
  return {
    rows: Number(match[1]),
    lowSum: BigInt(match[2] ?? 0),
    highSum: BigInt(match[3] ?? 0),
  };
}

/**
 * The SQL that computes a table's checksum in the server as one text column `checksum`. Needs
 * `TimeZone = UTC`, `DateStyle = ISO` and `bytea_output = hex` in the session (`CHECKSUM_SETTINGS`).
 */
export function checksumSql(generator: Pick<TableGenerator, 'table' | 'columns'>): string {
  const values = generator.columns.map((c) => `coalesce("${c.name}"::text, '\\N')`).join(', ');
  return `select count(*) || ':' || coalesce(sum(h & 4294967295), 0) || ':' || coalesce(sum((h >> 32) & 4294967295), 0) as checksum
from (select hashtextextended(concat_ws(E'\\x1f', ${values}) collate "C", 0) as h from shop."${generator.table}") as rows`;
}

/** The session that `checksumSql` needs. */
export const CHECKSUM_SETTINGS =
  "set timezone = 'UTC'; set datestyle = 'ISO'; set bytea_output = 'hex'";
