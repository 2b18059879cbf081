import type pg from 'pg';
import type { Shop } from '../generators/shop.ts';
import { sideBySide } from './side-by-side.ts';

/** Runs a statement for each table, several side by side, the largest first. */
export async function forEachTable(
  shop: Shop,
  clients: readonly pg.Client[],
  signal: AbortSignal,
  onCount: (done: number, total: number) => void,
  sql: (table: string) => string,
): Promise<void> {
  let done = 0;
  const largestFirst = shop.generators.toSorted((x, y) => y.rowCount - x.rowCount);
  await sideBySide(clients, largestFirst, signal, async (client, { table }) => {
    await client.query(sql(table));
    onCount(++done, shop.generators.length);
  });
}

/** Lets the server number new rows after the generated ones. */
export async function setSequences(client: pg.Client, shop: Shop): Promise<void> {
  for (const { table, columns } of shop.generators) {
    if (!columns.some(({ name }) => name === 'id')) continue;
    await client.query(
      `select setval(pg_get_serial_sequence('shop.${table}', 'id'),
                     greatest((select max(id) from shop."${table}"), 1))`,
    );
  }
}

/** Fills the table that triggers keep fresh: the load had set them aside. */
export async function rebuildDailySales(client: pg.Client): Promise<void> {
  await client.query('select shop.rebuild_daily_sales()');
}
