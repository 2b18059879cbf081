import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../src/database/connect.ts';
import { EmbeddedCluster } from '../../src/database/embedded/embedded-cluster.ts';
import { ExperimentServers } from '../../src/database/embedded/experiment-servers.ts';
import { ensureRoles } from '../../src/database/roles.ts';
import {
  parseServerUrl,
  type ServerAddress,
  toUrl,
  withDatabase,
} from '../../src/database/server-address.ts';
import { loadCodeBase } from '../../src/experiments/arms/code-base.ts';
import { openRolledBackStage } from '../../src/experiments/indexes/rolled-back-stage.ts';
import { ChangeRefusedError } from '../../src/experiments/indexes/stage.ts';
import { USUAL_SERVER } from '../../src/experiments/servers/shop-server.ts';
import { packageRoot } from '../../src/package-info.ts';
import { scenarioOf } from '../helpers/bench-run.ts';
import { embeddedDirectory } from '../helpers/embedded-directory.ts';
import { loadInto } from '../helpers/loaded-shop.ts';
import { testDatabase } from '../helpers/test-database.ts';

const SCENARIO = `
load: { executor: constant-arrival-rate, rate: 50/s, duration: 1s }
mix: { browse_category: 3, checkout: 1 }`;
const signal = new AbortController().signal;

let cluster: EmbeddedCluster;
let servers: ExperimentServers;
let remove: () => void;
let admin: pg.Client;
let url: string;
let superuser: ServerAddress;

/** A server without a replica, and a role that owns its shop and is no more than that. */
beforeAll(async () => {
  const made = await embeddedDirectory();
  remove = made.remove;
  const { directory } = made;
  cluster = await EmbeddedCluster.acquire({ directory, command: 'npm test' });
  servers = await ExperimentServers.open({ stateDirectory: directory, onProgress() {}, signal });
  const server = await servers.create('a', USUAL_SERVER);
  superuser = withDatabase(server, 'shop');
  admin = new pg.Client({ connectionString: toUrl(server) });
  await admin.connect();
  await admin.query(`create role owner login password 'owner'`);
  await admin.query('create database shop owner owner');
  const owned = { ...withDatabase(server, 'shop'), user: 'owner', password: 'owner' };
  await loadInto(owned);
  url = toUrl(owned);
});

afterAll(async () => {
  await admin.end();
  await servers.close();
  await cluster.reset();
  await cluster.release();
  remove();
});

const open = async (database = url, more = '') =>
  openRolledBackStage({
    database: parseServerUrl(database),
    arm: {
      name: 'candidate',
      label: 'the working tree',
      code: await loadCodeBase(packageRoot),
      scenario: scenarioOf(SCENARIO + more),
    },
    signal,
  });

async function ask<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** All that a replay might leave behind, but for dead rows. */
const remains = () =>
  ask(`select (select array_agg(pg_get_indexdef(indexrelid) order by 1) from pg_index) as indexes,
         (select count(*) from shop.orders) as orders,
         (select array_agg(sequencename || ' ' || last_value order by 1) from pg_sequences) as sequences`);

describe('an index dropped in a transaction that is rolled back, by an owner who is no more', () => {
  test('costs what it costs, the answers are the same, and nothing is left of it', async () => {
    const before = await remains();
    const stage = await open();
    expect(stage.isClone).toBe(false);
    const { actions: whole } = await stage.replay({ sql: null, checks: [] });
    const sql = 'drop index shop.products_active_category_idx';
    const { actions, beside } = await stage.replay({ sql, checks: [] });
    expect(await remains()).toEqual(before);
    const of = (list: typeof actions, name: string) => {
      const found = list.find((each) => each.name === name);
      if (found === undefined) throw new Error(`no ${name}`);
      return found;
    };
    expect(beside).toHaveLength(2);
    const [withIt, without] = [of(whole, 'browse_category'), of(actions, 'browse_category')];
    expect(withIt.indexScans['shop.products_active_category_idx']).toBeGreaterThan(0);
    expect(without.indexScans['shop.products_active_category_idx']).toBeUndefined();
    expect(without.buffers).toBeGreaterThan(1.5 * withIt.buffers);
    const plansOf = ({ statements }: typeof withIt) =>
      statements.flatMap(({ plans }) => plans).join();
    expect(plansOf(withIt)).toContain('products_active_category_idx');
    expect(plansOf(without)).not.toContain('products_active_category_idx');
    expect(without.statements.map(({ answers }) => answers)).toEqual(
      withIt.statements.map(({ answers }) => answers),
    );
    const checkout = of(actions, 'checkout');
    expect(checkout.outcomes.committed).toBeGreaterThan(10);
    expect(checkout.outcomes.failed).toBe(0);
    expect(checkout.statements.map(({ answers }) => answers)).toEqual(
      of(whole, 'checkout').statements.map(({ answers }) => answers),
    );
    expect(checkout.updates['shop.inventory']).toBeGreaterThan(0);
    expect(checkout.cpuMs).toBeNull();
  });

  test('what is run as the application is dropped as the owner', async () => {
    await withConnection(superuser, { purpose: 'test' }, async (shop) => {
      await ensureRoles(shop);
      await shop.query('grant shop_app to owner');
    });
    const stage = await open(url, '\nsecurity: { role: app }');
    const { actions } = await stage.replay({
      sql: 'drop index shop.products_active_category_idx',
      checks: [],
    });
    for (const { outcomes } of actions) expect(outcomes.committed).toBeGreaterThan(10);
  });

  test('what the server refuses is said, and nothing is left', async () => {
    const before = await remains();
    const stage = await open();
    const sql = 'drop index shop.products_pkey';
    await expect(stage.replay({ sql, checks: [] })).rejects.toThrow(ChangeRefusedError);
    expect(await remains()).toEqual(before);
  });

  test('somebody else at work there: it is refused, at the start and in between', async () => {
    const stage = await open();
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    const refusal = { code: 'TARGET_IN_USE', message: expect.stringMatching(/1 other session/) };
    await expect(open()).rejects.toMatchObject(refusal);
    await expect(stage.replay({ sql: null, checks: [] })).rejects.toMatchObject(refusal);
    await other.end();
  });

  test('a replica that would feel the lock: it is refused', async () => {
    const replicated = await testDatabase();
    await expect(open(replicated.url)).rejects.toMatchObject({
      code: 'TARGET_IN_USE',
      message: expect.stringMatching(/1 replica,/),
    });
    await replicated.drop();
  });
});
