import type pg from 'pg';
import { CartloadError } from '../errors.ts';
import type { Shop } from '../generators/shop.ts';
import { packageVersion } from '../package-info.ts';
import type { Profile } from '../schema/profiles.ts';

/** What a database says about the data in it. */
export interface LoadedDataset {
  readonly identity: string;
  readonly seed: number;
  readonly orders: number;
  readonly profile: Profile;
  readonly state: 'loading' | 'loaded';
  readonly loadedAt: Date | null;
}

/** The dataset of a database; null where none was begun. The bookkeeping schema must be there. */
export async function readDataset(client: pg.Client): Promise<LoadedDataset | null> {
  const { rows } = await client.query<LoadedDataset>(
    `select identity, seed, scale_orders as orders, profile, state, loaded_at as "loadedAt"
     from cartload.dataset order by created_at limit 1`,
  );
  return rows[0] ?? null;
}

/** Whether the database has Cartload's bookkeeping at all. */
export async function hasBookkeeping(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('cartload.dataset') is not null as found`,
  );
  return rows[0]?.found ?? false;
}

/**
 * Refuses a database that does not hold exactly this dataset, wholly loaded.
 *
 * @throws CartloadError DATASET_NOT_LOADED, WRONG_DATASET
 */
export async function requireDataset(client: pg.Client, shop: Shop, where: string): Promise<void> {
  const { orders, seed } = shop.spec;
  const load = `npm run load -- --scale ${orders / 1000}k --seed ${seed}`;
  const found = (await hasBookkeeping(client)) ? await readDataset(client) : null;
  if (found === null || found.state !== 'loaded') {
    const text = found === null ? 'holds no shop' : 'holds a shop that is not wholly loaded';
    throw new CartloadError('DATASET_NOT_LOADED', `${where} ${text}.`, {
      hint: `Load it first: ${load} --target URL.`,
    });
  }
  if (found.identity !== shop.identity.id) throw wrongDataset(found, shop, where);
}

/** The error for a database that holds another dataset than the one asked for. */
export function wrongDataset(found: LoadedDataset, shop: Shop, where: string): CartloadError {
  const { orders, seed } = shop.spec;
  const isOther = found.orders !== orders || found.seed !== seed;
  const difference = isOther
    ? `holds the shop of ${found.orders} orders, seed ${found.seed}; asked for were ${orders} orders, seed ${seed}`
    : `holds the same scale and seed, made by another version of the generators`;
  return new CartloadError('WRONG_DATASET', `${where} ${difference}.`, {
    hint: 'Ask for the one that is loaded (--scale, --seed), use another database, or load over it: npm run load -- --replace.',
  });
}

/** Books that this dataset is being loaded; no change when it was begun before. */
export async function beginDataset(client: pg.Client, shop: Shop): Promise<void> {
  const { id, generatorVersion, poolHash, seed, orders, profile, asOf } = shop.identity;
  await client.query(
    `insert into cartload.dataset (
       identity, generator_version, pool_hash, seed, scale_orders, profile, as_of, state,
       created_at, cartload_version)
     values ($1, $2, $3, $4, $5, $6, $7, 'loading', now(), $8)
     on conflict (identity) do nothing`,
    [id, generatorVersion, poolHash, seed, orders, profile, asOf, packageVersion],
  );
}

export async function finishDataset(client: pg.Client, identity: string): Promise<void> {
  await client.query(
    `update cartload.dataset set state = 'loaded', loaded_at = now() where identity = $1`,
    [identity],
  );
}

/** The chunks that were committed before, as `table:firstRow:rows`. */
export async function readLoadedChunks(client: pg.Client, identity: string): Promise<Set<string>> {
  const { rows } = await client.query<{ place: string }>(
    `select table_name || ':' || first_row || ':' || rows as place
     from cartload.load_chunk where identity = $1`,
    [identity],
  );
  return new Set(rows.map(({ place }) => place));
}

/** Throws away the shop's rows and what is known of them, in one transaction. */
export async function emptyShop(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ tables: string }>(
    `select string_agg(format('shop.%I', relname), ', ') as tables from pg_class
     where relnamespace = 'shop'::regnamespace and relkind in ('r', 'p') and not relispartition`,
  );
  const { rows: views } = await client.query<{ name: string }>(
    `select format('shop.%I', relname) as name from pg_class
     where relnamespace = 'shop'::regnamespace and relkind = 'm' and relispopulated`,
  );
  const emptied = views.map(({ name }) => `refresh materialized view ${name} with no data;`);
  await client.query(
    `begin; truncate ${rows[0]?.tables}; ${emptied.join(' ')} delete from cartload.dataset; commit`,
  );
}
