import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExperimentRecord } from '../../src/measurements/experiment-record-file.ts';
import { experimentLeftovers } from '../helpers/experiment-leftovers.ts';
import { type CliOptions, runCli } from '../helpers/run-cli.ts';

/** Four connections that are busy for 20 ms each: 200 a second, less what a round trip takes. */
const SCENARIO = `name: naps
dataset: { scale: 1k }
load:
  executor: constant-arrival-rate
  rate: 180/s
  process: uniform
  duration: 1s
  warmup: 500ms
  connections: { primary: 4, replica: 1 }
  maxQueue: 10000
mix: { nap: 1 }
transactions: { nap: nap.sql }
routing: { reads: primary }
thresholds: [nap.response.p99 < 100ms]
capacity: { precision: 50%, confirmations: 1 }
`;

const NAP = `-- A service time that uses nothing.
-- access: read
-- parameter product: product

-- name: sleep
-- rows: 1
select pg_sleep(0.02), :product::bigint as product;
`;

const CAMPAIGN = `name: one
scenario: naps
objective: 100
classes:
  cheap:
    local: { processors: 1, settings: { shared_buffers: 64MB } }
    topology: { own: [{ what: a server, usdPerHour: 1 }] }
`;

let directory = '';
const cli = (args: readonly string[], options: Partial<CliOptions> = {}) =>
  runCli(args, { cwd: directory, ...options });

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cartload-campaign-'));
  for (const [name, text] of Object.entries({
    'naps.yaml': SCENARIO,
    'nap.sql': NAP,
    'one.yaml': CAMPAIGN,
  })) {
    writeFileSync(join(directory, name), text);
  }
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('a class on this machine: killed, gone on with, measured, and nothing is left', async () => {
  let isKilled = false;
  const killed = await cli(['campaign', 'one', '--yes'], {
    onStderr(said, child) {
      if (isKilled || !said.includes('cheap: warm')) return;
      isKilled = true;
      child.kill('SIGKILL');
    },
  });
  expect(killed.code).toBeNull();
  expect(experimentLeftovers(directory)).not.toEqual([]);
  const result = await cli(['campaign', 'one', '--yes', '--out', 'result']);
  expect(result.code).toBe(0);
  expect(result.stdout).toMatch(
    /^The cheapest class that takes 100 nap\/s is cheap, at \$1\.000 an hour\.\n/,
  );
  expect(result.stderr).toMatch(/about \$0\.\d+ spent so far/);
  expect(experimentLeftovers(directory)).toEqual([]);
  expect(existsSync(join(directory, '.cartload/campaign-one.jsonl'))).toBe(false);
  const { choice, verdict } = await readExperimentRecord(join(directory, 'result'));
  expect(verdict.status).toBe('pass');
  const [found] = choice?.classes ?? [];
  expect(found?.searches[0]?.end).toBe('found');
  // Steps of 50 % and runs of a second: the arithmetic says 196.
  expect(found?.capacity?.value).toBeGreaterThan(130);
  expect(found?.capacity?.value).toBeLessThan(290);
  expect(found?.limit.kind).toBe('connections');
  const again = await cli(['compare', 'result', '--objective', '100', '--json', '--out', 'again']);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ kind: 'classes', verdict: { status: 'pass' } });
}, 240_000);

test('bad input: exit code 2, and nothing is made', async () => {
  const refused = async (args: readonly string[], message: RegExp) => {
    const result = await cli(args);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(2);
  };
  await refused(['campaign', 'nowhere'], /There is no campaign "nowhere"/);
  writeFileSync(join(directory, 'bad.yaml'), 'name: bad\nscenario: naps\nclasses: {}\n');
  await refused(['campaign', 'bad'], /bad\.yaml:3:10: classes: names no class/);
  writeFileSync(join(directory, 'single.yaml'), CAMPAIGN.replace('naps', 'scenarios/checkout'));
  await refused(['campaign', 'single', '--yes'], /searches no capacity/);
  await refused(['campaign', 'one'], /costs money, and nobody can be asked/);
  await refused(['compare', 'a', 'b', '--objective', '5'], /--objective goes with searches/);
  await refused(['prices', '--class', 'db.none'], /does not know db\.none/);
  await refused(['prices', '--class', 'a', '--region', 'b'], /three questions/);
  writeFileSync(join(directory, 'topology.yaml'), 'database: { class: m5 }\n');
  await refused(['prices', '--topology', 'topology.yaml'], /database\.class: write a class/);
});

test('prices of a class and of a topology, with what is unpriced and old', async () => {
  const shown = await cli(['prices', '--class', 'db.m6g.large']);
  expect(shown.stdout).toMatch(/eu-west-1 .*0\.176 .*2021-08-03, old/);
  expect(shown.stdout).toMatch(/S3: github vantage-sh/);
  writeFileSync(
    join(directory, 'topology.yaml'),
    'region: eu-west-1\ndatabase: { class: db.m8g.large, storage: { gib: 100 } }\nnatGateways: 1\n',
  );
  const cost = await cli(['prices', '--topology', 'topology.yaml', '--rate', '60/s']);
  expect(cost.stdout).toMatch(/db\.m8g\.large Single-AZ .*unpriced/);
  expect(cost.stdout).toMatch(/on-demand +more than \$0\.0654 \(1 unpriced\) +more than \$47\.7/);
  const all = await cli(['prices']);
  expect(all.stdout).toMatch(/us-east-1 +rds-postgresql +\d+ +\d+ +\d+/);
});
