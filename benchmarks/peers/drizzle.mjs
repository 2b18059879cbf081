// drizzle-seed fills bench.people: id, name, email, created_at, without a key.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { measuredTarget, withConnection } from '../loader-bench.mjs';
import { rateOf } from './measured.mjs';

const DRIZZLE = ['drizzle-seed@0.3.1', 'drizzle-orm@0.45.4', 'pg@8'];

/** Into a folder of its own, which no package.json will know of; null where that cannot be. */
export function installDrizzle(folder) {
  const packages = join(folder, 'drizzle');
  mkdirSync(packages);
  writeFileSync(join(packages, 'package.json'), '{ "private": true }');
  try {
    execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...DRIZZLE], {
      cwd: packages,
      stdio: 'pipe',
    });
    return packages;
  } catch (error) {
    console.log(`skipped drizzle-seed: npm could not install it (${String(error.stderr).trim()})`);
    return null;
  }
}

/** `packages`: where drizzle-seed was installed. */
export async function seedByDrizzle(rows, packages) {
  const require = createRequire(join(packages, 'package.json'));
  const load = (name) => import(pathToFileURL(require.resolve(name)).href);
  const { seed } = await load('drizzle-seed');
  const { drizzle } = await load('drizzle-orm/node-postgres');
  const { bigint, pgSchema, text, timestamp } = await load('drizzle-orm/pg-core');
  const people = pgSchema('bench').table('people', {
    id: bigint('id', { mode: 'number' }).notNull(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  });
  return withConnection(measuredTarget(), { purpose: 'benchmark' }, async (client) => {
    await client.query(`create schema bench;
      create table bench.people (
        id bigint not null, name text not null, email text not null, created_at timestamptz not null)`);
    const startedAt = performance.now();
    await seed(drizzle(client), { people }, { count: rows, seed: 42 }).refine((make) => ({
      people: {
        columns: {
          id: make.intPrimaryKey(),
          name: make.fullName(),
          email: make.email(),
          createdAt: make.timestamp(),
        },
      },
    }));
    const ms = performance.now() - startedAt;
    const { rows: found } = await client.query('select count(*) as count from bench.people');
    if (found[0].count !== rows) throw new Error(`drizzle-seed made ${found[0].count} rows`);
    return { rows, ...rateOf(rows, ms) };
  });
}
