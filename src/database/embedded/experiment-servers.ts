import { lchown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CartloadError } from '../../errors.ts';
import { parseServerUrl, type ServerAddress } from '../server-address.ts';
import { findServerBinaries, type ServerBinaries } from './binaries.ts';
import {
  type ClusterLayout,
  existingLayout,
  type NodePaths,
  passwordFileOf,
  prepareLayout,
  serverUserOf,
} from './cluster-layout.ts';
import { preparePassword } from './cluster-password.ts';
import { copyTree } from './copy-tree.ts';
import { experimentNode, removeExperiments } from './experiment-data.ts';
import { freePort } from './free-port.ts';
import { measureMachine } from './machine.ts';
import { nodeUrl } from './node-client.ts';
import { CONFIGURATION_FILE } from './node-configuration.ts';
import { launchServer, logHint, stopServer, waitUntilReady } from './postgres-server.ts';
import { createPrimaryData } from './primary-data.ts';
import { serverProcessesIn } from './process-table.ts';
import { pinProcesses, processCpuMs } from './processors.ts';
import { configurationFile, type Machine, serverSettings } from './server-settings.ts';
import { type ServerUser, writeServerFile } from './server-user.ts';

export interface ExperimentServersOptions {
  /** The state directory, whose cluster the caller has acquired. */
  readonly stateDirectory: string;
  readonly pgBin?: string | undefined;
  readonly onProgress: (step: string) => void;
  readonly signal: AbortSignal;
}

/**
 * What an experiment needs to be alone with its question: nothing cleans up behind its back, and no
 * checkpoint comes that it did not ask for. Log segments are not kept: the disk holds several servers.
 */
const QUIET: Readonly<Record<string, string>> = {
  autovacuum: 'off',
  checkpoint_timeout: '1h',
  max_wal_size: '8GB',
  min_wal_size: '32MB',
  wal_recycle: 'off',
  cluster_name: 'cartload_experiment',
};

const PORT_ATTEMPTS = 5;

/** Servers of their own for one experiment, which go with it: a killed one's are removed by the next command. */
export class ExperimentServers {
  readonly #options: ExperimentServersOptions;
  readonly #layout: ClusterLayout;
  readonly #binaries: ServerBinaries;
  readonly #user: ServerUser | undefined;
  readonly #password: string;
  #machine: Machine | null = null;

  private constructor(
    options: ExperimentServersOptions,
    layout: ClusterLayout,
    binaries: ServerBinaries,
    user: ServerUser | undefined,
    password: string,
  ) {
    this.#options = options;
    this.#layout = layout;
    this.#binaries = binaries;
    this.#user = user;
    this.#password = password;
  }

  /** @throws CartloadError as the embedded cluster does */
  static async open(options: ExperimentServersOptions): Promise<ExperimentServers> {
    const { stateDirectory, pgBin, onProgress, signal } = options;
    const user = serverUserOf(stateDirectory);
    const clusterExists = existingLayout(stateDirectory) !== undefined;
    const layout = await prepareLayout(stateDirectory, user);
    await removeExperiments(layout.dataDirectory, user);
    const copyTo = layout.dataDirectory;
    const binaries = await findServerBinaries({ pgBin, user, copyTo, onProgress, signal });
    const password = await preparePassword(passwordFileOf(stateDirectory), clusterExists);
    return new ExperimentServers(options, layout, binaries, user, password);
  }

  /** Where the data of all servers lie. */
  get dataDirectory(): string {
    return this.#layout.dataDirectory;
  }

  /** Makes an empty server and starts it; the address of its database `postgres`. */
  async create(name: string): Promise<ServerAddress> {
    const { signal, onProgress } = this.#options;
    onProgress('making a server for the experiment');
    const node = experimentNode(this.#layout.dataDirectory, name);
    await createPrimaryData(node.directory, this.#binaries, this.#password, this.#user, signal);
    return this.start(name);
  }

  /** Starts a server that is there, but stopped. */
  async start(name: string): Promise<ServerAddress> {
    const node = experimentNode(this.#layout.dataDirectory, name);
    this.#machine ??= await measureMachine(node.directory, this.#binaries, this.#user);
    for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      const port = await freePort(undefined);
      if (await this.#launch(node, port, this.#machine)) {
        return parseServerUrl(nodeUrl(port, this.#password));
      }
    }
    throw new CartloadError('CLUSTER_FAILED', `the experiment's server ${name} does not start`, {
      hint: await logHint(node),
    });
  }

  /** Makes another server from the files of one, which must be stopped: alike to the last byte. */
  async copy(from: string, to: string): Promise<void> {
    const source = experimentNode(this.#layout.dataDirectory, from).directory;
    const target = experimentNode(this.#layout.dataDirectory, to).directory;
    await mkdir(target, { mode: 0o700 });
    await copyTree(source, target, {
      links: 'refuse',
      owner: this.#user,
      directoryMode: 0o700,
      fileMode: () => 0o600,
      signal: this.#options.signal,
    });
    if (this.#user !== undefined) await lchown(target, this.#user.uid, this.#user.gid);
  }

  /**
   * Keeps a server, all its processes and those to come, on these processors.
   *
   * @returns whether the system allowed it
   */
  async pin(name: string, processors: readonly number[]): Promise<boolean> {
    const { directory } = experimentNode(this.#layout.dataDirectory, name);
    return pinProcesses(serverProcessesIn(directory, this.#user), processors);
  }

  /** CPU that a server's processes have used so far, in milliseconds; those that have ended are left out. */
  usedMs(name: string): number {
    const { directory } = experimentNode(this.#layout.dataDirectory, name);
    return serverProcessesIn(directory, this.#user).reduce(
      (sum, pid) => sum + processCpuMs(pid),
      0,
    );
  }

  /** Stops a server with a last checkpoint. */
  async stop(name: string): Promise<void> {
    await stopServer(experimentNode(this.#layout.dataDirectory, name).directory, this.#user);
  }

  /** Stops all servers and removes all that was made for them. */
  async close(): Promise<void> {
    await removeExperiments(this.#layout.dataDirectory, this.#user);
  }

  async #launch(node: NodePaths, port: number, machine: Machine): Promise<boolean> {
    const settings = { ...serverSettings(machine, 'primary', port), ...QUIET };
    const file = join(node.directory, CONFIGURATION_FILE);
    await writeServerFile(file, configurationFile(settings), this.#user);
    const server = await launchServer(this.#binaries.postgres, node, port, this.#user);
    const { signal } = this.#options;
    return (await waitUntilReady(server, node, this.#password, signal)) === 'ready';
  }
}
