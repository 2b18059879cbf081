// The sessions that apply the load against pgbench: the same statements, prepared, over the same number
// of connections to the same server, one client thread each, over TCP of this machine.
// Run: npm run build && node benchmarks/driver.mjs                (writes benchmarks/driver.json)
//      node benchmarks/driver.mjs --seconds=5 --rounds=3 --connections=8 --dry
//
// select: one row of pgbench_accounts by its key. tpcb: pgbench's own TPC-B-like transaction, seven
// statements. `wire` are our sessions, `wire+watch` the same with everything that a run measures of
// each statement and transaction, `pg` the queries of the driver that opens the connections. pgbench is
// taken from PATH; without it ours is measured alone. CPU: user and system of the client process. Every
// round runs all of them, in turn; ratios are of one round, and of several rounds the median counts.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  built,
  measureApart,
  measuredTarget,
  median,
  origin,
  record,
  round,
  run,
  withBench,
  withFreshDatabase,
} from './loader-bench.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '8' },
    /** Writes no file. */
    dry: { type: 'boolean', default: false },
    /** Internal: measure this way with this script, `wire:select`, and print it as JSON. */
    measure: { type: 'string' },
  },
});

const SECONDS = Number(options.seconds);
const CONNECTIONS = Number(options.connections);
const SCALE = 10;
const ACCOUNTS = SCALE * 100_000;
const WARMUP_MS = 500;

const SCRIPTS = {
  select: {
    statements: 1,
    pgbench: `\\set aid random(1, ${ACCOUNTS})
select abalance from pgbench_accounts where aid = :aid;
`,
  },
  tpcb: {
    statements: 7,
    pgbench: `\\set aid random(1, ${ACCOUNTS})
\\set bid random(1, ${SCALE})
\\set tid random(1, ${10 * SCALE})
\\set delta random(-5000, 5000)
begin;
update pgbench_accounts set abalance = abalance + :delta where aid = :aid;
select abalance from pgbench_accounts where aid = :aid;
update pgbench_tellers set tbalance = tbalance + :delta where tid = :tid;
update pgbench_branches set bbalance = bbalance + :delta where bid = :bid;
insert into pgbench_history (tid, bid, aid, delta, mtime) values (:tid, :bid, :aid, :delta, current_timestamp);
end;
`,
  },
};

const random = (low, high) => low + Math.floor(Math.random() * (high - low + 1));

const TRANSACTIONS = {
  select: (client) => client.execute('select', { aid: random(1, ACCOUNTS) }),
  async tpcb(client) {
    const parameters = {
      aid: random(1, ACCOUNTS),
      bid: random(1, SCALE),
      tid: random(1, 10 * SCALE),
      delta: random(-5000, 5000),
    };
    await client.begin();
    await client.execute('accounts', parameters);
    await client.execute('select', parameters);
    await client.execute('tellers', parameters);
    await client.execute('branches', parameters);
    await client.execute('history', parameters);
    await client.commit();
  },
};

const SQL = {
  select: 'select abalance from pgbench_accounts where aid = :aid',
  accounts: 'update pgbench_accounts set abalance = abalance + :delta where aid = :aid',
  tellers: 'update pgbench_tellers set tbalance = tbalance + :delta where tid = :tid',
  branches: 'update pgbench_branches set bbalance = bbalance + :delta where bid = :bid',
  history:
    'insert into pgbench_history (tid, bid, aid, delta, mtime) values (:tid, :bid, :aid, :delta, current_timestamp)',
};

if (options.measure === undefined) await report();
else console.log(JSON.stringify(await measure(...options.measure.split(':'))));

async function report() {
  const hasPgbench = await has('pgbench');
  if (!hasPgbench) console.log('pgbench is not in PATH: ours is measured alone');
  const ways = [...(hasPgbench ? ['pgbench'] : []), 'wire', 'wire+watch', 'pg'];
  const results = [];
  const server = await withBench('benchmarks/driver', async (bench) => {
    await withFreshDatabase(bench, async (target) => {
      await fill(target);
      for (const script of Object.keys(SCRIPTS)) {
        const rounds = [];
        for (let k = 0; k < Number(options.rounds); k++) {
          const figures = {};
          for (const way of k % 2 === 0 ? ways : ways.toReversed()) {
            figures[way] =
              way === 'pgbench'
                ? await measurePgbench(bench, target, script)
                : await measureApart(bench, target, [
                    `--measure=${way}:${script}`,
                    `--seconds=${SECONDS}`,
                    `--connections=${CONNECTIONS}`,
                  ]);
          }
          rounds.push(figures);
        }
        results.push(...summary(script, ways, rounds));
      }
    });
    return bench.serverVersion;
  });
  for (const result of results) console.log(JSON.stringify(result));
  if (options.dry) return;
  record({ ...origin(server), seconds: SECONDS, connections: CONNECTIONS, results });
}

/** The medians of each way, and of its ratios to pgbench. */
function summary(script, ways, rounds) {
  return ways.map((way) => {
    const of = (figure) => rounds.map((each) => each[way][figure]);
    const ratio = (figure) =>
      ways.includes('pgbench')
        ? round(median(rounds.map((each) => each[way][figure] / each.pgbench[figure])), 3)
        : null;
    return {
      script,
      way,
      transactionsPerSecond: round(median(of('transactionsPerSecond')), 4),
      clientCpuUsPerStatement: round(median(of('clientCpuUsPerStatement')), 3),
      throughputAgainstPgbench: ratio('transactionsPerSecond'),
      cpuAgainstPgbench: ratio('clientCpuUsPerStatement'),
      rounds: of('transactionsPerSecond')
        .map((value) => Math.round(value))
        .join(' '),
    };
  });
}

async function has(program) {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** pgbench's tables, as `pgbench -i` makes them. */
async function fill(target) {
  const { withConnection } = await built('database/connect');
  await withConnection(target, { purpose: 'benchmark' }, async (client) => {
    await client.query(`
      create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
      create table pgbench_tellers (tid int not null, bid int, tbalance int, filler char(84)) with (fillfactor = 100);
      create table pgbench_accounts (aid int not null, bid int, abalance int, filler char(84)) with (fillfactor = 100);
      create table pgbench_branches (bid int not null, bbalance int, filler char(88)) with (fillfactor = 100);
      insert into pgbench_branches select bid, 0, '' from generate_series(1, ${SCALE}) bid;
      insert into pgbench_tellers select tid, (tid - 1) / 10 + 1, 0, '' from generate_series(1, ${10 * SCALE}) tid;
      insert into pgbench_accounts select aid, (aid - 1) / 100000 + 1, 0, '' from generate_series(1, ${ACCOUNTS}) aid;
      alter table pgbench_branches add primary key (bid);
      alter table pgbench_tellers add primary key (tid);
      alter table pgbench_accounts add primary key (aid);`);
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  });
}

async function measurePgbench({ stop, folder }, target, script) {
  const file = join(folder, `${script}.sql`);
  writeFileSync(file, SCRIPTS[script].pgbench);
  const { stdout } = await run(
    stop,
    'bash',
    [
      '-c',
      `pgbench -n -M prepared -c ${CONNECTIONS} -j 1 -T ${SECONDS} -f ${file} -h ${target.host} -p ${target.port} -U ${target.user} ${target.database} 2>&1; times`,
    ],
    { env: { ...process.env, PGPASSWORD: target.password, LC_ALL: 'C' } },
  );
  const transactionsPerSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  const done = Number(/actually processed: (\d+)/.exec(stdout)?.[1]);
  // `times`: the shell's own, then its children's, user and system.
  const seconds = [...stdout.matchAll(/(\d+)m([\d.]+)s/g)]
    .slice(-2)
    .reduce((sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest), 0);
  return {
    transactionsPerSecond,
    clientCpuUsPerStatement: (1e6 * seconds) / (done * SCRIPTS[script].statements),
  };
}

async function measure(way, script) {
  const clients = way === 'pg' ? await pgClients() : await wireClients(way === 'wire+watch');
  const transact = TRANSACTIONS[script];
  let done = 0;
  let isOver = false;
  const loop = async (client) => {
    while (!isOver) {
      await client.transaction(() => transact(client));
      done += 1;
    }
  };
  const loops = clients.map(loop);
  await new Promise((resolve) => setTimeout(resolve, WARMUP_MS));
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const doneBefore = done;
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const { user, system } = process.cpuUsage(cpu);
  const transactions = done - doneBefore;
  const seconds = (performance.now() - startedAt) / 1000;
  isOver = true;
  await Promise.all(loops);
  await Promise.all(clients.map((client) => client.close()));
  return {
    transactionsPerSecond: transactions / seconds,
    clientCpuUsPerStatement: (user + system) / (transactions * SCRIPTS[script].statements),
  };
}

async function statements() {
  const { sqlStatement, bind } = await built('schema/statement');
  const entries = Object.entries(SQL).map(([name, text]) => [name, sqlStatement(name, text)]);
  return { named: Object.fromEntries(entries), bind };
}

/** Our sessions; with `isWatched` under everything that a run measures of an arrival and its statements. */
async function wireClients(isWatched) {
  const { PgSession } = await built('database/pg-session');
  const { named } = await statements();
  const target = measuredTarget();
  const watch = isWatched ? await createWatch(Object.keys(named)) : null;
  return Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, slot) => {
      const session = await PgSession.open(target, {
        purpose: 'benchmark',
        onLost() {},
        isPipelined: false,
        prepares: 'named',
      });
      await session.prepare(Object.values(named));
      return {
        execute: (name, parameters) => session.execute(named[name], parameters),
        begin: () => session.begin(''),
        commit: () => session.commit(),
        close: () => session.close(),
        transaction:
          watch === null ? (work) => unwatched(work) : (work) => watch(session, slot, work),
      };
    }),
  );
}

/** As deep in promises as the watched one: what differs is the watching. */
async function unwatched(work) {
  await work();
}

async function createWatch(names) {
  const { initHistograms } = await built('measurements/histogram');
  const { Recorder } = await built('bench/workers/recorder');
  const { allocateTrace, StatementTrace } = await built('bench/clients/statement-trace');
  const { SessionWatch } = await built('bench/clients/session-watch');
  const { systemClock: clock } = await built('clock');
  await initHistograms();
  const recorder = new Recorder({
    transactions: [{ name: 'bench', access: 'write' }],
    window: { startMs: 0, endMs: 1e9 },
    lateAfterMs: 100,
  });
  const traced = ['begin', 'commit', 'rollback', ...names];
  const trace = new StatementTrace(allocateTrace(CONNECTIONS), ['bench'], traced);
  const startedAt = clock.now();
  let number = 0;
  return async (session, slot, work) => {
    const intendedMs = clock.now() - startedAt;
    const sample = recorder.arrive({ number: number++, intendedMs }, 'bench', intendedMs);
    session.observer = new SessionWatch(trace, slot, 'bench', sample.observerFor('primary'));
    await work();
    session.observer = null;
    const endMs = clock.now() - startedAt;
    sample.end(
      {
        end: { kind: 'committed', order: null, staleness: null },
        attempts: 1,
        failedAttempts: [],
        firstAttemptAt: 0,
        lastAttemptAt: 0,
      },
      {
        node: 'primary',
        fallback: null,
        causalWaitMs: null,
        startMs: intendedMs,
        endMs,
        lastAttemptMs: endMs - intendedMs,
        wastedMs: 0,
      },
    );
  };
}

async function pgClients() {
  const { connect } = await built('database/connect');
  const { named, bind } = await statements();
  const target = measuredTarget();
  return Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = await connect(target, { purpose: 'benchmark' });
      return {
        execute: (name, parameters) =>
          client.query({ name, text: named[name].text, values: bind(named[name], parameters) }),
        begin: () => client.query('begin'),
        commit: () => client.query('commit'),
        close: () => client.end(),
        transaction: (work) => work(),
      };
    }),
  );
}
