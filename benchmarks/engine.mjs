// The load engine on a shop: how late arrivals leave the schedule at half of capacity, whether every one
// is counted near it, and whether memory stays flat over a long run.
// Run: npm run build && node benchmarks/engine.mjs                (writes benchmarks/engine.json)
//      node benchmarks/engine.mjs --seconds=20 --minutes=10 --rounds=3 --dry
//
// Capacity: what 16 virtual users get through of the checkout scenario's mix, on an embedded cluster with
// its replica on the same machine. Half and 95 % of it are then offered as Poisson arrivals. Timer lag:
// hand-over less intended start, which is the load generator's own lateness. Memory: resident set of the
// bench process, every second, while half of capacity is offered for ten minutes. Each figure of a run
// is out of its run record.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, stringify } from 'yaml';
import { arrivalsOf } from './expected-arrivals.mjs';
import { loadAverage, median, origin, record, round } from './loader-bench.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    /** Writes no file. */
    dry: { type: 'boolean', default: false },
  },
});

const ROOT = new URL('..', import.meta.url).pathname;
const CHECKOUT = parse(readFileSync(join(ROOT, 'scenarios/checkout.yaml'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'cartload-engine-'));

try {
  await report();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function report() {
  const before = loadAverage();
  const duration = `${options.seconds}s`;
  await bench('load', { executor: 'constant-vus', vus: 16, duration: '2s', warmup: '1s' });
  const capacities = [];
  const halves = [];
  const nears = [];
  for (let k = 0; k < Number(options.rounds); k++) {
    const closed = { executor: 'constant-vus', vus: 16, duration, warmup: '5s' };
    const { run } = await bench('capacity', closed);
    const capacity = offered(run);
    capacities.push(capacity);
    halves.push(await open(capacity / 2, duration));
    nears.push(await open(0.95 * capacity, duration));
    console.log(JSON.stringify({ capacity: round(capacity), half: halves[k], near: nears[k] }));
  }
  const capacity = median(capacities);
  const long = await open(capacity / 2, `${options.minutes}m`);
  const result = {
    capacityPerSecond: round(capacity),
    half: summary(halves),
    near: summary(nears),
    long,
  };
  console.log(JSON.stringify(result, null, 1));
  if (options.dry) return;
  const { serverVersion, ...rest } = result.long;
  record({ ...origin(serverVersion), loadAverage: before, ...result, long: rest });
}

/** An open-loop run at this rate: lag, arrivals and memory. */
async function open(rate, duration) {
  const perSecond = Math.max(1, Math.round(rate));
  const load = {
    executor: 'constant-arrival-rate',
    rate: `${perSecond}/s`,
    duration,
    warmup: '5s',
  };
  const { run, rssMb } = await bench('open', load);
  const tenth = Math.ceil(rssMb.length / 10);
  const mean = (values) => round(values.reduce((sum, value) => sum + value, 0) / values.length, 4);
  const { timerLag, eventLoopUtilization, maxRssBytes } = run.client;
  const arrivals = Object.values(run.transactions).reduce((sum, each) => sum + each.arrivals, 0);
  return {
    ratePerSecond: perSecond,
    arrivals,
    expectedArrivals: await arrivalsOf(run),
    timerLagP50Ms: round(timerLag.p50.valueUs / 1000, 3),
    timerLagP99Ms: round(timerLag.p99.valueUs / 1000, 3),
    eventLoopBusy: round(eventLoopUtilization, 3),
    maxRssMb: round(maxRssBytes / 1e6, 4),
    /** Mean of the second tenth of the run, in which all code is warm, and of the last. */
    rssEarlyMb: mean(rssMb.slice(tenth, 2 * tenth + 1)),
    rssLateMb: mean(rssMb.slice(-tenth)),
    recordMb: round(JSON.stringify(run).length / 1e6, 3),
    serverVersion: run.target.nodes[0].serverVersion,
  };
}

function summary(runs) {
  const of = (figure) => round(median(runs.map((run) => run[figure])), 3);
  return {
    timerLagP50Ms: of('timerLagP50Ms'),
    timerLagP99Ms: of('timerLagP99Ms'),
    timerLagP99MsOfEach: runs.map((run) => run.timerLagP99Ms).join(' '),
    eventLoopBusy: of('eventLoopBusy'),
    isEveryArrivalCounted: runs.every((run) => run.arrivals === run.expectedArrivals),
  };
}

function offered(run) {
  const { startMs, endMs } = run.phases.measurement;
  const arrivals = Object.values(run.transactions).reduce((sum, each) => sum + each.arrivals, 0);
  return (1000 * arrivals) / (endMs - startMs);
}

/** Runs the checkout scenario with another load in a process of its own. */
async function bench(name, load) {
  const file = join(folder, `${name}.yaml`);
  const { maxQueue, rate: _, process: __, ...kept } = CHECKOUT.load;
  const queue = load.executor === 'constant-vus' ? {} : { maxQueue };
  const scenario = { ...CHECKOUT, name, load: { ...kept, ...queue, ...load }, thresholds: [] };
  writeFileSync(file, stringify(scenario));
  const args = [
    'dist/src/cli/main.js',
    'bench',
    file,
    '--json',
    '--out',
    join(folder, `${Date.now()}`),
  ];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const rssMb = [];
  const sampler = setInterval(() => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    rssMb.push(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1000);
  }, 1000);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(sampler);
  if (code !== 0) throw new Error(`bench ended with ${code}`);
  return { run: JSON.parse(text), rssMb };
}
