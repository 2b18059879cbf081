import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type NodePaths, removeTree } from './cluster-layout.ts';
import { stopServer } from './postgres-server.ts';
import type { ServerUser } from './server-user.ts';

const PREFIX = 'experiment-';

/** Where a server of an experiment keeps what: all of it goes with the experiment. */
export function experimentNode(dataDirectory: string, name: string): NodePaths {
  return {
    role: 'primary',
    directory: join(dataDirectory, PREFIX + name),
    logFile: join(dataDirectory, `${PREFIX}${name}.log`),
  };
}

/** Stops the servers of experiments in a data directory, those of killed commands too, and removes them. */
export async function removeExperiments(
  dataDirectory: string,
  user: ServerUser | undefined,
): Promise<void> {
  if (!existsSync(dataDirectory)) return;
  for (const name of await readdir(dataDirectory)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(dataDirectory, name);
    if (!/\.log(\.1)?$/.test(name)) await stopServer(path, user);
    await removeTree(path);
  }
}
