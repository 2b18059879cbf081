// What the measurements of load-peers.mjs share.
import { built, measuredTarget, migrate, round, withConnection } from '../loader-bench.mjs';

export function rateOf(rows, ms) {
  return { ms: Math.round(ms), rowsPerSecond: Math.round((rows / ms) * 1000) };
}

export async function heapOf(client, table, ms) {
  const { rows } = await client.query('select pg_table_size($1::regclass) as bytes', [table]);
  return { heapMbPerSecond: round(rows[0].bytes / 1000 / ms, 3) };
}

/** Migrates, takes the keys away unless they are wanted, and measures `work`. */
export async function onShop(keys, work) {
  const target = measuredTarget();
  const { setAside } = await built('loading/set-aside');
  await migrate(target);
  return withConnection(target, { purpose: 'benchmark' }, async (client) => {
    if (keys) await client.query('alter table shop.customers disable trigger user');
    else await setAside(client);
    return work(client, target);
  });
}
