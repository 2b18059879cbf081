import { existsSync } from 'node:fs';
import type { Client } from 'pg';
import { CartloadError } from '../../errors.ts';
import { findServerBinaries, type ServerBinaries } from './binaries.ts';
import {
  type ClusterLayout,
  existingLayout,
  type NodePaths,
  passwordFileOf,
  prepareLayout,
  removeUnfinished,
  serverUserOf,
  stateFileOf,
} from './cluster-layout.ts';
import { preparePassword } from './cluster-password.ts';
import { readClusterState, updateClusterState } from './cluster-state.ts';
import { removeExperiments } from './experiment-data.ts';
import { freePort } from './free-port.ts';
import { measureMachine } from './machine.ts';
import { withNodeClient } from './node-client.ts';
import { writeNodeConfiguration } from './node-configuration.ts';
import {
  endServer,
  findRunningServer,
  launchServer,
  logHint,
  logTail,
  type RunningServer,
  reloadServer,
  stopServer,
  waitUntilReady,
} from './postgres-server.ts';
import { checkDataVersion, createPrimaryData } from './primary-data.ts';
import { isProcessAlive } from './process-table.ts';
import { cloneReplica } from './replica-clone.ts';
import { isSlotUsable, waitUntilStreaming } from './replica-streaming.ts';
import type { Machine } from './server-settings.ts';
import type { ServerUser } from './server-user.ts';

export interface StartNodesOptions {
  readonly stateDirectory: string;
  readonly pgBin: string | undefined;
  readonly onProgress: (step: string) => void;
  readonly signal: AbortSignal | undefined;
}

export interface StartedNodes {
  readonly primaryPort: number;
  readonly replicaPort: number;
  readonly password: string;
}

/** All that starting a node needs to know. */
interface StartContext extends StartNodesOptions {
  readonly layout: ClusterLayout;
  readonly binaries: ServerBinaries;
  readonly user: ServerUser | undefined;
  readonly password: string;
  readonly machine: Machine;
}

/** How often somebody else may snatch the port that was just found free. */
const PORT_ATTEMPTS = 5;

/** Makes both nodes of a cluster run, from whatever state they are in. The lock must be held. */
export async function startNodes(options: StartNodesOptions): Promise<StartedNodes> {
  const { stateDirectory, onProgress, signal } = options;
  signal?.throwIfAborted();
  const user = serverUserOf(stateDirectory);
  const clusterExists = existingLayout(stateDirectory) !== undefined;
  const layout = await prepareLayout(stateDirectory, user);
  await removeUnfinished(layout);
  await removeExperiments(layout.dataDirectory, user);
  const binaries = await findServerBinaries({
    pgBin: options.pgBin,
    user,
    copyTo: layout.dataDirectory,
    onProgress,
    signal,
  });
  const password = await preparePassword(passwordFileOf(stateDirectory), clusterExists);
  await updateClusterState(stateFileOf(stateDirectory), {
    dataDirectory: layout.dataDirectory,
    serverVersion: binaries.version,
  });

  const primaryData = layout.primary.directory;
  if (clusterExists) {
    await checkDataVersion(primaryData, binaries);
  } else {
    onProgress('making the embedded cluster');
    // Servers whose directory was deleted under them.
    await stopServer(primaryData, user);
    await createPrimaryData(primaryData, binaries, password, user, signal);
  }
  const machine = await measureMachine(primaryData, binaries, user);
  const context: StartContext = { ...options, layout, binaries, user, password, machine };

  const primary = await startPrimary(context);
  const replica = await withNodeClient(primary.port, password, (client) =>
    startReplica(context, primary.port, client),
  );
  await updateClusterState(stateFileOf(stateDirectory), {
    ports: { primary: primary.port, replica: replica.port },
  });
  return { primaryPort: primary.port, replicaPort: replica.port, password };
}

async function startPrimary(context: StartContext): Promise<RunningServer> {
  const { layout, user, password, onProgress, signal } = context;
  const node = layout.primary;
  const isReady = async (server: RunningServer) =>
    (await waitUntilReady(server, node, password, signal)) === 'ready';
  const running = await findRunningServer(node.directory, user);
  // A killed command may have been stopping it: then it ends instead.
  if (running !== undefined && (await isReady(running))) return running;
  onProgress('starting the primary');
  const launched = await launchNode(context, node, isReady);
  if (launched === undefined) throw await failedToStart(node);
  return launched;
}

async function startReplica(
  context: StartContext,
  primaryPort: number,
  primary: Client,
): Promise<RunningServer> {
  const { layout, user, password, onProgress, signal } = context;
  const node = layout.replica;
  const isStreaming = (server: RunningServer) =>
    waitUntilStreaming(primary, server, password, signal);

  if (existsSync(node.directory) && (await isSlotUsable(primary))) {
    const running = await findRunningServer(node.directory, user);
    if (running !== undefined) {
      const isChanged = await writeNodeConfiguration({
        ...context,
        node,
        port: running.port,
        primaryPort,
      });
      if (isChanged) reloadServer(running);
      if (await isStreaming(running)) return running;
    }
    // A killed command may have been stopping it; one that runs but stands still is beyond that.
    if (running === undefined || !isProcessAlive(running.pid)) {
      onProgress('starting the replica');
      const launched = await launchNode(context, node, isStreaming, primaryPort);
      if (launched !== undefined) return launched;
    }
  }
  onProgress('cloning the replica from the primary');
  await stopServer(node.directory, user);
  await cloneReplica(primary, layout, user, signal);
  onProgress('starting the replica');
  const launched = await launchNode(context, node, isStreaming, primaryPort);
  if (launched === undefined) throw await failedToStart(node);
  return launched;
}

/** Starts a node on its port of last time or a free one; `undefined` when it does not come up. */
async function launchNode(
  context: StartContext,
  node: NodePaths,
  isUp: (server: RunningServer) => Promise<boolean>,
  primaryPort?: number,
): Promise<RunningServer | undefined> {
  const { stateDirectory, binaries, user } = context;
  let { [node.role]: preferred } = (await readClusterState(stateFileOf(stateDirectory))).ports;
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
    const port = await freePort(preferred);
    await writeNodeConfiguration({
      ...context,
      node,
      port,
      ...(primaryPort === undefined ? {} : { primaryPort }),
    });
    const server = await launchServer(binaries.postgres, node, port, user);
    try {
      if (await isUp(server)) return server;
    } catch (error) {
      // Interrupted, perhaps before it has written the pid file by which a release would find it.
      await endServer(server);
      throw error;
    }
    if (!(await logTail(node)).includes('Address already in use')) return undefined;
    preferred = undefined;
  }
  return undefined;
}

async function failedToStart(node: NodePaths): Promise<CartloadError> {
  return new CartloadError('CLUSTER_FAILED', `the embedded ${node.role} does not start`, {
    hint: await logHint(node),
  });
}
