// The same kind of rows by our own loader: copyChunk() on one connection, runLanes() on two.
import { performance } from 'node:perf_hooks';
import { built } from '../loader-bench.mjs';
import { heapOf, onShop, rateOf } from './measured.mjs';

/** `finish`: with VACUUM ANALYZE and a primary key, as pgbench does. */
export async function copyOurs(table, rows, { keys, finish = false }) {
  const { copyChunk } = await built('loading/copy-chunk');
  const { beginDataset } = await built('loading/ledger');
  const { LoadCounters } = await built('loading/load-counters');
  const { planChunks } = await built('loading/load-plan');
  const shop = await shopWith(table, rows);
  // A row is a function of its number: the table can be made as long as is asked for.
  const generator = shop.generatorOf(table);
  const chunks = planChunks([{ ...generator, rowCount: rows }]);
  return onShop(keys, async (client) => {
    await beginDataset(client, shop);
    await client.query('set synchronous_commit = off');
    const counters = new LoadCounters();
    const startedAt = performance.now();
    for (const chunk of chunks) await copyChunk(client, shop.identity.id, chunk, counters);
    const ms = performance.now() - startedAt;
    const result = { rows, ...rateOf(rows, ms), ...(await heapOf(client, `shop.${table}`, ms)) };
    if (!finish) return { ...result, ...(await copyByServer(client, generator, rows)) };
    await client.query(`vacuum analyze shop.${table}`);
    await client.query(`alter table shop.${table} add primary key (id)`);
    const finishedMs = performance.now() - startedAt;
    const { rowsPerSecond: finishedRowsPerSecond } = rateOf(rows, finishedMs);
    await client.query(`alter table shop.${table} drop constraint ${table}_pkey`);
    return { ...result, finishedRowsPerSecond, ...(await copyByServer(client, generator, rows)) };
  });
}

/** The rows that are in the table once more, out to a file of the server and from there. */
async function copyByServer(client, { table, columns }, rows) {
  const { rows: found } = await client.query(
    `select current_setting('data_directory') || '/benchmark.copy' as file`,
  );
  const what = `shop.${table} (${columns.map((column) => `"${column.name}"`).join(', ')})`;
  const file = `'${found[0].file}' (format binary)`;
  await client.query(`copy ${what} to ${file}`);
  await client.query(`truncate shop.${table} cascade`);
  const startedAt = performance.now();
  await client.query(`copy ${what} from ${file}`);
  return { serverAloneRowsPerSecond: rateOf(rows, performance.now() - startedAt).rowsPerSecond };
}

/** As `load` does it: two threads, each with its connection; their start counts. */
export async function copyByTwo(table, rows) {
  const { beginDataset } = await built('loading/ledger');
  const { LoadCounters } = await built('loading/load-counters');
  const { planChunks } = await built('loading/load-plan');
  const { runLanes } = await built('loading/lanes');
  const shop = await shopWith(table, rows);
  const plan = planChunks(shop.generators);
  // The other tables' chunks count as loaded, and those beyond the rows that were asked for.
  const loaded = new Uint8Array(new SharedArrayBuffer(plan.length));
  let copied = 0;
  for (const [index, chunk] of plan.entries()) {
    const isWanted = chunk.generator.table === table && chunk.firstRow < rows;
    if (isWanted) copied += chunk.rows;
    else loaded[index] = 1;
  }
  return onShop(false, async (client, target) => {
    await beginDataset(client, shop);
    const counters = new LoadCounters();
    const startedAt = performance.now();
    await runLanes(2, { spec: shop.spec, target, counters: counters.buffer, loaded });
    return { rows: copied, ...rateOf(copied, performance.now() - startedAt) };
  });
}

/** A shop whose table has so many rows, or as many as 2.4m orders have. */
async function shopWith(table, rows) {
  const { createShop } = await built('generators/shop');
  for (let thousands = 20; ; thousands *= 2) {
    const shop = createShop({ orders: thousands * 1000, seed: 42, profile: 'default' });
    if (shop.generatorOf(table).rowCount >= rows || thousands > 2000) return shop;
  }
}
