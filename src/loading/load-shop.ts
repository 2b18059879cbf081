import type pg from 'pg';
import { systemClock } from '../clock.ts';
import { withConnection } from '../database/connect.ts';
import { guardPrimary } from '../database/guard.ts';
import { createKnex } from '../database/knex-client.ts';
import { migrateUp } from '../database/migrations.ts';
import { describeAddress, type ServerAddress } from '../database/server-address.ts';
import { CartloadError, InterruptedError } from '../errors.ts';
import type { Shop } from '../generators/shop.ts';
import type { TableGenerator } from '../generators/table-generator.ts';
import type { ShopTable } from '../schema/tables.ts';
import { type Chunk, copyChunk } from './copy-chunk.ts';
import {
  beginDataset,
  finishDataset,
  hasBookkeeping,
  readDataset,
  readLoadedChunks,
  wrongDataset,
} from './ledger.ts';

export interface LoadOptions {
  readonly target: ServerAddress;
  readonly shop: Shop;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
  readonly onProgress: (progress: LoadProgress) => void;
}

/** How far the copying is. Rows that were loaded by an earlier, interrupted load count as done. */
export interface LoadProgress {
  readonly table: ShopTable;
  readonly rowsDone: number;
  readonly rowsTotal: number;
  readonly elapsedMs: number;
}

export interface LoadSummary {
  readonly identity: string;
  /** The same dataset was there already: nothing was done. */
  readonly alreadyLoaded: boolean;
  readonly rows: number;
  /** Rows that an earlier, interrupted load had committed. */
  readonly rowsResumed: number;
  readonly bytesSent: number;
  readonly durationMs: number;
  readonly tables: readonly {
    readonly table: ShopTable;
    readonly rows: number;
    readonly durationMs: number;
  }[];
}

const CHUNK_ROWS = 50_000;
/** One load at a time in a database. Any number will do. */
const LOAD_LOCK = 0x6c6f6164;
const LOCK_PATIENCE_MS = 5000;

/**
 * Migrates a database and fills it with the shop, chunk by chunk. Interrupted or killed at any moment,
 * the same call goes on with exactly the missing chunks; on a shop that is loaded it does nothing.
 *
 * @throws CartloadError as the guard does; WRONG_DATASET when another dataset is there
 */
export async function loadShop(options: LoadOptions): Promise<LoadSummary> {
  const { target, shop, signal, onStep } = options;
  const identity = shop.identity.id;
  const startedAt = systemClock.now();
  return withConnection(target, { purpose: 'load' }, async (client) => {
    await guardPrimary(client, target);
    await lockLoading(client, options);
    const found = (await hasBookkeeping(client)) ? await readDataset(client) : null;
    if (found !== null && found.identity !== identity) {
      throw wrongDataset(found, shop, describeAddress(target));
    }
    onStep('migrating the schema');
    const knex = createKnex(target);
    try {
      await migrateUp(knex);
    } finally {
      await knex.destroy();
    }
    const rowsTotal = shop.generators.reduce((sum, { rowCount }) => sum + rowCount, 0);
    const summary = { identity, rows: rowsTotal, rowsResumed: 0, bytesSent: 0 };
    if (found?.state === 'loaded') {
      const durationMs = systemClock.now() - startedAt;
      return { ...summary, alreadyLoaded: true, durationMs, tables: [] };
    }
    await beginDataset(client, shop);
    const tables: LoadSummary['tables'][number][] = [];
    let rowsDone = 0;
    onStep(`loading ${rowsTotal.toLocaleString('en')} rows`);
    for (const generator of shop.generators) {
      const tableStartedAt = systemClock.now();
      const loaded = await readLoadedChunks(client, identity, generator.table);
      for (const chunk of chunksOf(generator)) {
        if (loaded.has(chunk.number)) summary.rowsResumed += chunk.rows;
        else {
          summary.bytesSent += await copyChunk(client, identity, generator, chunk, signal).catch(
            (error: unknown) => {
              throw signal.aborted ? interrupted(rowsDone, rowsTotal, error) : error;
            },
          );
        }
        rowsDone += chunk.rows;
        const elapsedMs = systemClock.now() - startedAt;
        options.onProgress({ table: generator.table, rowsDone, rowsTotal, elapsedMs });
      }
      const durationMs = systemClock.now() - tableStartedAt;
      tables.push({ table: generator.table, rows: generator.rowCount, durationMs });
    }
    onStep('setting sequences, analyzing');
    await setSequences(client, shop);
    signal.throwIfAborted();
    await vacuumAnalyze(client, shop);
    await finishDataset(client, identity);
    const durationMs = systemClock.now() - startedAt;
    return { ...summary, alreadyLoaded: false, durationMs, tables };
  });
}

function interrupted(rowsDone: number, rowsTotal: number, cause: unknown): InterruptedError {
  const share = `${rowsDone.toLocaleString('en')} of ${rowsTotal.toLocaleString('en')} rows`;
  return new InterruptedError(`${share} are loaded; the same command goes on from there`, {
    cause,
  });
}

function* chunksOf({ rowCount }: TableGenerator): Generator<Chunk> {
  for (let firstRow = 0, number = 0; firstRow < rowCount; firstRow += CHUNK_ROWS, number++) {
    yield { number, firstRow, rows: Math.min(CHUNK_ROWS, rowCount - firstRow) };
  }
}

/** The session of a killed load may still be committing its last chunk: it is given time to end. */
async function lockLoading(client: pg.Client, { target, signal }: LoadOptions): Promise<void> {
  const deadline = systemClock.now() + LOCK_PATIENCE_MS;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1) as locked',
      [LOAD_LOCK],
    );
    if (rows[0]?.locked) return;
    if (systemClock.now() >= deadline) break;
    await systemClock.sleep(100, signal);
  }
  throw new CartloadError('CLUSTER_BUSY', `${describeAddress(target)} is being loaded already.`, {
    hint: 'Wait for the other load to end.',
  });
}

/** Lets the server number new rows after the generated ones. */
async function setSequences(client: pg.Client, shop: Shop): Promise<void> {
  for (const { table, columns } of shop.generators) {
    if (!columns.some(({ name }) => name === 'id')) continue;
    await client.query(
      `select setval(pg_get_serial_sequence('shop.${table}', 'id'),
                     greatest((select max(id) from shop."${table}"), 1))`,
    );
  }
}

/** Statistics for the planner, and the visibility map for index-only scans. */
async function vacuumAnalyze(client: pg.Client, shop: Shop): Promise<void> {
  for (const { table } of shop.generators) await client.query(`vacuum (analyze) shop."${table}"`);
}
