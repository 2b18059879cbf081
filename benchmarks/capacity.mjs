// Whether searches for capacity find what is there. Needs a build and an idle machine; results are added to capacity.json.
//   node benchmarks/capacity.mjs --ceiling       a fixed service time on a fixed number of connections
//   node benchmarks/capacity.mjs --searches=3    the same search again: do their bounds agree?
//   node benchmarks/capacity.mjs --campaigns=3   the local classes: are they ranked rightly?
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const RESULT = fileURLToPath(new URL('capacity.json', import.meta.url));
const CONNECTIONS = 4;
const NAP_MS = 20;

const folder = mkdtempSync(join(tmpdir(), 'cartload-capacity-'));
const results = existsSync(RESULT) ? JSON.parse(readFileSync(RESULT, 'utf8')) : {};
const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version };
let runs = 0;
try {
  for (const argument of process.argv.slice(2)) {
    const [, name, count] = /^--(ceiling|searches|campaigns)(?:=(\d+))?$/.exec(argument) ?? [];
    if (name === 'ceiling') results.ceiling = ceiling();
    else if (name === 'searches') results.searches = repeat(results.searches, count, searchDefault);
    else if (name === 'campaigns')
      results.campaigns = repeat(results.campaigns, count, campaignOfClasses);
    else throw new Error(`not known: ${argument}`);
    writeFileSync(RESULT, `${JSON.stringify(results, null, 2)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Adds to what is recorded. */
function repeat(recorded, count, once) {
  return [...(recorded ?? []), ...Array.from({ length: Number(count ?? 3) }, once)];
}

/** Runs the program in a folder of its own and returns the record of the experiment. */
function cartload(...args) {
  const out = join(folder, `out-${runs++}`);
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args, '--out', out], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const file = join(out, 'experiment.json');
  if (!existsSync(file)) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  return { record: JSON.parse(readFileSync(file, 'utf8')), seconds };
}

function ceiling() {
  writeFileSync(
    join(folder, 'nap.sql'),
    `-- A service time that uses nothing.\n-- access: read\n-- parameter product: product\n\n-- name: sleep\n-- rows: 1\nselect pg_sleep(${NAP_MS / 1000}), :product::bigint as product;\n`,
  );
  writeFileSync(
    join(folder, 'naps.yaml'),
    `name: naps
dataset: { scale: 1k }
load:
  executor: constant-arrival-rate
  rate: 50/s
  process: uniform
  duration: 5s
  warmup: 1s
  connections: { primary: ${CONNECTIONS}, replica: 1 }
  maxQueue: 10000
mix: { nap: 1 }
transactions: { nap: nap.sql }
routing: { reads: primary }
thresholds: [nap.response.p99 < 200ms]
capacity: { precision: 2%, confirmations: 6 }
`,
  );
  const { record, seconds } = cartload('bench', 'naps');
  const [found] = record.choice.classes;
  // The round trip comes on top of the nap: the median service time at half of the load.
  const low = found.searches[0].points.find(({ ratePerSecond }) => ratePerSecond <= 100);
  const arithmetic = (1e6 * CONNECTIONS) / low.response.p50Us;
  const result = {
    ...brief(found),
    arithmetic: Number(arithmetic.toPrecision(4)),
    off: Number((found.capacity.value / arithmetic - 1).toPrecision(2)),
    seconds,
    machine,
  };
  console.error('ceiling', JSON.stringify(result));
  return result;
}

function searchDefault() {
  const { record, seconds } = cartload('bench', 'scenarios/capacity');
  const result = { ...brief(record.choice.classes[0]), seconds, machine };
  console.error('search', JSON.stringify(result));
  return result;
}

function campaignOfClasses() {
  const { record, seconds } = cartload('campaign', 'campaigns/local-classes', '--yes');
  const result = {
    classes: Object.fromEntries(record.choice.classes.map((each) => [each.name, brief(each)])),
    byCapacity: record.choice.classes
      .toSorted((a, b) => (b.capacity?.value ?? 0) - (a.capacity?.value ?? 0))
      .map(({ name }) => name),
    ranking: record.choice.ranking,
    sentence: record.verdict.sentence,
    seconds,
    machine,
  };
  console.error('campaign', JSON.stringify(result));
  return result;
}

function brief({ capacity, limit, searches }) {
  const rounded = (value) => (value === null ? null : Number(value.toPrecision(3)));
  return {
    capacity: capacity && {
      value: rounded(capacity.value),
      lower: rounded(capacity.lower),
      upper: rounded(capacity.upper),
    },
    limit: limit.kind,
    runs: searches.reduce((sum, { points }) => sum + points.length, 0),
  };
}
