// How often the gate is wrong, and what it finds. Needs a build and an idle machine; results in gate.json.
//   node benchmarks/gate.mjs --equal=32          equal arms, half of the clone pairs beside a CPU burner
//   node benchmarks/gate.mjs --inject=NAME,...   known regressions: true effect by alternating blocks, then the duet
//   node benchmarks/gate.mjs --placement=12      equal arms: servers on one set of processors, on two, or anywhere
//   node benchmarks/gate.mjs --gates=10          whole gates of the working tree against itself
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readScenario } from '../dist/src/cli/scenario-files.js';
import { systemClock } from '../dist/src/clock.js';
import { withConnection } from '../dist/src/database/connect.js';
import { cloneDatabase, dropDatabase } from '../dist/src/database/embedded/database-clones.js';
import {
  ExperimentServers,
  QUIET_SERVER,
} from '../dist/src/database/embedded/experiment-servers.js';
import { withDatabase } from '../dist/src/database/server-address.js';
import { armTemplate, makeArmTemplates } from '../dist/src/experiments/arms/arm-databases.js';
import { loadCodeBase } from '../dist/src/experiments/arms/code-base.js';
import { judgePairs } from '../dist/src/experiments/duet/decide.js';
import { GATE_MARGINS } from '../dist/src/experiments/duet/duet-figures.js';
import { DuetThread } from '../dist/src/experiments/duet/duet-thread-client.js';
import { GATE_TIMING } from '../dist/src/experiments/duet/open-duet.js';
import { pairFigures } from '../dist/src/experiments/duet/pair-figures.js';
import { Duet } from '../dist/src/experiments/duet/run-duet.js';
import { marginsFrom, simulateGates } from '../dist/src/experiments/gate/simulate-gates.js';
import { runReplay } from '../dist/src/experiments/replay/run-replay.js';
import { createShop } from '../dist/src/generators/shop.js';
import { standardErrorOf } from '../dist/src/statistics/detectable-change.js';
import { signedRankShift } from '../dist/src/statistics/signed-rank.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RESULT = fileURLToPath(new URL('gate.json', import.meta.url));
const RATE = 200;
const CONNECTIONS = 8;
const PAIRS = 16;
const ALTERNATING_BLOCKS = 40;
const GATES = 2000;
const HEADLINE = 'checkout';

const trigger = (body, timing = 'create trigger zz_injected after insert on shop.orders') =>
  `create function shop.injected() returns trigger language plpgsql as $$ ${body} return null; end $$;
   ${timing} for each row execute function shop.injected()`;

/** Each a change of the candidate alone: SQL in its database, or a patch of its compiled checkout. */
const INJECTIONS = {
  'dropped index': { sql: 'drop index shop.products_active_category_idx' },
  'plan flip by statistics': {
    sql: `alter table shop.products alter column status set statistics 0;
          delete from pg_statistic where starelid = 'shop.products'::regclass and staattnum =
            (select attnum from pg_attribute where attrelid = 'shop.products'::regclass and attname = 'status');
          analyze shop.products`,
  },
  '20 % more WAL': {
    sql: `create table shop.injected (payload text);
          ${trigger(`begin insert into shop.injected values (repeat('x', 1380));`)}`,
  },
  '10 % more server CPU': {
    sql: trigger(`declare x int := 0; begin for k in 1..10400 loop x := x + 1; end loop;`),
  },
  'sleep of 2 ms': { sql: trigger('begin perform pg_sleep(0.002);') },
  'one extra statement': {
    patch: (text) =>
      text.replace(
        /async run\(session, input\) \{/,
        (head) =>
          `${head} await session.execute({ name: 'checkout.injected', text: 'select count(*) from shop.coupons where code = $1', parameters: ['code'] }, { code: 'none' });`,
      ),
  },
  'lock held 1 ms longer': {
    sql: trigger(
      'begin perform pg_sleep(0.001);',
      'create constraint trigger zz_injected after insert on shop.orders deferrable initially deferred',
    ),
  },
};

const options = Object.fromEntries(
  process.argv.slice(2).map((each) => /^--(\w+)(?:=(.*))?$/.exec(each)?.slice(1) ?? [each, '']),
);
const results = existsSync(RESULT) ? JSON.parse(readFileSync(RESULT, 'utf8')) : {};
results.machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
const save = () => writeFileSync(RESULT, `${JSON.stringify(results, null, 1)}\n`);
const { signal } = new AbortController();
const quiet = { onStep() {}, onProgress() {}, onCount() {} };

if ('equal' in options) await equalArms(Number(options.equal));
if ('inject' in options) {
  const names = options.inject ? options.inject.split(',') : Object.keys(INJECTIONS);
  for (const name of names) await injected(name);
}
if ('placement' in options) await placements(Number(options.placement));
if ('gates' in options) wholeGates(Number(options.gates));

/** Two servers that hold both arms; `change` is done to the candidate's template. */
async function withStages(change, use) {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'cartload-gate-'));
  const servers = await ExperimentServers.open({ stateDirectory, onProgress() {}, signal });
  let patched = null;
  try {
    const scenario = readScenario('scenarios/checkout', ROOT);
    const shop = createShop(scenario.dataset);
    const code = await loadCodeBase(ROOT);
    if (change?.patch !== undefined) patched = patchedBuild(change.patch);
    const baseline = { name: 'baseline', label: 'baseline', code, scenario };
    const other = patched === null ? code : await loadCodeBase(patched);
    const candidate = { name: 'candidate', label: 'candidate', code: other, scenario };
    const arms = [baseline, candidate];
    const server = await servers.create('a', QUIET_SERVER);
    await makeArmTemplates({ ...quiet, server, shop, arms, signal, workers: 1, localCopies: 8 });
    if (change?.sql !== undefined) {
      const database = withDatabase(server, armTemplate(candidate));
      await withConnection(database, { purpose: 'inject' }, (client) => client.query(change.sql));
    }
    const replay = () => runReplay({ server, shop, baseline, candidate, signal, onStep() {} });
    const stages = async () => {
      await servers.stop('a');
      await servers.copy('a', 'b');
      return Promise.all(
        ['a', 'b'].map(async (name) => ({ name, address: await servers.start(name) })),
      );
    };
    return await use({ servers, baseline, candidate, replay, stages });
  } finally {
    await servers.close();
    rmSync(stateDirectory, { recursive: true, force: true });
    if (patched !== null) rmSync(patched, { recursive: true, force: true });
  }
}

function patchedBuild(patch) {
  const root = mkdtempSync(join(tmpdir(), 'cartload-patched-'));
  for (const name of ['dist', 'scenarios', 'package.json']) {
    cpSync(join(ROOT, name), join(root, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const file = join(root, 'dist/src/workloads/transactions/checkout.js');
  const text = readFileSync(file, 'utf8');
  const changed = patch(text);
  if (changed === text) throw new Error('the patch does not fit');
  writeFileSync(file, changed);
  return root;
}

function openDuet({ servers, baseline, candidate }, stages) {
  return new Duet({
    servers,
    stages,
    baseline,
    candidate,
    headline: HEADLINE,
    firstPair: 0,
    connections: CONNECTIONS,
    ...GATE_TIMING,
    signal,
  });
}

async function equalArms(count) {
  await withStages(null, async (arms) => {
    const duet = openDuet(arms, await arms.stages());
    const pairs = [];
    for (let pair = 0; pair < count; pair++) {
      const burner = pair % 2 === 1 ? burn() : null;
      pairs.push({ ...(await duet.measurePair(RATE)), isBurned: burner !== null });
      burner?.kill();
      console.error(`equal ${pair + 1} of ${count}: ${describe(pairs.at(-1))}`);
    }
    await duet.close();
    const rates = async (those, margins) =>
      share(
        await simulateGates({
          pairs: those,
          headline: HEADLINE,
          margins,
          gates: GATES,
          seed: 42,
          areArmsEqual: true,
        }),
      );
    results.equal = {
      clonePairs: count,
      usualMargins: await rates(pairs, GATE_MARGINS),
      idleOnly: await rates(
        pairs.filter(({ isBurned }) => !isBurned),
        GATE_MARGINS,
      ),
      burnedOnly: await rates(
        pairs.filter(({ isBurned }) => isBurned),
        GATE_MARGINS,
      ),
      ownMargins: marginsFrom(pairs, HEADLINE, 42),
      spread: spreadOf(pairs),
      spreadIdle: spreadOf(pairs.filter(({ isBurned }) => !isBurned)),
      pairs: pairs.map(brief),
    };
    save();
    console.log(JSON.stringify({ ...results.equal, pairs: undefined }, null, 1));
  });
}

/** How much the ratio of equal arms scatters, by where the servers stand. */
async function placements(count) {
  const all = cpus().map((_, index) => index);
  const half = Math.floor(all.length / 2);
  const others = (set) => all.filter((each) => !set.includes(each)).slice(0, half);
  const places = {
    'one set, changed each block': (servers) => servers,
    'a set each, swapped each block': (servers) =>
      placing(servers, (name, set) => (name === 'a' ? set : others(set))),
    anywhere: (servers) => placing(servers, () => all),
  };
  await withStages(null, async (arms) => {
    const stages = await arms.stages();
    const duets = Object.entries(places).map(([name, place]) => ({
      name,
      pairs: [],
      duet: openDuet({ ...arms, servers: place(arms.servers) }, stages),
    }));
    // In turn, so that whatever the host does meanwhile is the same for all.
    for (let pair = 0; pair < count; pair++) {
      for (const { pairs, duet } of duets) pairs.push(await duet.measurePair(RATE));
      console.error(`placement ${pair + 1} of ${count}`);
    }
    for (const { duet } of duets) await duet.close();
    results.placement = Object.fromEntries(
      duets.map(({ name, pairs }) => [name, { spread: spreadOf(pairs), pairs: pairs.map(brief) }]),
    );
    save();
    for (const { name, pairs } of duets) console.log(name, JSON.stringify(spreadOf(pairs)));
  });
}

/** The same servers, put elsewhere. */
function placing(servers, place) {
  return new Proxy(servers, {
    get: (target, key) =>
      key === 'pin'
        ? (name, set) => target.pin(name, place(name, set))
        : typeof target[key] === 'function'
          ? target[key].bind(target)
          : target[key],
  });
}

/** Takes a whole processor for half a second, rests for half a second, and so on. */
function burn() {
  const code =
    'for(;;){const end=Date.now()+500;while(Date.now()<end);Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,500)}';
  return spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
}

async function injected(name) {
  const change = INJECTIONS[name];
  if (change === undefined) throw new Error(`there is no injection "${name}"`);
  await withStages(change, async (arms) => {
    const replay = await arms.replay();
    const found = {
      replay: replay.verdict,
      findings: replay.findings.map(({ action, measure, baseline, candidate }) => ({
        action,
        measure,
        baseline,
        candidate,
      })),
      planChanges: replay.planChanges.length,
    };
    console.error(`${name}: replay ${JSON.stringify(found)}`);
    const stages = await arms.stages();
    const truth = await alternating(arms, stages);
    console.error(`${name}: alternating blocks ${JSON.stringify(truth)}`);
    const duet = openDuet(arms, stages);
    const pairs = [];
    for (let pair = 0; pair < PAIRS; pair++) pairs.push(await duet.measurePair(RATE));
    await duet.close();
    const rates = await simulateGates({
      pairs,
      headline: HEADLINE,
      margins: GATE_MARGINS,
      gates: GATES,
      seed: 42,
      areArmsEqual: false,
    });
    results.injections ??= {};
    results.injections[name] = {
      replay: found,
      alternating: truth,
      duet: spreadOf(pairs),
      duetGates: share(rates),
      figures: judgePairs(pairs, HEADLINE, GATE_MARGINS)
        .filter(({ isPrimary }) => isPrimary)
        .map(({ name: figure, verdict, shift }) => ({ figure, verdict, change: shift?.estimate })),
    };
    save();
    console.log(name, JSON.stringify(results.injections[name], null, 1));
  });
}

/**
 * One arm at a time, in the order ABBA, at the same rate, on all processors: what a user would feel. In the
 * second half the arms stand on each other's server.
 */
async function alternating({ servers, baseline, candidate }, stages) {
  const arms = [baseline, candidate];
  for (const { name } of stages)
    await servers.pin(
      name,
      cpus().map((_, index) => index),
    );
  const threads = arms.map(
    ({ code, scenario }) => new DuetThread({ root: code.root, scenario, connections: CONNECTIONS }),
  );
  const sides = ['baseline', 'candidate'];
  const run = (arm, block) =>
    threads[arm].run(systemClock.now() + 20, {
      seed: 42,
      block,
      ratePerSecond: RATE,
      durationMs: GATE_TIMING.blockMs,
      side: sides[arm],
    });
  const values = { cpu: [], headlineCpu: [], paired: [], p95: [] };
  const half = ALTERNATING_BLOCKS / 4;
  for (const places of [stages, stages.toReversed()]) {
    for (const [index, arm] of arms.entries()) {
      const { address } = places[index];
      await withConnection(address, { purpose: 'bench' }, (primary) =>
        cloneDatabase({
          primary,
          replicas: [],
          template: armTemplate(arm),
          name: 'alternating',
          signal,
        }),
      );
      await threads[index].open(withDatabase(address, 'alternating'), '00000000000000');
      await run(index, 900);
    }
    for (let pair = 0; pair < half; pair++) {
      const blocks = [];
      for (const arm of pair % 2 === 0 ? [0, 1] : [1, 0])
        blocks[arm] = await run(arm, values.cpu.length);
      const figures = pairFigures([{ baseline: blocks[0], candidate: blocks[1] }], HEADLINE);
      const ratio = ({ baseline: from, candidate: to }) => Math.log(to / from);
      values.cpu.push(ratio(figures.cpuMs));
      values.headlineCpu.push(ratio(figures.headlineCpuMs));
      values.paired.push(figures.logRatio);
      values.p95.push(ratio(figures.headlineP95Ms));
    }
    for (const [index, thread] of threads.entries()) {
      await thread.closeDatabase();
      await withConnection(places[index].address, { purpose: 'bench' }, (primary) =>
        dropDatabase(primary, 'alternating'),
      );
    }
  }
  for (const thread of threads) await thread.close();
  return Object.fromEntries(Object.entries(values).map(([name, each]) => [name, effect(each)]));
}

function spreadOf(pairs) {
  const ratio = ({ baseline: from, candidate: to }) => Math.log(to / from);
  return {
    cpu: effect(pairs.map(({ cpuMs }) => ratio(cpuMs))),
    headlineCpu: effect(pairs.map(({ headlineCpuMs }) => ratio(headlineCpuMs))),
    paired: effect(pairs.map(({ logRatio }) => logRatio)),
    p95: effect(pairs.map(({ headlineP95Ms }) => ratio(headlineP95Ms))),
  };
}

/** Shift in percent, its standard error, and how many of them it is away from nothing. */
function effect(logRatios) {
  const { estimate } = signedRankShift(logRatios, 0.05);
  const standardError = standardErrorOf(logRatios);
  const round = (value) => Number(value.toPrecision(3));
  return {
    n: logRatios.length,
    percent: round(100 * Math.expm1(estimate)),
    standardError: round(100 * standardError),
    ratio: round(estimate / standardError),
  };
}

function brief({ cpuMs, logRatio, headlineP95Ms, othersShare, isBurned }) {
  const ratio = ({ baseline: from, candidate: to }) => Number(Math.log(to / from).toPrecision(3));
  return {
    cpu: ratio(cpuMs),
    paired: Number(logRatio.toPrecision(3)),
    p95: ratio(headlineP95Ms),
    othersShare: Number(othersShare?.toPrecision(2)),
    isBurned,
  };
}

function describe(pair) {
  return JSON.stringify(brief(pair));
}

function share(counts) {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count / GATES]));
}

function wholeGates(count) {
  const codes = [];
  for (let gate = 0; gate < count; gate++) {
    const startedAt = performance.now();
    const out = mkdtempSync(join(tmpdir(), 'cartload-whole-'));
    const { status } = spawnSync(
      process.execPath,
      [join(ROOT, 'dist/src/cli/main.js'), 'gate', '--baseline-ref', 'HEAD', '--out', out],
      { cwd: ROOT, stdio: 'ignore' },
    );
    rmSync(out, { recursive: true, force: true });
    codes.push({ exitCode: status, seconds: Math.round((performance.now() - startedAt) / 1000) });
    console.error(`gate ${gate + 1} of ${count}: exit ${status}, ${codes.at(-1).seconds} s`);
    results.wholeGates = codes;
    save();
  }
}
