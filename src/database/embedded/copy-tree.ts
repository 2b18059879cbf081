import { constants } from 'node:fs';
import { mkdir, open, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerUser } from './server-user.ts';

export interface CopyTreeOptions {
  /** What to leave out, by path relative to the source, `/`-separated; a left out folder's content too. */
  readonly skip?: (path: string, isDirectory: boolean) => boolean;
  /** Whether something that is gone when its turn comes is left out instead of an error. */
  readonly mayVanish?: boolean;
  readonly links: 'keep' | 'refuse';
  readonly owner?: ServerUser | undefined;
  readonly directoryMode: number;
  readonly fileMode: (sourceMode: number) => number;
  readonly signal?: AbortSignal | undefined;
}

const CHUNK_BYTES = 1024 * 1024;
/** Opening and syncing a file waits for the disk; 8 at once hide most of that on local disks. */
const PARALLEL_FILES = 8;

/**
 * Copies what is in `source` into the existing folder `target` and syncs it to disk. Files may
 * change, grow, shrink and (with `mayVanish`) disappear under it; each is copied as it is read.
 */
export async function copyTree(
  source: string,
  target: string,
  options: CopyTreeOptions,
): Promise<void> {
  const files: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await ignoreVanished(options, () =>
      readdir(join(source, folder), { withFileTypes: true }),
    );
    for (const entry of entries ?? []) {
      options.signal?.throwIfAborted();
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        await makeDirectory(join(target, path), options);
        if (options.skip?.(path, true) !== true) await visit(path);
      } else if (options.skip?.(path, false) === true) {
        // Left out on purpose.
      } else if (entry.isSymbolicLink()) {
        if (options.links === 'refuse') throw new Error(`${join(source, path)} is a link`);
        await symlink(await readlink(join(source, path)), join(target, path));
      } else if (entry.isFile()) {
        files.push(path);
      }
    }
  };
  await visit('');

  const buffers = Array.from({ length: PARALLEL_FILES }, () => Buffer.allocUnsafe(CHUNK_BYTES));
  let next = 0;
  const results = await Promise.allSettled(
    buffers.map(async (buffer) => {
      for (let path = files[next++]; path !== undefined; path = files[next++]) {
        const [from, to] = [join(source, path), join(target, path)];
        await ignoreVanished(options, () => copyFile(from, to, buffer, options));
      }
    }),
  );
  // Only now has every worker let go of the folder, which the caller will want to remove.
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/**
 * `fs.copyFile` would do, but for a file that shrinks meanwhile: it waits for the missing bytes
 * forever.
 */
async function copyFile(
  from: string,
  to: string,
  buffer: Buffer,
  options: CopyTreeOptions,
): Promise<void> {
  await using source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW);
  const { mode } = await source.stat();
  await using target = await open(to, 'wx', 0o600);
  for (;;) {
    options.signal?.throwIfAborted();
    const { bytesRead } = await source.read(buffer, 0, buffer.length);
    if (bytesRead === 0) break;
    for (let written = 0; written < bytesRead; ) {
      written += (await target.write(buffer, written, bytesRead - written)).bytesWritten;
    }
  }
  await target.chmod(options.fileMode(mode));
  if (options.owner !== undefined) await target.chown(options.owner.uid, options.owner.gid);
  await target.sync();
}

async function makeDirectory(directory: string, options: CopyTreeOptions): Promise<void> {
  await mkdir(directory);
  await using handle = await open(directory, constants.O_RDONLY | constants.O_NOFOLLOW);
  // Not by mkdir, whose mode the umask cuts.
  await handle.chmod(options.directoryMode);
  if (options.owner !== undefined) await handle.chown(options.owner.uid, options.owner.gid);
}

async function ignoreVanished<T>(
  options: CopyTreeOptions,
  step: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (options.mayVanish && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
