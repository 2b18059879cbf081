import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schemaFingerprint } from '../../src/database/schema-fingerprint.ts';
import { cell } from '../../src/random/cell.ts';
import { runCli } from '../helpers/run-cli.ts';

/** `npm run kills` asks for twenty. */
const KILLS = Number(process.env['KILLS'] ?? 4);
const SCALE = '40k';

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'cartload-kills-'));
});

afterAll(async () => {
  await runCli(['db', 'reset'], { cwd });
  rmSync(cwd, { recursive: true, force: true });
});

async function status(): Promise<{ primary?: { pid?: number } }> {
  return JSON.parse((await runCli(['db', 'status', '--json'], { cwd })).stdout);
}

/** A load that is killed: itself, or its primary under it. Null where it was faster. */
async function killedLoad(victim: 'harness' | 'server', afterMs: number): Promise<number | null> {
  let isSent = false;
  const result = await runCli(['load', '--scale', SCALE, '--workers', '2', '--no-verify'], {
    cwd,
    onStderr(said, child) {
      if (isSent || !said.includes('migrating')) return;
      isSent = true;
      setTimeout(() => {
        if (victim === 'harness') child.kill('SIGKILL');
        else {
          void status().then(({ primary }) => {
            if (primary?.pid !== undefined) process.kill(primary.pid, 'SIGKILL');
          });
        }
      }, afterMs);
    },
  });
  return result.code;
}

test(`${KILLS} kills at random moments: the shop ends as an undisturbed one`, {
  timeout: KILLS * 60_000,
}, async () => {
  const ends: (number | null)[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const victim = kill % 2 === 0 ? 'harness' : 'server';
    ends.push(await killedLoad(victim, (cell(20, kill) / 2 ** 32) * 4500));
  }
  // Killed, failed by its server, or done before the kill came.
  expect(ends.every((code) => code === null || code === 5 || code === 0)).toBe(true);

  const last = await runCli(['load', '--scale', SCALE, '--workers', '2', '--json'], { cwd });
  expect(last.stderr).not.toMatch(/error|fault/);
  expect(last.code).toBe(0);
  const verified = await runCli(['verify', '--json'], { cwd });
  expect(JSON.parse(verified.stdout).passed).toBe(true);

  await runCli(['db', 'start'], { cwd });
  const url = (await runCli(['db', 'url'], { cwd })).stdout.trim();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    `select (select count(*)::int from cartload.set_aside) as aside,
            (select count(*)::int from pg_index where not indisvalid) as invalid,
            (select count(*)::int from pg_constraint where not convalidated) as unvalidated`,
  );
  expect(rows).toEqual([{ aside: 0, invalid: 0, unvalidated: 0 }]);
  const fingerprint = await schemaFingerprint(client);
  await client.end();

  // Undisturbed, beside it.
  await runCli(['load', '--scale', '1k'], { cwd });
  const other = new pg.Client({
    connectionString: (await runCli(['db', 'url'], { cwd })).stdout.trim(),
  });
  await other.connect();
  expect(await schemaFingerprint(other)).toBe(fingerprint);
  await other.end();
  await runCli(['db', 'stop'], { cwd });
});
