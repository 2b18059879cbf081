import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodePaths } from './cluster-layout.ts';
import { SUPERUSER } from './node-client.ts';
import {
  configurationFile,
  type Machine,
  REPLICA_PASSWORD_FILE,
  serverSettings,
} from './server-settings.ts';
import { type ServerUser, writeServerFile } from './server-user.ts';

/** Rewritten at each start, so that ports may change; `alter system` goes before it. */
export const CONFIGURATION_FILE = 'cartload.conf';

export interface NodeConfiguration {
  readonly node: NodePaths;
  readonly machine: Machine;
  readonly port: number;
  /** Of the primary that a replica follows; absent for the primary itself. */
  readonly primaryPort?: number;
  readonly password: string;
  readonly user: ServerUser | undefined;
}

/** Writes a node's configuration; resolves to whether that changed it. */
export async function writeNodeConfiguration(configuration: NodeConfiguration): Promise<boolean> {
  const { node, machine, port, primaryPort, password, user } = configuration;
  const source = primaryPort === undefined ? undefined : { port: primaryPort, user: SUPERUSER };
  const text = configurationFile(serverSettings(machine, node.role, port, source));
  if (source !== undefined) {
    const passwordFile = join(node.directory, REPLICA_PASSWORD_FILE);
    await writeServerFile(passwordFile, `*:*:*:${SUPERUSER}:${password}\n`, user);
  }
  const file = join(node.directory, CONFIGURATION_FILE);
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return false;
  await writeServerFile(file, text, user);
  return true;
}
