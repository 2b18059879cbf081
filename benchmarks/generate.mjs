// How fast rows are made: every table through BinaryCopyWriter to nowhere, on one core.
// Run: npm run build && node benchmarks/generate.mjs            (writes benchmarks/generate.json)
//      node benchmarks/generate.mjs --dist=DIR --scales=100000,1000000 --tables=customers --rounds=5 --dry
//
// Each scale runs in five processes of its own, in turns with the other scales: how the compiler
// lays out the code, and where memory lies, differs from one process to the next by 10 %. Up to 1m orders all rows are made; beyond, 6 % of each
// table in 32 strips. The shop's figure is put together from each table's ns a row and its row count.
// Time is CPU time of the process, its compiler and collector threads included, and of all rounds
// each table's fastest counts: what else a shared machine does is not the generator's.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    dist: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) },
    scales: { type: 'string', default: '100000,1000000,10000000' },
    rounds: { type: 'string', default: '5' },
    tables: { type: 'string' },
    /** Writes no file. */
    dry: { type: 'boolean', default: false },
    /** Internal: measure this scale and print it as JSON. */
    measure: { type: 'string' },
  },
});

const WHOLE_UP_TO = 1_000_000;
const SAMPLED_SHARE = 0.06;
const STRIPS = 32;
const CHUNK_BYTES = 256 * 1024;
const PROCESSES = 5;

if (options.measure === undefined) {
  const scales = options.scales.split(',').map(Number);
  const turns = Array.from({ length: PROCESSES }, () => scales.map(measureApart));
  report(scales.map((_, index) => fastest(turns.map((turn) => turn[index]))));
} else {
  console.log(JSON.stringify(await measure(Number(options.measure))));
}

function measureApart(orders) {
  const args = [...process.argv.slice(1), `--measure=${orders}`];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

async function measure(orders) {
  const generators = pathToFileURL(`${options.dist}/src/generators/`);
  const { createShop } = await import(new URL('shop.js', generators).href);
  const { BinaryCopyWriter } = await import(new URL('binary-copy-writer.js', generators).href);
  const wanted = options.tables?.split(',');
  const startedMs = performance.now();
  const shop = createShop({ orders, seed: 42, profile: 'default' });
  const startMs = performance.now() - startedMs;

  const tables = shop.generators
    .filter(({ table }) => wanted === undefined || wanted.includes(table))
    .map((generator) => ({ generator, rows: 0, bytes: 0, nsPerRow: Number.POSITIVE_INFINITY }));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const entry of tables) {
      const { generator } = entry;
      const writer = new BinaryCopyWriter(CHUNK_BYTES);
      const ranges = rangesOf(generator.rowCount, orders);
      let bytes = 0;
      const from = process.cpuUsage();
      for (const [first, end] of ranges) {
        for (let row = first; row < end; row++) {
          generator.writeRow(writer, row);
          if (writer.length >= CHUNK_BYTES) {
            bytes += writer.length;
            writer.recycle(writer.take());
          }
        }
      }
      const { user, system } = process.cpuUsage(from);
      entry.rows = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
      entry.bytes = bytes + writer.length;
      entry.nsPerRow = Math.min(entry.nsPerRow, ((user + system) * 1000) / entry.rows);
    }
  }
  return {
    orders,
    startMs: Math.round(startMs),
    peakRssMebibytes: Math.round(process.resourceUsage().maxRSS / 1024),
    tables: tables.map(({ generator, rows, bytes, nsPerRow }) => ({
      table: generator.table,
      rows: generator.rowCount,
      bytesPerRow: bytes / rows,
      nsPerRow,
    })),
  };
}

/** Of each table the fastest process; of the rest the worst. */
function fastest(runs) {
  const worst = (field) => Math.max(...runs.map((run) => run[field]));
  const [{ orders, tables: first }] = runs;
  const tables = first.map((table, index) => ({
    ...table,
    nsPerRow: Math.min(...runs.map((run) => run.tables[index].nsPerRow)),
  }));
  const sum = (figure) => tables.reduce((total, table) => total + table.rows * figure(table), 0);
  const totalNs = sum((table) => table.nsPerRow);
  const perSecond = (amount) => (amount / totalNs) * 1e9;
  const rounded = (value, digits) => Number(value.toFixed(digits));
  return {
    orders,
    rows: sum(() => 1),
    isSampled: orders > WHOLE_UP_TO,
    rowsPerSecond: Math.round(perSecond(sum(() => 1))),
    mebibytesPerSecond: Math.round(perSecond(sum((table) => table.bytesPerRow)) / 2 ** 20),
    startMs: worst('startMs'),
    peakRssMebibytes: worst('peakRssMebibytes'),
    tables: tables.map(({ table, rows, nsPerRow, bytesPerRow }) => ({
      table,
      rows,
      nsPerRow: rounded(nsPerRow, 1),
      share: rounded((rows * nsPerRow) / totalNs, 3),
      bytesPerRow: rounded(bytesPerRow, 1),
    })),
  };
}

/** The whole table, or strips of it at equal distances: its ends are not like its middle. */
function rangesOf(rowCount, orders) {
  const strip = Math.floor((rowCount * SAMPLED_SHARE) / STRIPS);
  if (orders <= WHOLE_UP_TO || strip < 100) {
    return [[0, rowCount]];
  }
  return Array.from({ length: STRIPS }, (_, i) => {
    const first = Math.floor(((i + 0.5) * rowCount) / STRIPS - strip / 2);
    return [first, first + strip];
  });
}

function report(scales) {
  for (const scale of scales) {
    const sampled = scale.isSampled ? ', sampled' : '';
    console.log(
      `\n${scale.orders} orders${sampled}: ${(scale.rowsPerSecond / 1e6).toFixed(2)}M rows/s, ` +
        `${scale.mebibytesPerSecond} MiB/s, start ${scale.startMs} ms, peak RSS ${scale.peakRssMebibytes} MiB`,
    );
    for (const t of scale.tables.toSorted((a, b) => b.share - a.share)) {
      console.log(
        `  ${t.table.padEnd(21)}${String(t.rows).padStart(10)} rows ${t.nsPerRow.toFixed(0).padStart(6)} ns/row ` +
          `${(t.share * 100).toFixed(1).padStart(5)} %`,
      );
    }
  }
  if (options.dry) return;
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const [cpu] = cpus();
  const result = {
    command: 'node benchmarks/generate.mjs',
    date: new Date().toISOString().slice(0, 10),
    commit:
      git('rev-parse', '--short', 'HEAD') +
      (git('status', '--porcelain', 'src') ? ' + changes' : ''),
    machine: `${cpu?.model}, ${cpus().length} cores, one used`,
    node: process.version,
    loadAverage: loadavg()
      .map((load) => load.toFixed(1))
      .join(', '),
    processes: PROCESSES,
    rounds: Number(options.rounds),
    scales,
  };
  const file = new URL('generate.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}
