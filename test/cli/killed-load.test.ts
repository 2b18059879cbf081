import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schemaFingerprint } from '../../src/database/schema-fingerprint.ts';
import { cell } from '../../src/random/cell.ts';
import { runCli } from '../helpers/run-cli.ts';

/** `npm run kills` asks for twenty. */
const KILLS = Number(process.env['KILLS'] ?? 1);
const SCALE = '20k';
/** About what a load of this scale takes after its migration. */
const LONGEST_MS = 1500;

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

interface End {
  readonly isKilled: boolean;
  readonly code: number | null;
}

/** A load that is killed: itself, or its primary under it; not where it was faster. */
async function killedLoad(
  victim: 'harness' | 'server',
  afterMs: number,
  options: readonly string[],
): Promise<End> {
  let isSent = false;
  let isKilled = false;
  const { code } = await runCli(
    ['load', '--scale', SCALE, '--workers', '2', '--no-verify', ...options],
    {
      cwd,
      onStderr(said, child) {
        if (isSent || !said.includes('migrating')) return;
        isSent = true;
        setTimeout(() => {
          if (victim === 'harness') isKilled = child.kill('SIGKILL');
          else {
            void status().then(({ primary }) => {
              if (primary?.pid !== undefined) isKilled = process.kill(primary.pid, 'SIGKILL');
            });
          }
        }, afterMs);
      },
    },
  );
  return { isKilled: isKilled && code !== 0, code };
}

test(`${KILLS} kills at random moments: the shop ends as an undisturbed one`, {
  timeout: KILLS * 60_000,
}, async () => {
  const ends: End[] = [];
  let kills = 0;
  for (let turn = 0; kills < KILLS; turn++) {
    // Where the kill came too late the shop is whole: from there on it is loaded anew.
    const options = ends.at(-1)?.code === 0 ? ['--replace'] : [];
    const victim = kills % 2 === 0 ? 'harness' : 'server';
    const end = await killedLoad(victim, (cell(20, turn) / 2 ** 32) * LONGEST_MS, options);
    ends.push(end);
    kills += Number(end.isKilled);
  }
  // Killed, failed by its server, or done before the kill came.
  expect(ends.filter(({ code }) => code !== null && code !== 5 && code !== 0)).toEqual([]);

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
