// How fast rows get into PostgreSQL beside what people would use instead.
// Run: npm run build && node benchmarks/load-peers.mjs              (writes benchmarks/load-peers.json)
//      node benchmarks/load-peers.mjs --rounds 1 --only knex --dry  (CARTLOAD_DIST names another build)
//
// By TCP, to the primary of one embedded cluster; each measurement in a process of its own on a fresh,
// migrated database, in turns; medians. Start-up and connecting do not count for anybody on one
// connection; what makes the rows does. "Without keys": keys and indexes were set aside, as `load`
// does for its own rows. "By two" is how `load` works here: two threads, their start included.
//
// Ours on one connection also says what the server alone does with the same rows: from a file of its
// own, into the same table.
//
//  knex      against the same columns of shop.customers. The headline is without keys: both would set
//            them aside.
//  drizzle   against shop.brands (id, name, slug, created_at) without keys, as many as asked for.
//  pgbench   4 columns, 97 bytes a row. Against shop.order_items: 8 columns, 64 bytes; its data alone,
//            and with VACUUM ANALYZE and primary key. And against shop.brands: 4 columns, 40 bytes.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  loadAverage,
  measureApart,
  median,
  origin,
  parseScale,
  record,
  round,
  withBench,
  withFreshDatabase,
} from './loader-bench.mjs';
import { installDrizzle, seedByDrizzle } from './peers/drizzle.mjs';
import { insertByKnex } from './peers/knex.mjs';
import { copyByTwo, copyOurs } from './peers/ours.mjs';
import { initByPgbench, ROWS_A_SCALE } from './peers/pgbench.mjs';

const { values: options } = parseArgs({
  options: {
    /** By Knex. */
    'knex-rows': { type: 'string', default: '200k' },
    /** By drizzle-seed. */
    'drizzle-rows': { type: 'string', default: '20k' },
    /** -s of pgbench: 100,000 rows each; as many by us. */
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

const PGBENCH_SCALE = Number(options['pgbench-scale']);
const PGBENCH_ROWS = PGBENCH_SCALE * ROWS_A_SCALE;
/** Enough for our compiler to have settled: the first 0.2 s are at half the rate. */
const OUR_ROWS = 1_000_000;

/** What can be measured, each in a process of its own. */
const WAYS = {
  knex: () => insertByKnex(parseScale(options['knex-rows']), false),
  'knex with keys': () => insertByKnex(parseScale(options['knex-rows']), true),
  customers: () => copyOurs('customers', OUR_ROWS, { keys: false }),
  'customers with keys': () =>
    copyOurs('customers', parseScale(options['knex-rows']), { keys: true }),
  'customers by two': () => copyByTwo('customers', OUR_ROWS),
  drizzle: () => seedByDrizzle(parseScale(options['drizzle-rows']), options.packages),
  brands: () => copyOurs('brands', 2 * OUR_ROWS, { keys: false }),
  order_items: () => copyOurs('order_items', PGBENCH_ROWS, { keys: false, finish: true }),
  'order_items by two': () => copyByTwo('order_items', PGBENCH_ROWS),
};

if (options.measure === undefined) await report();
else console.log(JSON.stringify(await WAYS[options.measure]()));

async function report() {
  const wanted = options.only.split(',');
  const result = await withBench('benchmarks/load-peers.mjs', async (bench) => {
    const comparisons = [];
    const apart =
      (way, extra = []) =>
      async () => {
        const before = loadAverage();
        const passedOn = ['knex-rows', 'drizzle-rows', 'pgbench-scale'].flatMap((name) => [
          `--${name}`,
          options[name],
        ]);
        const measured = await withFreshDatabase(bench, (target) =>
          measureApart(bench, target, [...passedOn, '--measure', way, ...extra]),
        );
        return { loadAverageBefore: before, ...measured };
      };
    /** A peer against several ways of ours, all in turns. */
    const compare = async (peer, measurePeer, ours) => {
      const runs = { peer: [], ours: ours.map(() => []) };
      for (let turn = 0; turn < Number(options.rounds); turn++) {
        runs.peer.push(await measurePeer());
        for (const [index, { way }] of ours.entries()) runs.ours[index].push(await apart(way)());
      }
      for (const [index, one] of ours.entries()) {
        const both = { peer: runs.peer, ours: runs.ours[index] };
        comparisons.push({ ...peer, ...one, ...summarise(one, both), runs: both });
        print(comparisons.at(-1));
      }
    };
    if (wanted.includes('knex')) {
      const peer = { against: 'faker + Knex, 1000 rows an INSERT', goal: 20 };
      await compare({ ...peer, keys: 'without keys' }, apart('knex'), [
        { way: 'customers' },
        { way: 'customers by two' },
      ]);
      await compare({ ...peer, keys: 'keys in place' }, apart('knex with keys'), [
        { way: 'customers with keys' },
      ]);
    }
    if (wanted.includes('drizzle')) {
      const packages = installDrizzle(bench.folder);
      const peer = { against: 'drizzle-seed, 4 columns', keys: 'without keys', goal: 200 };
      if (packages !== null) {
        await compare(peer, apart('drizzle', ['--packages', packages]), [{ way: 'brands' }]);
      }
    }
    if (wanted.includes('pgbench')) {
      const program = options.pgbench;
      if (!existsSync(program)) {
        console.log(`skipped pgbench: ${program} is not there (--pgbench FILE)`);
      } else {
        const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
        const measure = (steps) => () =>
          initByPgbench(bench, { program, scale: PGBENCH_SCALE, steps });
        const peer = (steps, keys) => ({ against: `${version} -i -I ${steps}`, keys, goal: 1 });
        await compare(peer('dtg', 'without keys'), measure('dtg'), [
          { way: 'order_items' },
          { way: 'order_items by two' },
          { way: 'brands' },
        ]);
        const finished = peer('dtgvp', 'with VACUUM ANALYZE and primary key');
        await compare(finished, measure('dtgvp'), [{ way: 'order_items', counts: 'everything' }]);
      }
    }
    return { ...origin(bench.serverVersion), comparisons };
  });
  if (!options.dry) record(result);
}

/** `counts: everything` compares the rates that count vacuum and key, not the copying alone. */
function summarise({ counts }, runs) {
  const field = counts === 'everything' ? 'finishedRowsPerSecond' : 'rowsPerSecond';
  const middle = (some, name) => round(median(some.map((one) => one[name])), 3);
  const [peer, ours] = [middle(runs.peer, field), middle(runs.ours, field)];
  const hasFloor = runs.ours[0].serverAloneRowsPerSecond !== undefined;
  return {
    peerRowsPerSecond: peer,
    oursRowsPerSecond: ours,
    ratio: round(ours / peer, 3),
    ...(hasFloor && { serverAloneRowsPerSecond: middle(runs.ours, 'serverAloneRowsPerSecond') }),
  };
}

function print({ against, keys, way, ratio, goal, ...rates }) {
  const rate = (value) => `${value.toLocaleString('en')} rows/s`;
  const alone = rates.serverAloneRowsPerSecond;
  console.log(
    `${against}, ${keys}: ${rate(rates.peerRowsPerSecond)}; our ${way}: ` +
      `${rate(rates.oursRowsPerSecond)}, ${ratio} x (goal ${goal})` +
      (alone === undefined ? '' : `; the server alone ${rate(alone)}`),
  );
}
