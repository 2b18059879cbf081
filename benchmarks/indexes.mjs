// Whether indexes get the verdicts that they should: a shop with planted cases, measured again and again.
// Needs a build; results in indexes.json.
//   node benchmarks/indexes.mjs [--runs=10] [--budget=2m]
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const RESULT = fileURLToPath(new URL('indexes.json', import.meta.url));
const COPIED = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'knexfile.ts',
  'scripts',
  'src',
  'migrations',
];

const MIGRATION = `import type { Knex } from 'knex';
export async function up(knex: Knex): Promise<void> {
  await knex.raw(\`
    create index zz_useless_idx on shop.orders (currency);
    create index zz_duplicate_idx on shop.reviews (product_id, created_at desc, id desc) include (rating);
    create index zz_prefix_idx on shop.order_items (product_id);
    create index zz_replica_idx on shop.addresses (postcode);
    create index zz_costly_idx on shop.inventory (updated_at);
    drop index shop.orders_customer_placed_idx;
    drop index shop.shipments_order_id_idx;
  \`);
}
export async function down(): Promise<void> {}
`;

const SCENARIO = `name: planted
dataset: { scale: 5k }
load:
  executor: constant-arrival-rate
  rate: 100/s
  duration: 5s
  warmup: 1s
mix: { checkout: 100, view_product: 40, order_history: 20, neighbours: 20, sales: 20, latest_shelves: 1 }
routing: { reads: replica }
transactions: { neighbours: neighbours.sql, sales: sales.sql, latest_shelves: latest_shelves.sql }
`;

const STATEMENTS = {
  'neighbours.sql': `-- access: read
-- parameter address: integer 1..3000
-- name: count
select count(*) from shop.addresses where postcode = (select postcode from shop.addresses where id = :address);
`,
  'sales.sql': `-- access: read
-- parameter product: product
-- name: sum
select sum(quantity) from shop.order_items where product_id = :product;
`,
  'latest_shelves.sql': `-- access: read
-- name: list
select product_id, warehouse_id from shop.inventory order by updated_at desc limit 5;
`,
};

/** What each case should come to. */
const CASES = {
  'a useless one': card('zz_useless_idx', ({ verdict }) => verdict === 'drop candidate'),
  'an exact duplicate': card(
    'zz_duplicate_idx',
    ({ verdict, redundantTo }) => verdict === 'drop candidate' && redundantTo?.kind === 'duplicate',
  ),
  'a prefix of another': card(
    'zz_prefix_idx',
    ({ verdict, redundantTo }) => verdict === 'drop candidate' && redundantTo?.kind === 'prefix',
  ),
  'used by the replica alone': card(
    'zz_replica_idx',
    ({ verdict, reason }) => verdict === 'keep' && reason.includes('Only the replica reads it'),
  ),
  'helps reads, costs writes more': card(
    'zz_costly_idx',
    ({ verdict, measured }) => verdict === 'drop candidate' && measured.apart?.readBuffers > 0,
  ),
  'a useful one that is gone': missing(
    'orders (customer_id, placed_at)',
    ({ verdict }) => verdict === 'worth it',
  ),
  'no index for a foreign key': missing(
    'shipments (order_id)',
    ({ verdict, checks }) =>
      verdict === 'structural' && checks[0].buffersWithout > 5 * checks[0].buffersWith,
  ),
};

const option = (name, otherwise) =>
  process.argv.find((each) => each.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise;
const runs = Number(option('runs', '10'));
const folder = mkdtempSync(join(tmpdir(), 'cartload-indexes-'));
const found = Object.fromEntries(Object.keys(CASES).map((name) => [name, []]));
const seconds = [];
try {
  plant();
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    const { indexes } = measure(`out-${run}`);
    seconds.push(Math.round((performance.now() - startedAt) / 1000));
    for (const [name, judge] of Object.entries(CASES)) found[name].push(judge(indexes));
    console.error(
      `run ${run + 1}`,
      JSON.stringify(
        Object.fromEntries(Object.entries(found).map(([name, all]) => [name, all.at(-1).isRight])),
      ),
    );
  }
} finally {
  spawnSync(process.execPath, [join(folder, 'dist/src/cli/main.js'), 'db', 'reset'], {
    cwd: folder,
  });
  rmSync(folder, { recursive: true, force: true });
}
const result = {
  machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version },
  command: `node benchmarks/indexes.mjs --runs=${runs} --budget=${option('budget', '2m')}`,
  seconds,
  cases: Object.fromEntries(
    Object.entries(found).map(([name, all]) => [
      name,
      { right: all.filter(({ isRight }) => isRight).length, of: all.length, first: all[0] },
    ]),
  ),
};
writeFileSync(RESULT, `${JSON.stringify(result, null, 2)}\n`);
for (const [name, { right, of }] of Object.entries(result.cases))
  console.log(`${name}: ${right} of ${of}`);

/** A copy of the project with the cases in its schema. */
function plant() {
  for (const name of COPIED) cpSync(join(PROJECT, name), join(folder, name), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'migrations/099-planted.ts'), MIGRATION);
  mkdirSync(join(folder, 'scenarios'));
  writeFileSync(join(folder, 'scenarios/planted.yaml'), SCENARIO);
  for (const [name, text] of Object.entries(STATEMENTS)) {
    writeFileSync(join(folder, 'scenarios', name), text);
  }
  execFileSync('npm', ['run', '-s', 'build'], { cwd: folder });
}

function measure(out) {
  const args = ['indexes', 'scenarios/planted', '--budget', option('budget', '2m'), '--out', out];
  const { stderr } = spawnSync(process.execPath, [join(folder, 'dist/src/cli/main.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    return JSON.parse(readFileSync(join(folder, out, 'experiment.json'), 'utf8'));
  } catch (error) {
    throw new Error(`nothing was measured:\n${stderr}`, { cause: error });
  }
}

function card(name, isRight) {
  return ({ cards }) => {
    const found = cards.find((each) => each.name === `shop.${name}`);
    return { isRight: isRight(found), verdict: found.verdict, reason: found.reason };
  };
}

function missing(on, isRight) {
  return ({ missing: list }) => {
    const found = list.find(({ definition }) => definition.endsWith(` on shop.${on}`));
    if (found === undefined) return { isRight: false, verdict: 'not tried', reason: '' };
    return { isRight: isRight(found), verdict: found.verdict, reason: found.reason };
  };
}
