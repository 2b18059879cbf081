import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { ServerBinaries } from './binaries.ts';
import type { Machine } from './server-settings.ts';
import { runAsServerUser, type ServerUser } from './server-user.ts';

/** Measures what the settings of a node are sized by; `dataDirectory` is that of an initialised node. */
export async function measureMachine(
  dataDirectory: string,
  binaries: ServerBinaries,
  user: ServerUser | undefined,
): Promise<Machine> {
  const disk = await statfs(dataDirectory);
  const sharedMemory = await statfs('/dev/shm').catch(() => undefined);
  // 0 or absent where there is no limit to learn of, 2^64 where the limit is "none".
  const limitBytes = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  // Whether lz4 was compiled in only the server itself can say.
  const lz4 = await runAsServerUser(user, binaries.postgres, [
    '-D',
    dataDirectory,
    '-c',
    'wal_compression=lz4',
    '-C',
    'wal_compression',
  ]);
  return {
    memoryBytes: Math.min(totalmem(), limitBytes),
    cores: availableParallelism(),
    diskBytes: disk.blocks * disk.bsize,
    sharedMemoryBytes:
      sharedMemory === undefined ? undefined : sharedMemory.blocks * sharedMemory.bsize,
    hasLz4: lz4.exitCode === 0,
  };
}
