// What the benchmarks of the loader share: a cluster of their own that is gone afterwards, measuring
// in processes of their own, and what a recorded result says about where it comes from.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const DIST =
  process.env.CARTLOAD_DIST === undefined
    ? new URL('../dist/', import.meta.url)
    : pathToFileURL(`${process.env.CARTLOAD_DIST}/`);

/** Hands the address of a measuring process's database over; not as an argument: it has a password. */
const TARGET_VARIABLE = 'CARTLOAD_BENCH_TARGET';
/** And the cluster's folder. */
const CLUSTER_VARIABLE = 'CARTLOAD_BENCH_CLUSTER';

/** A module of the build, by its path below src/, without the extension. */
export const built = (path) => import(new URL(`src/${path}.js`, DIST).href);

const { EmbeddedCluster } = await built('database/embedded/embedded-cluster');
const { connect, withConnection } = await built('database/connect');
const { parseServerUrl, toUrl, withDatabase } = await built('database/server-address');
const { createKnex } = await built('database/knex-client');
const { migrateUp } = await built('database/migrations');

/**
 * Runs `use` with a fresh embedded cluster, primary and replica as always, and a folder that its
 * server can read; removes both, also after Ctrl-C, which ends the process that measures.
 */
export async function withBench(command, use) {
  const folder = mkdtempSync(join(tmpdir(), 'cartload-bench-'));
  chmodSync(folder, 0o755);
  const stop = new AbortController();
  const onSignal = () => stop.abort(new Error('interrupted'));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, onSignal);
  let cluster;
  let admin;
  try {
    cluster = await EmbeddedCluster.acquire({ directory: join(folder, 'cluster'), command });
    const { primaryUrl } = await cluster.start(stop.signal);
    const address = parseServerUrl(primaryUrl);
    admin = await connect(address, { purpose: 'benchmark' });
    const { rows } = await admin.query('show server_version');
    return await use({ folder, address, admin, serverVersion: rows[0].server_version, stop });
  } finally {
    await admin?.end().catch(() => {});
    await cluster?.reset();
    await cluster?.release();
    rmSync(folder, { recursive: true, force: true });
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, onSignal);
  }
}

/** Runs `use` with the address of a new database, once nothing of the one before is left to do. */
export async function withFreshDatabase({ admin, address, stop }, use) {
  stop.signal.throwIfAborted();
  await admin.query('create database bench');
  try {
    await quiet(admin);
    return await use(withDatabase(address, 'bench'));
  } finally {
    await admin.query('drop database bench with (force)');
  }
}

/** Waits until everything is on disk and the replica has replayed it: its work would be measured too. */
export async function quiet(admin) {
  await admin.query('checkpoint');
  for (;;) {
    const { rows } = await admin.query(
      `select coalesce(bool_and(replay_lsn >= pg_current_wal_lsn()), false) as done
       from pg_stat_replication`,
    );
    if (rows[0].done) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Runs this script again with these arguments, on this database, and reads the JSON it prints. */
export async function measureApart({ stop, folder }, target, args) {
  const text = await run(stop, process.execPath, [process.argv[1], ...args], {
    env: {
      ...process.env,
      [TARGET_VARIABLE]: target === null ? '' : toUrl(target),
      [CLUSTER_VARIABLE]: join(folder, 'cluster'),
    },
  });
  return JSON.parse(text.stdout);
}

/** In such a process: the database to measure on. */
export function measuredTarget() {
  return parseServerUrl(process.env[TARGET_VARIABLE]);
}

/** Runs a program and returns what it printed. */
export function run(stop, file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const end = () => child.kill();
    stop.signal.addEventListener('abort', end);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      stop.signal.removeEventListener('abort', end);
      if (code === 0) resolve({ stdout, stderr });
      else reject(stop.signal.reason ?? new Error(`${file} ended with ${code}\n${stderr}`));
    });
  });
}

export async function migrate(target) {
  const knex = createKnex(target);
  try {
    await migrateUp(knex);
  } finally {
    await knex.destroy();
  }
}

export { connect, createKnex, withConnection };

/** `20k`, `1m`: orders. */
export function parseScale(text) {
  const found = /^(\d+)(k|m)$/.exec(text);
  if (found === null) throw new Error(`--scale ${text}: should look like 20k or 1m`);
  return Number(found[1]) * (found[2] === 'k' ? 1e3 : 1e6);
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** To so many significant digits, for a record that people read. */
export const round = (value, digits = 4) => Number(value.toPrecision(digits));

/**
 * CPU that each node of the cluster has used, in ms, ended sessions included; null where there is no
 * /proc. A tick is 10 ms.
 */
export function serverCpu() {
  if (process.platform !== 'linux') return null;
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => statOf(pid) ?? []);
  const nodeCpu = (role) => {
    const file = join(process.env[CLUSTER_VARIABLE], role, 'postmaster.pid');
    const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0]);
    const ofNode = processes.filter(
      ({ pid, parent }) => pid === postmaster || parent === postmaster,
    );
    const ended = ofNode.find(({ pid }) => pid === postmaster)?.endedTicks ?? 0;
    return 10 * ofNode.reduce((sum, { ticks }) => sum + ticks, ended);
  };
  return { primaryMs: nodeCpu('primary'), replicaMs: nodeCpu('replica') };
}

function statOf(pid) {
  try {
    // Behind the name in brackets: state, parent, ...; user, system, and those of children waited for.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .map(Number);
    return {
      pid: Number(pid),
      parent: fields[1],
      ticks: fields[11] + fields[12],
      endedTicks: fields[13] + fields[14],
    };
  } catch {
    return null;
  }
}

/** Runnable processes of the last minute, of everybody. */
export const loadAverage = () => round(loadavg()[0], 2);

/** What every recorded result begins with. */
export function origin(serverVersion) {
  const script = fileURLToPath(new URL('.', import.meta.url));
  const git = (...args) => execFileSync('git', args, { cwd: script, encoding: 'utf8' }).trim();
  const changed =
    git('status', '--porcelain', '../src', '../migrations') === '' ? '' : ' + changes';
  const name = process.argv[1].split('/').at(-1);
  return {
    command: ['node', `benchmarks/${name}`, ...process.argv.slice(2)].join(' '),
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD') + changed,
    machine: `${cpus()[0].model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    server: `PostgreSQL ${serverVersion}, embedded, with its replica`,
  };
}

/** Writes the result beside the script: load-floor.mjs to load-floor.json. */
export function record(result) {
  writeFileSync(process.argv[1].replace(/\.mjs$/, '.json'), `${JSON.stringify(result, null, 2)}\n`);
}
