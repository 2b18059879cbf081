import { existsSync } from 'node:fs';
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
  removeTree,
  serverUserOf,
} from './cluster-layout.ts';
import { preparePassword } from './cluster-password.ts';
import { copyTree } from './copy-tree.ts';
import { experimentNode, removeExperiments } from './experiment-data.ts';
import { freePort } from './free-port.ts';
import { measureMachine } from './machine.ts';
import { nodeUrl } from './node-client.ts';
import { CONFIGURATION_FILE } from './node-configuration.ts';
import { launchServer, logTail, stopServer, waitUntilReady } from './postgres-server.ts';
import { createPrimaryData } from './primary-data.ts';
import { serverProcessesIn } from './process-table.ts';
import { ownProcessors, pinProcesses, processCpuMs } from './processors.ts';
import { configurationFile, type Machine, serverSettings } from './server-settings.ts';
import { type ServerUser, writeServerFile } from './server-user.ts';

export interface ExperimentServersOptions {
  /** The state directory, whose cluster the caller has acquired. */
  readonly stateDirectory: string;
  readonly onProgress: (step: string) => void;
  readonly signal: AbortSignal;
}

/** What kind of server one is. */
export interface ServerDefinition {
  /** The bin/ folder of other server programs than the npm package's; null: those. */
  readonly binaries: string | null;
  /** On top of what an embedded server has. */
  readonly settings: Readonly<Record<string, string>>;
  /** How many of the machine's processors it may use; null: all. */
  readonly processors: number | null;
}

/**
 * A server that is alone with the question of an experiment: nothing cleans up behind its back, and no
 * checkpoint comes that it did not ask for. Log segments are not kept: the disk holds several servers.
 */
export const QUIET_SERVER: ServerDefinition = {
  binaries: null,
  settings: {
    autovacuum: 'off',
    checkpoint_timeout: '1h',
    max_wal_size: '8GB',
    min_wal_size: '32MB',
    wal_recycle: 'off',
  },
  processors: null,
};

const PORT_ATTEMPTS = 5;

/** A server that was made, and what it was made with. */
interface MadeServer {
  readonly node: NodePaths;
  readonly definition: ServerDefinition;
  readonly binaries: ServerBinaries;
  readonly machine: Machine;
}

/** Servers of their own for one experiment, which go with it: a killed one's are removed by the next command. */
export class ExperimentServers {
  readonly #options: ExperimentServersOptions;
  readonly #layout: ClusterLayout;
  readonly #user: ServerUser | undefined;
  readonly #password: string;
  readonly #servers = new Map<string, MadeServer>();

  private constructor(
    options: ExperimentServersOptions,
    layout: ClusterLayout,
    user: ServerUser | undefined,
    password: string,
  ) {
    this.#options = options;
    this.#layout = layout;
    this.#user = user;
    this.#password = password;
  }

  /** @throws CartloadError as the embedded cluster does */
  static async open(options: ExperimentServersOptions): Promise<ExperimentServers> {
    const { stateDirectory } = options;
    const user = serverUserOf(stateDirectory);
    const clusterExists = existingLayout(stateDirectory) !== undefined;
    const layout = await prepareLayout(stateDirectory, user);
    await removeExperiments(layout.dataDirectory, user);
    const password = await preparePassword(passwordFileOf(stateDirectory), clusterExists);
    return new ExperimentServers(options, layout, user, password);
  }

  /** Where the data of all servers lie. */
  get dataDirectory(): string {
    return this.#layout.dataDirectory;
  }

  /**
   * Makes an empty server and starts it; the address of its database `postgres`.
   *
   * @throws CartloadError BAD_SCENARIO where it does not start with these settings, or there are not so
   * many processors; `NO_BINARIES`, `UNSUPPORTED_SERVER`
   */
  async create(name: string, definition: ServerDefinition): Promise<ServerAddress> {
    const { signal, onProgress } = this.#options;
    const user = this.#user;
    requireProcessors(definition);
    const binaries = await findServerBinaries({
      pgBin: definition.binaries ?? undefined,
      user,
      copyTo: this.#layout.dataDirectory,
      onProgress,
      signal,
    });
    onProgress('making a server for the experiment');
    const node = experimentNode(this.#layout.dataDirectory, name);
    await createPrimaryData(node.directory, binaries, this.#password, user, signal);
    const machine = await measureMachine(node.directory, binaries, user);
    this.#servers.set(name, { node, definition, binaries, machine });
    return this.start(name);
  }

  /** Starts a server that is there, but stopped. */
  async start(name: string): Promise<ServerAddress> {
    const server = this.#made(name);
    for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      const port = await freePort(undefined);
      if (await this.#launch(server, port)) {
        await this.#confine(name, server.definition);
        return parseServerUrl(nodeUrl(port, this.#password));
      }
      if (!(await logTail(server.node)).includes('Address already in use')) break;
    }
    throw await failedToStart(name, server);
  }

  /**
   * Makes another server from the files of one, which must be stopped: alike to the last byte.
   *
   * @param definition where the new one is of another kind; it must have the same programs
   */
  async copy(from: string, to: string, definition?: ServerDefinition): Promise<void> {
    const source = this.#made(from);
    const made = { ...source, definition: definition ?? source.definition };
    requireProcessors(made.definition);
    const node = experimentNode(this.#layout.dataDirectory, to);
    await mkdir(node.directory, { mode: 0o700 });
    await copyTree(source.node.directory, node.directory, {
      links: 'refuse',
      owner: this.#user,
      directoryMode: 0o700,
      fileMode: () => 0o600,
      signal: this.#options.signal,
    });
    if (this.#user !== undefined) await lchown(node.directory, this.#user.uid, this.#user.gid);
    this.#servers.set(to, { ...made, node });
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

  /** Stops a server, if it runs, and removes all that was made for it; one that is not there is no error. */
  async remove(name: string): Promise<void> {
    const { directory, logFile } = experimentNode(this.#layout.dataDirectory, name);
    await stopServer(directory, this.#user);
    await removeTree(directory);
    await removeTree(logFile);
    this.#servers.delete(name);
  }

  /** What there still is of a server: its processes and its folder. */
  leftovers(name: string): readonly string[] {
    const { directory } = experimentNode(this.#layout.dataDirectory, name);
    return [
      ...serverProcessesIn(directory, this.#user).map((pid) => `process ${pid}`),
      ...(existsSync(directory) ? [directory] : []),
    ];
  }

  /** Stops all servers and removes all that was made for them. */
  async close(): Promise<void> {
    await removeExperiments(this.#layout.dataDirectory, this.#user);
  }

  #made(name: string): MadeServer {
    const server = this.#servers.get(name);
    if (server === undefined) throw new Error(`there is no server ${name} in this experiment`);
    return server;
  }

  async #launch(
    { node, definition, binaries, machine }: MadeServer,
    port: number,
  ): Promise<boolean> {
    const settings = {
      ...serverSettings(machine, 'primary', port),
      cluster_name: 'cartload_experiment',
      ...definition.settings,
    };
    const file = join(node.directory, CONFIGURATION_FILE);
    await writeServerFile(file, configurationFile(settings), this.#user);
    const server = await launchServer(binaries.postgres, node, port, this.#user);
    const { signal } = this.#options;
    return (await waitUntilReady(server, node, this.#password, signal)) === 'ready';
  }

  async #confine(name: string, { processors }: ServerDefinition): Promise<void> {
    if (processors === null) return;
    if (await this.pin(name, ownProcessors().slice(0, processors))) return;
    throw new CartloadError(
      'CLUSTER_FAILED',
      `A server cannot be kept on ${processors} of this machine's processors.`,
      { hint: 'It needs taskset (package util-linux), and a system that allows it.' },
    );
  }
}

/** @throws CartloadError BAD_SCENARIO */
function requireProcessors({ processors }: ServerDefinition): void {
  const own = ownProcessors().length;
  if (processors === null || processors <= own) return;
  throw new CartloadError(
    'BAD_SCENARIO',
    `A server is to have ${processors} processors; this machine lets us use ${own}.`,
  );
}

async function failedToStart(
  name: string,
  { node, definition }: MadeServer,
): Promise<CartloadError> {
  const own = Object.entries(definition.settings).map(([key, value]) => `${key} = ${value}`);
  return new CartloadError(
    definition === QUIET_SERVER || own.length === 0 ? 'CLUSTER_FAILED' : 'BAD_SCENARIO',
    `The experiment's server ${name} does not start${own.length === 0 ? '' : ` with ${own.join(', ')}`}.`,
    { hint: `Its log ends with:\n${await logTail(node)}` },
  );
}
