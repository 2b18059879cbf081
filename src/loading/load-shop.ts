import type pg from 'pg';
import { withConnection } from '../database/connect.ts';
import { guardPrimary } from '../database/guard.ts';
import { createKnex } from '../database/knex-client.ts';
import { type Migrations, migrateUp } from '../database/migrations.ts';
import { describeAddress, type ServerAddress } from '../database/server-address.ts';
import { CartloadError } from '../errors.ts';
import { copyMissing } from './copy-missing.ts';
import { checkDiskSpace } from './disk-space.ts';
import { measureCeiling } from './generation-ceiling.ts';
import { withHands } from './hands.ts';
import {
  beginDataset,
  emptyShop,
  finishDataset,
  hasBookkeeping,
  readDataset,
  readLoadedChunks,
  wrongDataset,
} from './ledger.ts';
import { LoadCounters } from './load-counters.ts';
import { lockLoading } from './load-lock.ts';
import type { LoadOptions } from './load-options.ts';
import { type Chunk, planChunks } from './load-plan.ts';
import { restore, type StepTime } from './restore.ts';
import { setAside } from './set-aside.ts';
import { forEachTable, rebuildDailySales, setSequences } from './table-work.ts';
import { type VerifyResult, verifyShop } from './verify-shop.ts';

/** Below it, the 1.2 s that the ceiling takes would be felt. */
const ROWS_FOR_CEILING = 1_000_000;

export interface LoadSummary {
  readonly identity: string;
  /** The same dataset was there already: nothing was done. */
  readonly alreadyLoaded: boolean;
  readonly rows: number;
  /** Rows that an earlier, interrupted load had committed. */
  readonly rowsResumed: number;
  readonly bytesSent: number;
  readonly workers: number;
  /** Until everything was in place, without the verification. */
  readonly durationMs: number;
  /** Null where it was not asked for. */
  readonly verified: VerifyResult | null;
  readonly phases: readonly StepTime[];
  /** Of the lanes' time while copying: what they spent it on, each a share from 0 to 1. */
  readonly copying: {
    readonly generating: number;
    readonly sending: number;
    readonly committing: number;
  };
  /** What one thread generates when nothing takes it; null after a load of less than a million rows. */
  readonly ceilingRowsPerSecond: number | null;
}

/**
 * Migrates a database and fills it with the shop: indexes and keys are set aside, chunks copied side
 * by side, everything brought back. Interrupted or killed at any moment, the same call goes on with
 * exactly what is missing; on a shop that is loaded it does nothing.
 *
 * @throws CartloadError as the guard does; WRONG_DATASET when another dataset is there and may not be
 * replaced; InterruptedError on the user's wish
 */
export async function loadShop(options: LoadOptions): Promise<LoadSummary> {
  const { target, shop, signal, onStep } = options;
  const identity = shop.identity.id;
  const startedAt = performance.now();
  const phases: StepTime[] = [];
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    onStep(step);
    const stepStartedAt = performance.now();
    const result = await work();
    phases.push({ step, durationMs: performance.now() - stepStartedAt });
    return result;
  };
  return withConnection(target, { purpose: 'load' }, async (client) => {
    const where = describeAddress(target);
    await guardPrimary(client, target);
    await lockLoading(client, where, signal);
    const found = (await hasBookkeeping(client)) ? await readDataset(client) : null;
    if (found !== null && found.identity !== identity && !options.replace) {
      throw wrongDataset(found, shop, where);
    }
    const beginsAnew = found === null || options.replace;
    if (beginsAnew) await checkDiskSpace(client, shop.spec.orders, options.localCopies);
    await timed('migrating the schema', () => migrate(target, options.migrations));
    const rows = shop.generators.reduce((sum, { rowCount }) => sum + rowCount, 0);
    const base = { identity, rows, workers: options.workers, phases };
    const nothing = { rowsResumed: 0, bytesSent: 0, ceilingRowsPerSecond: null };
    if (found?.state === 'loaded' && !options.replace) {
      const durationMs = performance.now() - startedAt;
      const copying = { generating: 0, sending: 0, committing: 0 };
      return { ...base, ...nothing, alreadyLoaded: true, durationMs, copying, verified: null };
    }
    if (found !== null && options.replace) {
      await timed('throwing away the old shop', () => emptyShop(client));
    }
    await beginDataset(client, shop);

    const plan = planChunks(shop.generators);
    const loaded = await findLoaded(client, identity, plan);
    const missing = plan.filter((_, index) => loaded[index] !== 1);
    const rowsMissing = missing.reduce((sum, chunk) => sum + chunk.rows, 0);
    const rowsResumed = rows - rowsMissing;
    const counters = new LoadCounters();
    if (missing.length > 0) {
      await timed('setting indexes and keys aside', () => setAside(client));
      const text = `copying ${rowsMissing.toLocaleString('en')} rows, ${options.workers} at a time`;
      await timed(text, () => copyMissing(options, client, counters, loaded, rowsResumed, rows));
    }
    await withHands(options, client, async (hands) => {
      const each = (sql: (table: string) => string) =>
        forEachTable(shop, hands, signal, options.onCount, sql);
      await timed('vacuuming', () => each((table) => `vacuum shop."${table}"`));
      phases.push(...(await restore({ clients: hands, signal, onStep, onDone: options.onCount })));
      await timed('analyzing', () => each((table) => `analyze shop."${table}"`));
    });
    await timed('adding up daily sales', () => rebuildDailySales(client));
    await setSequences(client, shop);
    await finishDataset(client, identity);
    const durationMs = performance.now() - startedAt;
    const verified = options.verify ? await verify(options, client) : null;
    return {
      ...base,
      alreadyLoaded: false,
      rowsResumed,
      bytesSent: counters.read('bytesCommitted'),
      durationMs,
      verified,
      copying: shares(counters),
      ceilingRowsPerSecond: rowsMissing < ROWS_FOR_CEILING ? null : measureCeiling(missing),
    };
  });
}

function verify(options: LoadOptions, main: pg.Client): Promise<VerifyResult> {
  const { shop, signal, onCount, onStep } = options;
  onStep('verifying rows, checksums and books');
  return withHands(options, main, (clients) => verifyShop({ clients, shop, signal, onCount }));
}

async function migrate(target: ServerAddress, migrations?: Migrations): Promise<void> {
  const knex = createKnex(target);
  try {
    await migrateUp(knex, migrations);
  } finally {
    await knex.destroy();
  }
}

async function findLoaded(
  client: pg.Client,
  identity: string,
  plan: readonly Chunk[],
): Promise<Uint8Array> {
  const places = await readLoadedChunks(client, identity);
  const loaded = new Uint8Array(new SharedArrayBuffer(plan.length));
  for (const [index, { generator, firstRow, rows }] of plan.entries()) {
    if (places.delete(`${generator.table}:${firstRow}:${rows}`)) loaded[index] = 1;
  }
  if (places.size === 0) return loaded;
  throw new CartloadError('WRONG_DATASET', 'The load was begun in chunks of another size.', {
    hint: 'Another version of Cartload began it: finish it with that one, or load anew with --replace.',
  });
}

function shares(counters: LoadCounters): LoadSummary['copying'] {
  const generating = counters.read('generatingUs');
  const sending = counters.read('sendingUs');
  const committing = counters.read('committingUs');
  const total = Math.max(1, generating + sending + committing);
  return {
    generating: generating / total,
    sending: sending / total,
    committing: committing / total,
  };
}
