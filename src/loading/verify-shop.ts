import type pg from 'pg';
import { CHECKSUM_SETTINGS, checksumSql, formatChecksum } from '../generators/checksum.ts';
import { ChecksumWriter } from '../generators/checksum-writer.ts';
import type { Shop } from '../generators/shop.ts';
import type { TableGenerator } from '../generators/table-generator.ts';
import { checkInvariants } from '../invariants/invariants.ts';
import type { BooksCheck } from '../measurements/run-record.ts';
import type { ShopTable } from '../schema/tables.ts';

export interface TableVerdict {
  readonly table: ShopTable;
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
  readonly client: pg.Client;
  readonly shop: Shop;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
}

const ROWS_A_TURN = 20_000;

/**
 * Verifies a loaded shop: every table's rows and checksum against the generator, then the books. A
 * shop that a run has changed in place still has its books in balance, but not its checksums.
 */
export async function verifyShop(options: VerifyOptions): Promise<VerifyResult> {
  const { client, shop, signal, onStep } = options;
  await client.query(CHECKSUM_SETTINGS);
  const tables: TableVerdict[] = [];
  for (const generator of shop.generators) {
    onStep(`comparing ${generator.table}`);
    const [{ rows }, expected] = await Promise.all([
      client.query<{ checksum: string }>(checksumSql(generator)),
      checksumOf(generator, signal),
    ]);
    const checksum = rows[0]?.checksum ?? '';
    tables.push({
      table: generator.table,
      expectedRows: generator.rowCount,
      rows: Number(checksum.split(':')[0]),
      expectedChecksum: expected,
      checksum,
      matches: checksum === expected,
    });
  }
  onStep('checking the books');
  const invariants = await checkInvariants(client, signal);
  const passed =
    tables.every(({ matches }) => matches) &&
    invariants.every(({ violations }) => violations === 0);
  return { identity: shop.identity.id, tables, invariants, passed };
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
