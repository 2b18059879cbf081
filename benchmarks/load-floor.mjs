// How far `load` is from what the server needs anyway.
// Run: npm run build && node benchmarks/load-floor.mjs              (writes benchmarks/load-floor.json)
//      node benchmarks/load-floor.mjs --scale 20k --rounds 1 --dry  (CARTLOAD_DIST names another build)
//
// Ours: loadShop() without the verification, in a process of its own. Floor: the same rows, written
// as binary COPY files before the clock starts, copied by the server itself (COPY FROM 'file') on as
// many connections from one queue, with the same ledger row in each transaction; everything before
// and after by the same functions and settings. Both on a fresh database of one cluster, in
// turns, after a checkpoint and once the replica has caught up. Medians, without the migration. The
// CPU of loader and primary (ended sessions included, from /proc) tells on a machine that is shared.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import {
  built,
  connect,
  loadAverage,
  measureApart,
  measuredTarget,
  median,
  migrate,
  origin,
  parseScale,
  record,
  round,
  serverCpu,
  withBench,
  withConnection,
  withFreshDatabase,
} from './loader-bench.mjs';

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1m' },
    rounds: { type: 'string', default: '3' },
    workers: { type: 'string', default: '2' },
    /** Writes no record. */
    dry: { type: 'boolean', default: false },
    /** Internal: do this one thing and print what came of it as JSON. */
    measure: { type: 'string' },
    /** Internal: the folder of the COPY files. */
    files: { type: 'string' },
  },
});

/** DESIGN: on two cores; 1.10 on four or more. */
const GOAL = 1.25;
const MEMORY_GOAL_MB = 400;
const MIGRATING = 'migrating the schema';
const COPYING = 'copying';

const { createShop } = await built('generators/shop');
const spec = { orders: parseScale(options.scale), seed: 42, profile: 'default' };
const workers = Number(options.workers);

if (options.measure === undefined) await report();
else {
  const work = { ours: measureOurs, floor: measureFloor, files: writeFiles }[options.measure];
  console.log(JSON.stringify(await work()));
}

async function report() {
  const name = 'benchmarks/load-floor.mjs';
  const result = await withBench(name, async (bench) => {
    const files = join(bench.folder, 'files');
    mkdirSync(files);
    const args = ['--scale', options.scale, '--workers', options.workers, '--files', files];
    const { rows, bytes } = await measureApart(bench, null, [...args, '--measure', 'files']);
    const runs = [];
    for (let turn = 0; turn < Number(options.rounds); turn++) {
      // Who goes first changes, so that neither always finds what the other left behind.
      for (const kind of turn % 2 === 0 ? ['ours', 'floor'] : ['floor', 'ours']) {
        const before = loadAverage();
        const measured = await withFreshDatabase(bench, (target) =>
          measureApart(bench, target, [...args, '--measure', kind]),
        );
        const one = { kind, loadAverageBefore: before, ...measured };
        console.log(`${kind.padEnd(6)} ${(one.wallMs / 1000).toFixed(1).padStart(6)} s`);
        runs.push(one);
      }
    }
    return { ...origin(bench.serverVersion), orders: spec.orders, rows, bytes, workers, runs };
  });
  const summary = summarise(result);
  print(result, summary);
  const { runs, ...rest } = result;
  if (!options.dry) record({ ...rest, ...summary, runs });
}

async function measureOurs() {
  const { loadShop } = await built('loading/load-shop');
  const clock = phaseClock();
  const summary = await loadShop({
    target: measuredTarget(),
    shop: createShop(spec),
    workers,
    replace: false,
    verify: false,
    localCopies: 2,
    signal: new AbortController().signal,
    onStep: clock.mark,
    onProgress: () => {},
    onCount: () => {},
  });
  const { generating, sending, committing } = summary.copying;
  return {
    // The ceiling is measured afterwards and does not count.
    ...clock.end(summary.durationMs),
    copying: {
      generating: round(generating),
      sending: round(sending),
      committing: round(committing),
    },
    peakRssMb: round((process.resourceUsage().maxRSS * 1024) / 1e6),
  };
}

async function measureFloor() {
  const { beginDataset, finishDataset } = await built('loading/ledger');
  const { planChunks } = await built('loading/load-plan');
  const { setAside } = await built('loading/set-aside');
  const { restore } = await built('loading/restore');
  const { sideBySide } = await built('loading/side-by-side');
  const { forEachTable, rebuildDailySales, setSequences } = await built('loading/table-work');
  const target = measuredTarget();
  const shop = createShop(spec);
  const { signal } = new AbortController();
  const nobody = () => {};
  const clock = phaseClock();
  return withConnection(target, { purpose: 'floor' }, async (client) => {
    clock.mark(MIGRATING);
    await migrate(target);
    await beginDataset(client, shop);
    clock.mark('setting indexes and keys aside');
    await setAside(client);
    clock.mark(COPYING);
    const hands = await Promise.all(
      Array.from({ length: Math.max(2, workers) }, () => connect(target, { purpose: 'floor' })),
    );
    try {
      for (const hand of hands) await hand.query('set synchronous_commit = off');
      const chunks = [...planChunks(shop.generators).entries()];
      await sideBySide(hands.slice(0, workers), chunks, signal, (hand, [index, chunk]) =>
        copyFile(hand, shop.identity.id, index, chunk),
      );
      clock.mark('vacuuming');
      await forEachTable(shop, hands, signal, nobody, (table) => `vacuum shop."${table}"`);
      await restore({ clients: hands, signal, onStep: clock.mark, onDone: nobody });
      clock.mark('analyzing');
      await forEachTable(shop, hands, signal, nobody, (table) => `analyze shop."${table}"`);
    } finally {
      await Promise.all(hands.map((hand) => hand.end()));
    }
    clock.mark('adding up daily sales');
    await rebuildDailySales(client);
    await setSequences(client, shop);
    await finishDataset(client, shop.identity.id);
    return clock.end();
  });
}

async function copyFile(client, identity, index, { generator, number, firstRow, rows }) {
  const columns = generator.columns.map((column) => `"${column.name}"`).join(', ');
  await client.query('begin');
  await client.query(
    `copy shop."${generator.table}" (${columns}) from '${fileOf(index)}' (format binary)`,
  );
  await client.query(
    `insert into cartload.load_chunk (
       identity, table_name, chunk, first_row, rows, checksum, loaded_at)
     values ($1, $2, $3, $4, $5, '00000000', now())`,
    [identity, generator.table, number, firstRow, rows],
  );
  await client.query('commit');
}

async function writeFiles() {
  const { planChunks } = await built('loading/load-plan');
  const { BinaryCopyWriter } = await built('generators/binary-copy-writer');
  const bufferBytes = 1 << 20;
  let bytes = 0;
  let rowsWritten = 0;
  for (const [index, { generator, firstRow, rows }] of planChunks(
    createShop(spec).generators,
  ).entries()) {
    const file = openSync(fileOf(index), 'wx', 0o644);
    const writer = new BinaryCopyWriter(bufferBytes);
    writer.writeHeader();
    const flush = () => {
      const buffer = writer.take();
      bytes += writeSync(file, buffer);
      writer.recycle(buffer);
    };
    for (let row = firstRow; row < firstRow + rows; row++) {
      generator.writeRow(writer, row);
      if (writer.length >= bufferBytes) flush();
    }
    writer.writeTrailer();
    flush();
    closeSync(file);
    rowsWritten += rows;
  }
  return { rows: rowsWritten, bytes };
}

function fileOf(index) {
  return join(options.files, `${index}.copy`);
}

/** Wall and CPU time from mark to mark. */
function phaseClock() {
  const startedAt = performance.now();
  const marks = [];
  const now = () => {
    const { user, system } = process.cpuUsage();
    return { at: performance.now(), clientMs: (user + system) / 1000, ...serverCpu() };
  };
  return {
    mark(text) {
      if (text.startsWith('WARNING')) return;
      // "building indexes (53)", "copying 14,000,000 rows, 2 at a time"
      const step = text.startsWith(COPYING) ? COPYING : text.replace(/ \(.*/, '');
      marks.push({ step, ...now() });
    },
    /** `durationMs`: since the start, where the end was earlier. */
    end(durationMs = performance.now() - startedAt) {
      const last = { ...now(), at: startedAt + durationMs };
      // In the last phase the client only waits; what it does after its end is not the load's.
      last.clientMs = marks.at(-1).clientMs;
      const phases = marks.map((mark, index) => {
        const next = marks[index + 1] ?? last;
        const cpuMs = (who) => Math.round(next[who] - mark[who]);
        return {
          step: mark.step,
          ms: Math.round(next.at - mark.at),
          clientCpuMs: cpuMs('clientMs'),
          primaryCpuMs: cpuMs('primaryMs'),
          replicaCpuMs: cpuMs('replicaMs'),
        };
      });
      const counted = phases.filter(({ step }) => step !== MIGRATING);
      const cpuMs = counted.reduce((sum, one) => sum + one.clientCpuMs + one.primaryCpuMs, 0);
      const migratingMs = phases.find(({ step }) => step === MIGRATING).ms;
      return { wallMs: Math.round(durationMs - migratingMs), cpuMs, phases };
    },
  };
}

function summarise({ runs, rows }) {
  const of = (kind) => runs.filter((one) => one.kind === kind);
  const middle = (kind, figure) => median(of(kind).map(figure));
  const wall = (kind) => middle(kind, (one) => one.wallMs);
  const cpu = (kind) => middle(kind, (one) => one.cpuMs);
  const fastest = (kind) => Math.min(...of(kind).map((one) => one.wallMs));
  const phases = runs[0].phases.map(({ step }) => {
    const figures = (kind) => {
      const each = (figure) =>
        middle(kind, (one) => one.phases.find((phase) => phase.step === step)[figure]);
      return {
        ms: each('ms'),
        clientCpuMs: each('clientCpuMs'),
        primaryCpuMs: each('primaryCpuMs'),
        replicaCpuMs: each('replicaCpuMs'),
      };
    };
    return { step, ours: figures('ours'), floor: figures('floor') };
  });
  return {
    goal: GOAL,
    ratio: round(wall('ours') / wall('floor'), 3),
    ratioOfFastest: round(fastest('ours') / fastest('floor'), 3),
    // Of loader and primary: does not depend on what else the machine does.
    ratioOfCpu: round(cpu('ours') / cpu('floor'), 3),
    oursMs: wall('ours'),
    floorMs: wall('floor'),
    rowsPerSecond: Math.round((rows / wall('ours')) * 1000),
    phases,
    peakRssMb: Math.max(...of('ours').map((one) => one.peakRssMb)),
    peakRssGoalMb: MEMORY_GOAL_MB,
  };
}

function print({ rows, bytes }, summary) {
  const { ratio, ratioOfFastest, ratioOfCpu, phases } = summary;
  const seconds = (ms) => (ms / 1000).toFixed(2).padStart(8);
  const cells = ({ ms, clientCpuMs, primaryCpuMs, replicaCpuMs }) =>
    [ms, clientCpuMs, primaryCpuMs, replicaCpuMs].map(seconds).join('');
  const title = '    wall  client primary replica';
  console.log(
    `\n${rows.toLocaleString('en')} rows, ${(bytes / 1e6).toFixed(0)} MB, ${workers} workers`,
  );
  console.log(`${'seconds: wall, then CPU of'.padEnd(32)}${title} ours |${title} floor`);
  for (const { step, ours, floor } of phases) {
    console.log(`${step.padEnd(32)}${cells(ours)}      |${cells(floor)}`);
  }
  console.log(
    `${'all but the migration'.padEnd(32)}${seconds(summary.oursMs)}${seconds(summary.floorMs)}`,
  );
  console.log(
    `ratio of wall times ${ratio} (goal ${GOAL}), of the fastest ${ratioOfFastest}, of CPU ${ratioOfCpu}`,
  );
  console.log(
    `${summary.rowsPerSecond.toLocaleString('en')} rows/s; peak RSS ${summary.peakRssMb} MB (goal ${MEMORY_GOAL_MB})`,
  );
}
