// How late arrivals leave an open-loop schedule, and what waiting for them costs, by ways of waiting.
// Run: npm run build && node benchmarks/schedule-lag.mjs          (writes benchmarks/schedule-lag.json)
//      node benchmarks/schedule-lag.mjs --dist=DIR --seconds=5 --rates=50,600 --rounds=3 --dry
//
// Poisson arrivals that do nothing. Lag: hand-over less intended start. CPU: of the whole process, all
// threads, in cores. Busy: event-loop utilisation, which the taint client-bound reads. `beside`: one
// process for each core that always computes, as a server at its limit would. Each way and rate
// runs in a process of its own; of several rounds the median counts.
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    dist: { type: 'string', default: new URL('../dist', import.meta.url).pathname },
    rates: { type: 'string', default: '50,200,600,2000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    /** Writes no file. */
    dry: { type: 'boolean', default: false },
    /** Internal: measure this way at this rate, `spin:600`, and print it as JSON. */
    measure: { type: 'string' },
  },
});

const WAYS = ['timer', 'spin', 'thread'];
// Spinning: sleep to within this distance of the time, as a timer is up to 1 ms late and rounds.
const SPIN_MS = 1.2;
// Computes for as long as this process lives, however that ends.
const BURNER = `const parent = process.ppid;
while (process.ppid === parent) for (let k = 0; k < 1e8; k++);`;

if (options.measure === undefined) report();
else console.log(JSON.stringify(await measure(...options.measure.split(':'))));

function report() {
  const results = [];
  for (const beside of [false, true]) {
    const burners = beside
      ? Array.from({ length: availableParallelism() }, () =>
          spawn(process.execPath, ['-e', BURNER], { stdio: 'ignore' }),
        )
      : [];
    for (const rate of options.rates.split(',')) {
      for (const way of WAYS) {
        const rounds = Array.from({ length: Number(options.rounds) }, () =>
          measureApart(way, rate),
        );
        const result = { way, ratePerSecond: Number(rate), beside };
        for (const figure of Object.keys(rounds[0])) {
          const sorted = rounds.map((round) => round[figure]).sort((a, b) => a - b);
          result[figure] = Number(sorted[Math.floor(sorted.length / 2)].toPrecision(3));
        }
        results.push(result);
        console.log(JSON.stringify(result));
      }
    }
    for (const burner of burners) burner.kill();
  }
  if (options.dry) return;
  const machine = { cpu: cpus()[0].model.trim(), cores: cpus().length, node: process.version };
  const { seconds, rounds } = options;
  const text = JSON.stringify({ machine, seconds: +seconds, rounds: +rounds, results }, null, 1);
  writeFileSync(new URL('schedule-lag.json', import.meta.url), `${text}\n`);
}

function measureApart(way, rate) {
  const args = [...process.argv.slice(1), `--measure=${way}:${rate}`];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

async function measure(way, rate) {
  const bench = pathToFileURL(`${options.dist}/src/bench/`);
  const { arrivalSchedule } = await import(new URL('arrivals/arrival-schedule.js', bench).href);
  const { arrivalRate } = await import(new URL('arrivals/executors/arrival-rate.js', bench).href);
  const { constantRamp } = await import(new URL('arrivals/ramp.js', bench).href);
  const { systemClock: clock } = await import(new URL('../clock.js', bench).href);
  const { cell } = await import(new URL('../random/cell.js', bench).href);
  const { openAlarmThread } = await import(new URL('arrivals/alarm.js', bench).href);
  const alarm = await { timer: timerAlarm, spin: spinAlarm, thread: openAlarmThread }[way](clock);
  const signal = new AbortController().signal;
  await alarm.waitUntil(clock.now() + 300, signal);

  const schedule = arrivalSchedule({
    rate: constantRamp(Number(rate), Number(options.seconds) * 1000),
    process: 'poisson',
    uniform: (arrival) => (cell(1, arrival) + 1) / 2 ** 32,
    slice: { worker: 0, workers: 1 },
  });
  const lags = [];
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  const startedAt = clock.now();
  await arrivalRate(
    schedule,
    alarm,
  )({
    clock,
    startedAt,
    signal,
    dispatch: async ({ intendedMs }) => lags.push(clock.now() - startedAt - intendedMs),
  });
  const elapsedMs = clock.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  const { utilization } = performance.eventLoopUtilization(loop);
  await alarm.close();
  lags.sort((a, b) => a - b);
  return {
    lagP50Ms: lags[Math.floor(lags.length * 0.5)],
    lagP99Ms: lags[Math.floor(lags.length * 0.99)],
    cores: (user + system) / 1000 / elapsedMs,
    busy: utilization,
  };
}

function timerAlarm(clock) {
  return {
    waitUntil: (time) => clock.sleep(Math.max(0, Math.ceil(time - clock.now()))),
    close: async () => {},
  };
}

function spinAlarm(clock) {
  return {
    async waitUntil(time) {
      const remainingMs = time - clock.now();
      if (remainingMs > SPIN_MS + 1) await clock.sleep(Math.floor(remainingMs - SPIN_MS));
      while (clock.now() < time) await new Promise(setImmediate);
    },
    close: async () => {},
  };
}
