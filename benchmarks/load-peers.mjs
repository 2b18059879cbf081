// How fast rows get into PostgreSQL beside what people would use instead.
// Run: npm run build && node benchmarks/load-peers.mjs              (writes benchmarks/load-peers.json)
//      node benchmarks/load-peers.mjs --rows 20k --rounds 1 --dry   (CARTLOAD_DIST names another build)
//
// All on one connection unless it says two, by TCP, to the primary of one embedded cluster; each
// measurement in a process of its own on a fresh, migrated database, in turns; medians. Start-up
// and connecting do not count for anybody; what makes the rows does. "Without keys": keys and
// indexes were set aside, as `load` does for its own rows.
//
// Ours also says what the server alone does with the same rows: from a file of its own, on one
// connection, into the same table.
//
//  knex      faker's rows by Knex, 1000 to an INSERT, a transaction each 50,000, against the same
//            columns of shop.customers by copyChunk(). The headline is without keys: both would
//            set them aside.
//  drizzle   drizzle-seed fills bench.people (id, name, email, created_at), no key; against
//            shop.brands (id, name, slug, created_at) without keys, as many as asked for.
//  pgbench   `pgbench -i`, as itself reports, against shop.order_items: 8 columns for its 4, less
//            bytes a row. Its data alone; and with VACUUM ANALYZE and primary key.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  built,
  createKnex,
  loadAverage,
  measureApart,
  measuredTarget,
  median,
  migrate,
  origin,
  parseScale,
  record,
  round,
  run,
  withBench,
  withConnection,
  withFreshDatabase,
} from './loader-bench.mjs';

const { values: options } = parseArgs({
  options: {
    /** Of customers, by Knex and by us. */
    rows: { type: 'string', default: '200k' },
    /** Of people by drizzle-seed. */
    'drizzle-rows': { type: 'string', default: '20k' },
    /** -s of pgbench: 100,000 rows each. */
    'pgbench-scale': { type: 'string', default: '50' },
    pgbench: { type: 'string', default: '/usr/lib/postgresql/15/bin/pgbench' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'knex,drizzle,pgbench' },
    /** Writes no record. */
    dry: { type: 'boolean', default: false },
    /** Internal: do this one thing and print what came of it as JSON. */
    measure: { type: 'string' },
    /** Internal: where drizzle-seed was installed. */
    packages: { type: 'string' },
  },
});

const DRIZZLE = ['drizzle-seed@0.3.1', 'drizzle-orm@0.45.4', 'pg@8'];
const ROWS_A_STATEMENT = 1000;
const ROWS_A_TRANSACTION = 50_000;
const OUR_ROWS = 1_000_000;
const PGBENCH_ROWS = Number(options['pgbench-scale']) * 100_000;

/** What can be measured, each in a process of its own: `knex:bare`. */
const WAYS = {
  knex: ({ keys }) => insertByKnex(parseScale(options.rows), keys),
  customers: ({ keys }) => copyOurs('customers', parseScale(options.rows), { keys }),
  drizzle: () => seedByDrizzle(parseScale(options['drizzle-rows'])),
  brands: () => copyOurs('brands', OUR_ROWS, { keys: false }),
  items: () => copyOurs('order_items', PGBENCH_ROWS, { keys: false, finish: true }),
  itemsByTwo: () => copyByTwo('order_items', PGBENCH_ROWS),
};

if (options.measure === undefined) await report();
else {
  const [way, keys] = options.measure.split(':');
  console.log(JSON.stringify(await WAYS[way]({ keys: keys === 'keys' })));
}

async function report() {
  const wanted = options.only.split(',');
  const result = await withBench('benchmarks/load-peers.mjs', async (bench) => {
    const comparisons = [];
    const compare = async (comparison, peer, ours) => {
      const runs = { peer: [], ours: [] };
      for (let turn = 0; turn < Number(options.rounds); turn++) {
        runs.peer.push(await peer());
        runs.ours.push(await ours());
      }
      comparisons.push({ ...comparison, ...summarise(comparison, runs), runs });
      print(comparisons.at(-1));
    };
    const apart =
      (measure, extra = []) =>
      async () => {
        const before = loadAverage();
        const passedOn = ['--rows', options.rows, '--drizzle-rows', options['drizzle-rows']];
        passedOn.push('--pgbench-scale', options['pgbench-scale'], '--measure', measure, ...extra);
        const measured = await withFreshDatabase(bench, (target) =>
          measureApart(bench, target, passedOn),
        );
        return { loadAverageBefore: before, ...measured };
      };
    if (wanted.includes('knex')) {
      const against = 'faker + Knex, 1000 rows an INSERT';
      const what = (keys) => ({ against, table: 'shop.customers, 11 columns', keys, goal: 20 });
      await compare(what('without keys'), apart('knex:bare'), apart('customers:bare'));
      await compare(what('keys in place'), apart('knex:keys'), apart('customers:keys'));
    }
    if (wanted.includes('drizzle')) {
      const packages = installDrizzle(bench.folder);
      const against = 'drizzle-seed';
      const table = '4 columns: bench.people; shop.brands';
      if (packages !== null) {
        await compare(
          { against, table, keys: 'without keys', goal: 200 },
          apart('drizzle', ['--packages', packages]),
          apart('brands'),
        );
      }
    }
    if (wanted.includes('pgbench')) {
      if (!existsSync(options.pgbench)) {
        console.log(`skipped pgbench: ${options.pgbench} is not there (--pgbench FILE)`);
      } else {
        const version = execFileSync(options.pgbench, ['--version'], { encoding: 'utf8' }).trim();
        const table = 'pgbench_accounts, 4 columns; shop.order_items, 8 columns';
        const what = (against, keys) => ({
          against: `${version} ${against}`,
          table,
          keys,
          goal: 1,
        });
        const peer = (steps) => () => initByPgbench(bench, steps);
        const bare = what('-i -I dtg', 'without keys');
        await compare(bare, peer('dtg'), apart('items'));
        await compare({ ...bare, ourConnections: 2 }, peer('dtg'), apart('itemsByTwo'));
        const finished = what('-i -I dtgvp', 'with VACUUM ANALYZE and primary key');
        await compare({ ...finished, rate: 'finished' }, peer('dtgvp'), apart('items'));
      }
    }
    return { ...origin(bench.serverVersion), comparisons };
  });
  if (!options.dry) record(result);
}

/** `rate: finished` compares the rates that count everything, not the copying alone. */
function summarise({ rate, goal }, runs) {
  const field = rate === 'finished' ? 'finishedRowsPerSecond' : 'rowsPerSecond';
  const of = (kind) => median(runs[kind].map((one) => one[field]));
  const ratio = of('ours') / of('peer');
  return {
    peerRowsPerSecond: round(of('peer'), 3),
    oursRowsPerSecond: round(of('ours'), 3),
    ratio: round(ratio, 3),
    ...serverAlone(runs.ours),
    isReached: ratio >= goal,
  };
}

function serverAlone(ours) {
  if (ours[0].serverAloneRowsPerSecond === undefined) return {};
  const alone = median(ours.map((one) => one.serverAloneRowsPerSecond));
  return { serverAloneRowsPerSecond: round(alone, 3) };
}

function print(comparison) {
  const { against, table, keys, ourConnections = 1, ratio, goal } = comparison;
  const rate = (value) => `${value.toLocaleString('en')} rows/s`;
  console.log(`${against}; ${table}; ${keys}; ${ourConnections} of our connections`);
  console.log(
    `  ${rate(comparison.peerRowsPerSecond)}, ours ${rate(comparison.oursRowsPerSecond)}: ` +
      `${ratio} x (goal ${goal})`,
  );
  const { serverAloneRowsPerSecond: alone } = comparison;
  if (alone !== undefined) console.log(`  the server alone: ${rate(alone)}`);
}

/** Migrates, takes the keys away unless they are wanted, and measures `work`. */
async function onShop(keys, work) {
  const target = measuredTarget();
  const { setAside } = await built('loading/set-aside');
  await migrate(target);
  return withConnection(target, { purpose: 'benchmark' }, async (client) => {
    if (!keys) await setAside(client);
    return work(client, target);
  });
}

async function insertByKnex(rows, keys) {
  const { faker } = await import('@faker-js/faker');
  faker.seed(42);
  const hash = '$2a$08$5rMJRz4Vj3MXCsGLlQyNNu6cJLrYKy7g5L8TgtKV9Cv9xVr0n6rXK';
  const tiers = ['bronze', 'silver', 'gold', 'platinum'];
  const makeRow = (id) => {
    const firstName = faker.person.firstName();
    const lastName = faker.person.lastName();
    const createdAt = faker.date.past({ years: 2 });
    return {
      id,
      // With its number: faker's own repeats, and the column is unique.
      email: `${firstName}.${lastName}${id}@example.com`,
      password_hash: hash,
      first_name: firstName,
      last_name: lastName,
      locale: faker.helpers.arrayElement(['en-US', 'de-DE', 'fr-FR', 'en-GB']),
      tier: faker.helpers.arrayElement(tiers),
      lifetime_spend_cents: faker.number.int({ max: 200_000 }),
      marketing_opt_in: faker.datatype.boolean(),
      created_at: createdAt,
      updated_at: createdAt,
    };
  };
  return onShop(keys, async (_, target) => {
    const knex = createKnex(target);
    await knex.raw('select 1');
    let makingMs = 0;
    const startedAt = performance.now();
    for (let first = 1; first <= rows; first += ROWS_A_TRANSACTION) {
      const end = Math.min(first + ROWS_A_TRANSACTION, rows + 1);
      await knex.transaction(async (transaction) => {
        for (let id = first; id < end; id += ROWS_A_STATEMENT) {
          const madeFrom = performance.now();
          const count = Math.min(ROWS_A_STATEMENT, end - id);
          const batch = Array.from({ length: count }, (__, offset) => makeRow(id + offset));
          makingMs += performance.now() - madeFrom;
          await transaction.withSchema('shop').insert(batch).into('customers');
        }
      });
    }
    const ms = performance.now() - startedAt;
    await knex.destroy();
    return { rows, ...rateOf(rows, ms), makingShare: round(makingMs / ms, 2) };
  });
}

async function copyOurs(table, rows, { keys, finish = false }) {
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
async function copyByTwo(table, rows) {
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

function rateOf(rows, ms) {
  return { ms: Math.round(ms), rowsPerSecond: Math.round((rows / ms) * 1000) };
}

async function heapOf(client, table, ms) {
  const { rows } = await client.query('select pg_table_size($1::regclass) as bytes', [table]);
  return { heapMbPerSecond: round(rows[0].bytes / 1000 / ms, 3) };
}

/** Into a folder of its own, which no package.json will know of; null where that cannot be. */
function installDrizzle(folder) {
  const packages = join(folder, 'drizzle');
  mkdirSync(packages);
  writeFileSync(join(packages, 'package.json'), '{ "private": true }');
  try {
    execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...DRIZZLE], {
      cwd: packages,
      stdio: 'pipe',
    });
    return packages;
  } catch (error) {
    console.log(`skipped drizzle-seed: npm could not install it (${String(error.stderr).trim()})`);
    return null;
  }
}

async function seedByDrizzle(rows) {
  const require = createRequire(join(options.packages, 'package.json'));
  const load = (name) => import(pathToFileURL(require.resolve(name)).href);
  const { seed } = await load('drizzle-seed');
  const { drizzle } = await load('drizzle-orm/node-postgres');
  const { bigint, pgSchema, text, timestamp } = await load('drizzle-orm/pg-core');
  const people = pgSchema('bench').table('people', {
    id: bigint('id', { mode: 'number' }).notNull(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  });
  return withConnection(measuredTarget(), { purpose: 'benchmark' }, async (client) => {
    await client.query(`create schema bench;
      create table bench.people (
        id bigint not null, name text not null, email text not null, created_at timestamptz not null)`);
    const startedAt = performance.now();
    await seed(drizzle(client), { people }, { count: rows, seed: 42 }).refine((make) => ({
      people: {
        columns: {
          id: make.intPrimaryKey(),
          name: make.fullName(),
          email: make.email(),
          createdAt: make.timestamp(),
        },
      },
    }));
    const ms = performance.now() - startedAt;
    const { rows: found } = await client.query('select count(*) as count from bench.people');
    if (found[0].count !== rows) throw new Error(`drizzle-seed made ${found[0].count} rows`);
    return { rows, ...rateOf(rows, ms) };
  });
}

async function initByPgbench(bench, steps) {
  const before = loadAverage();
  return withFreshDatabase(bench, async ({ host, port, user, password, database }) => {
    const login = ['-h', host, '-p', String(port), '-U', user, database];
    const args = ['-i', '-I', steps, '-q', '-s', options['pgbench-scale'], ...login];
    const { stderr } = await run(bench.stop, options.pgbench, args, {
      env: { ...process.env, PGPASSWORD: password },
    });
    // "done in 7.15 s (drop tables 0.00 s, create tables 0.01 s, client-side generate 4.62 s, ...)."
    const seconds = (step) => Number(new RegExp(`${step} ([\\d.]+) s`).exec(stderr)?.[1] ?? 0);
    const copiedMs = seconds('client-side generate') * 1000;
    const finishedMs = copiedMs + (seconds('vacuum') + seconds('primary keys')) * 1000;
    const heap = await withConnection(
      { host, port, user, password, database, tls: null },
      { purpose: 'benchmark' },
      (client) => heapOf(client, 'public.pgbench_accounts', copiedMs),
    );
    return {
      loadAverageBefore: before,
      rows: PGBENCH_ROWS,
      ...rateOf(PGBENCH_ROWS, copiedMs),
      ...heap,
      finishedRowsPerSecond: rateOf(PGBENCH_ROWS, finishedMs).rowsPerSecond,
    };
  });
}
