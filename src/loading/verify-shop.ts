import type pg from 'pg';
import { CHECKSUM_SETTINGS, checksumSql, formatChecksum } from '../generators/checksum.ts';
import { ChecksumWriter } from '../generators/checksum-writer.ts';
import type { Shop } from '../generators/shop.ts';
import type { TableGenerator } from '../generators/table-generator.ts';
import { checkInvariant, keptInvariants } from '../invariants/invariants.ts';
import type { BooksCheck } from '../measurements/run-record.ts';
import type { GeneratedTable } from '../schema/tables.ts';
import { sideBySide } from './side-by-side.ts';

export interface TableVerdict {
  readonly table: GeneratedTable;
  readonly expectedRows: number;
  readonly rows: number;
  /** `rows:low:high`, made by the generator. */
  readonly expectedChecksum: string;
  /** The same, summed up by the server. */
  readonly checksum: string;
  readonly matches: boolean;
}

export interface VerifyResult {
  readonly identity: string;
  readonly tables: readonly TableVerdict[];
  readonly invariants: readonly BooksCheck[];
  readonly passed: boolean;
}

export interface VerifyOptions {
  /** They work side by side, each on one table or one book at a time. */
  readonly clients: readonly pg.Client[];
  readonly shop: Shop;
  readonly signal: AbortSignal;
  readonly onCount: (done: number, total: number) => void;
}

const ROWS_A_TURN = 20_000;

/**
 * Verifies a loaded shop: every table's rows and checksum against the generator, and the books. A
 * shop that a run has changed in place still has its books in balance, but not its checksums.
 */
export async function verifyShop(options: VerifyOptions): Promise<VerifyResult> {
  const { clients, shop, signal, onCount } = options;
  const [first] = clients;
  if (first === undefined) throw new RangeError('verifying needs a connection');
  const books = await keptInvariants(first);
  const total = shop.generators.length + books.length;
  let done = 0;
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    onCount(++done, total);
    return result;
  };
  for (const client of clients) await client.query(CHECKSUM_SETTINGS);
  const largestFirst = shop.generators.toSorted((x, y) => y.rowCount - x.rowCount);
  const verdicts = await sideBySide(clients, largestFirst, signal, (client, generator) =>
    counted(verifyTable(client, generator, signal)),
  );
  const invariants = await sideBySide(clients, books, signal, (client, invariant) =>
    counted(checkInvariant(client, invariant)),
  );
  const tables = shop.generators.flatMap(({ table }) =>
    verdicts.filter((verdict) => verdict.table === table),
  );
  const passed =
    tables.every(({ matches }) => matches) &&
    invariants.every(({ violations }) => violations === 0);
  return { identity: shop.identity.id, tables, invariants, passed };
}

async function verifyTable(
  client: pg.Client,
  generator: TableGenerator,
  signal: AbortSignal,
): Promise<TableVerdict> {
  const [{ rows }, expected] = await Promise.all([
    client.query<{ checksum: string }>(checksumSql(generator)),
    checksumOf(generator, signal),
  ]);
  const checksum = rows[0]?.checksum ?? '';
  return {
    table: generator.table,
    expectedRows: generator.rowCount,
    rows: Number(checksum.split(':')[0]),
    expectedChecksum: expected,
    checksum,
    matches: checksum === expected,
  };
}

/** A table's checksum, from the generator alone. */
async function checksumOf(generator: TableGenerator, signal: AbortSignal): Promise<string> {
  const writer = new ChecksumWriter();
  for (let row = 0; row < generator.rowCount; row++) {
    if (row % ROWS_A_TURN === 0) {
      // Lets the connection and an interrupt be heard between two stretches of arithmetic.
      await new Promise(setImmediate);
      signal.throwIfAborted();
    }
    generator.writeRow(writer, row);
  }
  return formatChecksum(writer.checksum);
}
