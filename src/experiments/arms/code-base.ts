import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Migrations, migrationsIn } from '../../database/migrations.ts';
import { CartloadError } from '../../errors.ts';
import { WORKLOAD_BUNDLE_VERSION, type WorkloadBundle } from '../../workloads/bundle.ts';

/** A migration of a commit, told from one of the same name with another content. */
export interface MigrationPrint {
  readonly name: string;
  /** Hash over its file and all files of ours that it imports. */
  readonly hash: string;
}

/** A build of some commit: the part of it that an experiment compares. */
export interface CodeBase {
  /** Its folder, with `dist` and `scenarios` in it. */
  readonly root: string;
  readonly migrations: readonly MigrationPrint[];
  readonly workload: WorkloadBundle;
}

/**
 * Loads the migrations' prints and the transactions of a build.
 *
 * @throws CartloadError BAD_BASELINE where it is not built, or its transactions need another engine
 */
export async function loadCodeBase(root: string): Promise<CodeBase> {
  const entry = join(root, 'dist/src/workloads/bundle.js');
  if (!existsSync(entry)) {
    throw new CartloadError(
      'BAD_BASELINE',
      `${root} has no transactions to compare: ${entry} is not there.`,
      {
        hint: 'The commit is older than the gate, or it does not build.',
      },
    );
  }
  const { workloadBundle } = (await import(pathToFileURL(entry).href)) as {
    readonly workloadBundle?: WorkloadBundle;
  };
  if (workloadBundle?.version !== WORKLOAD_BUNDLE_VERSION) {
    throw new CartloadError(
      'BAD_BASELINE',
      `The transactions in ${root} are of version ${workloadBundle?.version}; this engine runs version ${WORKLOAD_BUNDLE_VERSION}.`,
      { hint: 'Compare with a later commit.' },
    );
  }
  const files = await migrationsOf(root).getMigrations([]);
  const migrations: MigrationPrint[] = [];
  for (const { name } of files) {
    const file = join(root, 'dist/migrations', `${name}.js`);
    migrations.push({ name, hash: await hashModule(file) });
  }
  return { root, migrations, workload: workloadBundle };
}

/** The first migrations of a build, or all of them. */
export function migrationsOf(root: string, first?: number): Migrations {
  return migrationsIn(pathToFileURL(join(root, 'dist/migrations/')), first);
}

/** How many migrations, from the first on, all builds have in common. */
export function commonMigrations(builds: readonly CodeBase[]): number {
  const [first, ...others] = builds;
  if (first === undefined) return 0;
  const differs = first.migrations.findIndex(({ name, hash }, index) =>
    others.some(
      ({ migrations }) => migrations[index]?.name !== name || migrations[index]?.hash !== hash,
    ),
  );
  return differs === -1 ? first.migrations.length : differs;
}

const IMPORT = /(?:from|import)\s*['"](\.[^'"]+)['"]/g;

async function hashModule(file: string): Promise<string> {
  const texts = new Map<string, string>();
  const visit = async (path: string): Promise<void> => {
    if (texts.has(path)) return;
    const text = await readFile(path, 'utf8');
    texts.set(path, text.replace(/\/\/# sourceMappingURL=.*/, ''));
    for (const [, imported = ''] of text.matchAll(IMPORT)) {
      await visit(resolve(dirname(path), imported));
    }
  };
  await visit(file);
  const hash = createHash('sha256');
  for (const text of [...texts.values()].sort()) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
}
