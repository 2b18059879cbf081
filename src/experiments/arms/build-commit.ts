import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isProcessAlive } from '../../database/embedded/process-table.ts';
import { CartloadError, messageOf } from '../../errors.ts';

const run = promisify(execFile);

/** Builds of so many commits are kept. */
const KEPT_BUILDS = 5;

export interface BuildCommitOptions {
  /** The checkout that the commit belongs to. */
  readonly repository: string;
  /** A branch, tag or hash. */
  readonly ref: string;
  /** Where builds are kept, one folder for each commit. */
  readonly buildsDirectory: string;
  readonly onStep: (step: string) => void;
  readonly signal: AbortSignal;
}

export interface BuiltCommit {
  /** The folder with `dist` and `scenarios` in it. */
  readonly root: string;
  readonly hash: string;
}

/**
 * The build of a commit, made where it is not kept yet: its files as git has them, built with the
 * packages of this checkout where both ask for the same, else with its own. The repository is only read.
 *
 * @throws CartloadError BAD_BASELINE where there is no such commit, or it does not build
 */
export async function buildCommit(options: BuildCommitOptions): Promise<BuiltCommit> {
  const { repository, ref, buildsDirectory, onStep, signal } = options;
  const hash = await resolveCommit(repository, ref);
  const root = join(buildsDirectory, hash.slice(0, 16));
  if (existsSync(root)) {
    if (await hasItsPackages(repository, root)) {
      const now = new Date();
      await utimes(root, now, now);
      return { root, hash };
    }
    await rm(root, { recursive: true });
  }
  await removeOldBuilds(buildsDirectory);
  const label = hash.slice(0, 12);
  onStep(`building ${ref} (${label})`);
  const unfinished = `${root}.new-${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  try {
    await extract(repository, hash, unfinished);
    if (await asksForTheSame(repository, unfinished)) {
      await symlink(join(repository, 'node_modules'), join(unfinished, 'node_modules'));
    } else {
      onStep(`installing the packages of ${label}, which are not those of this checkout`);
      await run('npm', ['ci', '--ignore-scripts'], { cwd: unfinished, signal });
    }
    await run('npm', ['run', '-s', 'build'], { cwd: unfinished, signal });
    await rename(unfinished, root);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    signal.throwIfAborted();
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.trim().split('\n').slice(-6).join('\n');
    throw new CartloadError(
      'BAD_BASELINE',
      `${ref} (${label}) does not build: ${messageOf(error)}`,
      {
        hint: said === '' ? 'Does npm run build work there?' : `It said:\n${said}`,
        cause: error,
      },
    );
  }
  return { root, hash };
}

/** Leaves room for one more: those that were not asked for longest go, and what killed builds have left. */
async function removeOldBuilds(buildsDirectory: string): Promise<void> {
  const names = await readdir(buildsDirectory).catch(() => []);
  const builds = await Promise.all(
    names.map(async (name) => {
      const path = join(buildsDirectory, name);
      const { mtimeMs } = await stat(path);
      const [, builder] = name.split('.new-');
      return { path, usedAtMs: mtimeMs, builder: builder === undefined ? null : Number(builder) };
    }),
  );
  const whole = builds.filter(({ builder }) => builder === null);
  const old = whole.sort((a, b) => b.usedAtMs - a.usedAtMs).slice(KEPT_BUILDS - 1);
  const unfinished = builds.filter(({ builder }) => builder !== null && !isProcessAlive(builder));
  for (const { path } of [...old, ...unfinished]) await rm(path, { recursive: true, force: true });
}

async function resolveCommit(repository: string, ref: string): Promise<string> {
  try {
    const { stdout } = await run('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], {
      cwd: repository,
    });
    return stdout.trim();
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new CartloadError(
      'BAD_BASELINE',
      isMissing ? 'git is not there.' : `There is no commit "${ref}" in ${repository}.`,
      {
        hint: 'In CI, fetch it first: actions/checkout with fetch-depth: 0.',
        cause,
      },
    );
  }
}

/** The files of a commit below the folder of the package, which need not be the whole repository. */
async function extract(repository: string, hash: string, target: string): Promise<void> {
  const archive = spawn('git', ['archive', '--format=tar', hash], { cwd: repository });
  const unpack = spawn('tar', ['-x', '-C', target], { stdio: ['pipe', 'ignore', 'pipe'] });
  archive.stdout.pipe(unpack.stdin);
  const ended = (child: ReturnType<typeof spawn>) =>
    new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) =>
        code === 0 ? resolve() : reject(new Error(`${child.spawnfile} ended with ${code}`)),
      );
    });
  await Promise.all([ended(archive), ended(unpack)]);
}

/** A build that was linked to this checkout's packages, which have become others since, is worth nothing. */
async function hasItsPackages(repository: string, root: string): Promise<boolean> {
  const packages = await lstat(join(root, 'node_modules')).catch(() => null);
  if (packages === null) return false;
  return !packages.isSymbolicLink() || (await asksForTheSame(repository, root));
}

async function asksForTheSame(repository: string, other: string): Promise<boolean> {
  const lock = (root: string) =>
    readFile(join(root, 'package-lock.json'), 'utf8').catch(() => null);
  const [ours, theirs] = [await lock(repository), await lock(other)];
  return ours !== null && ours === theirs;
}
