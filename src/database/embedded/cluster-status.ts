import { existsSync } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import {
  existingLayout,
  lockFileOf,
  type NodePaths,
  passwordFileOf,
  serverUserOf,
  stateFileOf,
} from './cluster-layout.ts';
import { lockHolder } from './cluster-lock.ts';
import { readPassword } from './cluster-password.ts';
import { readClusterState } from './cluster-state.ts';
import type { ClusterEndpoints } from './embedded-cluster.ts';
import { nodeUrl } from './node-client.ts';
import { findRunningServer } from './postgres-server.ts';
import type { ServerUser } from './server-user.ts';

export interface NodeStatus {
  readonly exists: boolean;
  readonly isRunning: boolean;
  /** Of the postmaster, while it runs. */
  readonly pid?: number;
  readonly port?: number;
  readonly logFile: string;
}

export type ClusterStatus =
  | { readonly exists: false; readonly directory: string; readonly heldBy?: ClusterHolder }
  | {
      readonly exists: true;
      /** The state directory. */
      readonly directory: string;
      readonly dataDirectory: string;
      /** Both nodes. */
      readonly isRunning: boolean;
      readonly isKeptRunning: boolean;
      /** As in `18.4`; absent when only a killed command has used it so far. */
      readonly serverVersion?: string;
      readonly diskBytes: number;
      readonly primary: NodeStatus;
      readonly replica: NodeStatus;
      readonly heldBy?: ClusterHolder;
      /** While both nodes run and the password can be read. Holds the password. */
      readonly endpoints?: ClusterEndpoints;
    };

/** The command that has the cluster. */
export interface ClusterHolder {
  readonly pid: number;
  readonly command: string;
  /** ISO 8601. */
  readonly since: string;
}

/** What there is to know about a cluster, without its lock and without changing anything. */
export async function clusterStatus(directory: string): Promise<ClusterStatus> {
  const stateDirectory = await realpath(directory).catch(() => directory);
  const holder = await lockHolder(lockFileOf(stateDirectory));
  const heldBy =
    holder === undefined
      ? {}
      : { heldBy: { pid: holder.pid, command: holder.command, since: holder.since } };
  const layout = existingLayout(stateDirectory);
  if (layout === undefined) return { exists: false, directory: stateDirectory, ...heldBy };

  const user = serverUserOf(stateDirectory);
  const state = await readClusterState(stateFileOf(stateDirectory));
  const primary = await nodeStatus(layout.primary, user);
  const replica = await nodeStatus(layout.replica, user);
  const password = await readPassword(passwordFileOf(stateDirectory));
  const hasEndpoints =
    password !== undefined && primary.port !== undefined && replica.port !== undefined;
  return {
    exists: true,
    directory: stateDirectory,
    dataDirectory: layout.dataDirectory,
    isRunning: primary.isRunning && replica.isRunning,
    isKeptRunning: state.isKeptRunning,
    ...(state.serverVersion === undefined ? {} : { serverVersion: state.serverVersion }),
    diskBytes:
      (await diskBytes(stateDirectory)) +
      (layout.dataDirectory === stateDirectory ? 0 : await diskBytes(layout.dataDirectory)),
    primary,
    replica,
    ...heldBy,
    ...(hasEndpoints
      ? {
          endpoints: {
            primaryUrl: nodeUrl(primary.port, password),
            replicaUrl: nodeUrl(replica.port, password),
          },
        }
      : {}),
  };
}

async function nodeStatus(node: NodePaths, user: ServerUser | undefined): Promise<NodeStatus> {
  const server = await findRunningServer(node.directory, user);
  return {
    exists: existsSync(node.directory),
    isRunning: server !== undefined,
    ...(server === undefined ? {} : { pid: server.pid, port: server.port }),
    logFile: node.logFile,
  };
}

/** The bytes that a folder takes on disk, counting what can be read. */
async function diskBytes(directory: string): Promise<number> {
  let total = 0;
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(directory, entry.name);
    total += entry.isDirectory()
      ? await diskBytes(path)
      : ((await lstat(path).catch(() => undefined))?.blocks ?? 0) * 512;
  }
  return total;
}
