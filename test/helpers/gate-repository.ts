import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CliOptions, type CliResult, runCli } from './run-cli.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'knexfile.ts',
  'scripts',
  'src',
  'migrations',
  'scenarios',
  'dist',
];

const QUICK = `name: quick
dataset: { scale: 1k }
load: { executor: constant-arrival-rate, rate: 100/s, duration: 2s }
mix: { view_product: 3, browse_category: 3, checkout: 2 }
`;

const DROP = `import type { Knex } from 'knex';
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index shop.products_active_category_idx');
}
export async function down(): Promise<void> {}
`;

const MIGRATION = 'migrations/099-fewer-indexes.ts';

/** A repository of two commits, the second of which brings back an index; the working tree is the second. */
export interface GateRepository {
  readonly directory: string;
  git(...args: string[]): void;
  /** Adds the migration that drops the index to the working tree, and builds it. */
  dropIndex(): void;
  gate(args: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>;
  remove(): void;
}

export function gateRepository(): GateRepository {
  const directory = mkdtempSync(join(tmpdir(), 'cartload-gate-'));
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  const git = (...args: string[]) => {
    const options = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args];
    execFileSync('git', options, { cwd: directory });
  };
  for (const name of COPIED)
    cpSync(join(PROJECT, name), join(directory, name), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(directory, 'node_modules'));
  write('scenarios/quick.yaml', QUICK);
  write('.gitignore', 'node_modules\ndist\n.cartload\nruns\n');
  write(MIGRATION, DROP);
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'before');
  rmSync(join(directory, MIGRATION));
  git('add', '-A');
  git('commit', '-q', '-m', 'after');
  return {
    directory,
    git,
    dropIndex() {
      write(MIGRATION, DROP);
      execFileSync('npm', ['run', '-s', 'build'], { cwd: directory });
    },
    gate: (args, options = {}) =>
      runCli(['gate', 'scenarios/quick', ...args], {
        cwd: directory,
        main: join(directory, 'dist/src/cli/main.js'),
        ...options,
      }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
