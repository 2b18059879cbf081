import { parseServerUrl, type ServerAddress } from '../../src/database/server-address.ts';
import { createShop, type Shop } from '../../src/generators/shop.ts';
import { loadShop } from '../../src/loading/load-shop.ts';
import { type TestDatabase, testDatabase } from './test-database.ts';

/** The smallest shop, loaded into a database of its own. */
export interface LoadedShop {
  readonly shop: Shop;
  readonly database: TestDatabase;
  readonly primary: ServerAddress;
  readonly replica: ServerAddress;
}

/** The smallest shop in a database that is empty. */
export async function loadInto(target: ServerAddress): Promise<Shop> {
  const shop = createShop({ orders: 1000, seed: 42, profile: 'default' });
  await loadShop({
    target,
    shop,
    signal: new AbortController().signal,
    workers: 1,
    replace: false,
    localCopies: 2,
    verify: false,
    onStep() {},
    onProgress() {},
    onCount() {},
  });
  return shop;
}

export async function loadedShop(): Promise<LoadedShop> {
  const database = await testDatabase();
  const primary = parseServerUrl(database.url);
  const shop = await loadInto(primary);
  return { shop, database, primary, replica: parseServerUrl(database.replicaUrl) };
}
