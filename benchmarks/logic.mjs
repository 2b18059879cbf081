// What the database's own work costs a checkout, and whether another way is cheaper.
// Run: npm run build && node benchmarks/logic.mjs             (writes benchmarks/logic.json)
//      node benchmarks/logic.mjs --rounds 1 --duration 3s --dry
//
// Each variant is a run of `cartload bench` on a fresh clone: 8 virtual users that do nothing but check
// out, stock locked by key, no hot products; the books are checked after each. In turns, medians. A
// closed model, so goodput is what the server can take; on two cores shared with the harness.
//
// Refreshing: 25 checkouts/s (open model) with and without one materialised view refreshed each second.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    duration: { type: 'string', default: '10s' },
    /** Writes no record. */
    dry: { type: 'boolean', default: false },
  },
});

const APPLICATION =
  'totals: application, history: application, stock: application, spend: application, ratings: application';
const CLOSED =
  'executor: constant-vus, vus: 8, warmup: 4s, connections: { primary: 8, replica: 1 }';
const checkouts = (rest = '') =>
  `load: { ${CLOSED}, duration: ${options.duration} }\nmix: { checkout: 1 }\n${rest}`;
const open = (mix) =>
  `dataset: { scale: 100k }
load: { executor: constant-arrival-rate, rate: 26/s, warmup: 4s, duration: ${options.duration}, connections: { primary: 8, replica: 1 } }
mix: { checkout: 25, ${mix} }\n`;

const VARIANTS = {
  'triggers do everything': checkouts(),
  'audit off': checkouts('logic: { audit: off }'),
  'totals by the application': checkouts('logic: { totals: application }'),
  'stock by the application': checkouts('logic: { stock: application }'),
  'spend by the application': checkouts('logic: { spend: application }'),
  'daily sales off': checkouts('logic: { sales: off }'),
  'the application does everything': checkouts(
    `logic: { ${APPLICATION}, alerts: off, sales: off, audit: off }`,
  ),
  pipelined: checkouts('checkout: { strategy: pipelined }'),
  procedure: checkouts('checkout: { strategy: procedure }'),
  'pipelined, the application does everything': checkouts(
    `checkout: { strategy: pipelined }\nlogic: { ${APPLICATION}, alerts: off, sales: off, audit: off }`,
  ),
  'procedure, no triggers': checkouts(
    `checkout: { strategy: procedure }\nlogic: { ${APPLICATION}, alerts: off, sales: off, audit: off }`,
  ),
  'cards encrypted': checkouts('checkout: { payment: card }'),
  'as an application, row-level security': checkouts('security: { role: app, rowLevel: true }'),
  'open, no refresh': open('view_dashboard: 1'),
  'open, a view refreshed each second': open('refresh_analytics: 1'),
};

const main = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cartload-logic-'));
const samples = new Map(Object.keys(VARIANTS).map((name) => [name, []]));
const cartload = (...args) =>
  spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
try {
  cartload('db', 'start');
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [name, scenario] of Object.entries(VARIANTS)) {
      const sample = measure(scenario);
      samples.get(name).push(sample);
      console.log(`${name.padEnd(44)} ${JSON.stringify(sample)}`);
    }
  }
} finally {
  cartload('db', 'reset');
  rmSync(folder, { recursive: true, force: true });
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const variants = [...samples].map(([name, runs]) => ({
  name,
  ...Object.fromEntries(
    Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]),
  ),
  runs,
}));
console.log();
for (const { runs: _, name, ...figures } of variants)
  console.log(name.padEnd(44), JSON.stringify(figures));
if (!options.dry) {
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const result = {
    command: ['node benchmarks/logic.mjs', ...process.argv.slice(2)].join(' '),
    date: new Date().toISOString(),
    commit:
      git('rev-parse', '--short', 'HEAD') +
      (git('status', '--porcelain', 'src', 'migrations') === '' ? '' : ' + changes'),
    machine: `${cpus()[0].model.trim()}, ${cpus().length} cores`,
    node: process.version,
    loadAverage: loadavg()
      .map((load) => load.toFixed(1))
      .join(', '),
    variants,
  };
  writeFileSync(new URL('logic.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
}

function measure(scenario) {
  const file = join(folder, 'variant.yaml');
  writeFileSync(file, `name: variant\n${scenario}`);
  rmSync(join(folder, 'run'), { recursive: true, force: true });
  const { status, stderr } = cartload('bench', file, '--out', join(folder, 'run'));
  if (status !== 0) throw new Error(`${scenario}\nended with ${status}\n${stderr}`);
  const record = JSON.parse(readFileSync(join(folder, 'run', 'run.json'), 'utf8'));
  if (!record.books.balanced) throw new Error(`the books do not balance: ${scenario}`);
  const { startMs, endMs } = record.phases.measurement;
  const { outcomes, latency } = record.transactions.checkout;
  const rounded = (value, digits) => Number(value.toFixed(digits));
  return {
    goodput: rounded((outcomes.committed / (endMs - startMs)) * 1000, 1),
    serviceP50Ms: rounded(latency.committed.service.p50.valueUs / 1000, 2),
    serviceP99Ms: rounded(latency.committed.service.p99.valueUs / 1000, 2),
    deadlocks: record.deadlocks.count,
  };
}
