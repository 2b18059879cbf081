import { mkdir, readdir, realpath, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CartloadError } from '../../errors.ts';
import {
  dataDirectoriesOf,
  lockFileOf,
  removeTree,
  serverUserOf,
  stateFileOf,
  UNFINISHED,
} from './cluster-layout.ts';
import { type ClusterLock, takeClusterLock } from './cluster-lock.ts';
import { startNodes } from './cluster-start.ts';
import { readClusterState, updateClusterState } from './cluster-state.ts';
import { removeExperiments } from './experiment-data.ts';
import { nodeUrl } from './node-client.ts';
import { stopServer } from './postgres-server.ts';
import type { NodeRole } from './server-settings.ts';

export interface EmbeddedClusterOptions {
  /** The state directory; made if it is not there. */
  readonly directory: string;
  /** What the user typed, shown to whoever finds the cluster busy. */
  readonly command: string;
  /** The bin/ folder of other server programs than the npm package's. */
  readonly pgBin?: string;
  /** Told one short sentence before each step that can take over 200 ms. */
  readonly onProgress?: (step: string) => void;
}

/** URLs of the `postgres` database on each node, password included: never for a log or a record. */
export interface ClusterEndpoints {
  readonly primaryUrl: string;
  readonly replicaUrl: string;
}

const ROLES: readonly NodeRole[] = ['primary', 'replica'];

/** What a reset removes from its directories: all but the lock and what others have put there. */
const MADE_FOR_CLUSTER =
  /^(primary|replica)(\.log(\.1)?)?$|^postgresql-|^password$|^cluster\.json$|^cluster\.lock\./;

/**
 * A real PostgreSQL primary and its streaming replica, run from the npm binaries for one command at
 * a time. The servers outlive a killed command; the next one finds them.
 */
export class EmbeddedCluster {
  readonly #directory: string;
  readonly #options: EmbeddedClusterOptions;
  readonly #lock: ClusterLock;
  #isReleased = false;
  #isReset = false;

  private constructor(directory: string, options: EmbeddedClusterOptions, lock: ClusterLock) {
    this.#directory = directory;
    this.#options = options;
    this.#lock = lock;
  }

  /**
   * Takes the cluster in a state directory for this process, from a dead process too.
   *
   * @throws CartloadError `CLUSTER_BUSY` while another command has it, `OUTPUT_NOT_WRITABLE` when
   * the directory cannot be written, `NO_BINARIES` on a system without a supported server.
   */
  static async acquire(options: EmbeddedClusterOptions): Promise<EmbeddedCluster> {
    if (process.platform === 'win32') {
      throw new CartloadError('NO_BINARIES', 'the embedded cluster does not run on Windows', {
        hint: 'Use WSL, or name a server with --target URL.',
      });
    }
    try {
      await mkdir(options.directory, { recursive: true });
      // Linux shows where a process stands with all links resolved.
      const directory = await realpath(options.directory);
      const lock = await takeClusterLock(lockFileOf(directory), options.command);
      return new EmbeddedCluster(directory, options, lock);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') throw error;
      throw new CartloadError(
        'OUTPUT_NOT_WRITABLE',
        `the embedded cluster's directory ${options.directory} cannot be written (${code})`,
        { hint: 'Run as the user who owns it, or from another directory.', cause: error },
      );
    }
  }

  /**
   * Makes both nodes run and resolves when the replica streams: starts what is stopped, uses what
   * runs, recovers what was killed, makes what is missing.
   *
   * @throws CartloadError `CLUSTER_FAILED`, `NO_BINARIES`, `UNSUPPORTED_SERVER`; the signal's reason.
   */
  async start(signal?: AbortSignal): Promise<ClusterEndpoints> {
    if (this.#isReleased) throw new Error('the embedded cluster was released');
    this.#isReset = false;
    const { primaryPort, replicaPort, password } = await startNodes({
      stateDirectory: this.#directory,
      pgBin: this.#options.pgBin,
      onProgress: (step) => this.#options.onProgress?.(step),
      signal,
    });
    return {
      primaryUrl: nodeUrl(primaryPort, password),
      replicaUrl: nodeUrl(replicaPort, password),
    };
  }

  /** Stops both servers with a last checkpoint, waits until they are gone, and ends keep-running. */
  async stop(): Promise<void> {
    this.#options.onProgress?.('stopping the embedded cluster');
    await this.#stopServers();
    const stateFile = stateFileOf(this.#directory);
    if ((await readClusterState(stateFile)).isKeptRunning) {
      await updateClusterState(stateFile, { isKeptRunning: false });
    }
  }

  /** From now on the servers stay up when a command ends, until `stop()` or `reset()`. */
  async keepRunning(): Promise<void> {
    await updateClusterState(stateFileOf(this.#directory), { isKeptRunning: true });
  }

  /** Ends this process's use: stops the servers unless they are kept running, and gives the lock back. */
  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    try {
      const { isKeptRunning } = await readClusterState(stateFileOf(this.#directory));
      if (!isKeptRunning && !this.#isReset) await this.stop();
    } finally {
      await this.#lock.release();
    }
    // What a reset has emptied; anything else in it is not ours to remove.
    if (this.#isReset) await rmdir(this.#directory).catch(() => {});
  }

  /** Stops both servers and removes all that was made for them; only the lock stays until release. */
  async reset(): Promise<void> {
    this.#options.onProgress?.('removing the embedded cluster');
    await this.#stopServers();
    for (const data of dataDirectoriesOf(this.#directory)) {
      for (const name of await readdir(data)) {
        if (MADE_FOR_CLUSTER.test(name) || UNFINISHED.test(name))
          await removeTree(join(data, name));
      }
      if (data !== this.#directory) await rmdir(data);
    }
    this.#isReset = true;
  }

  async #stopServers(): Promise<void> {
    const user = serverUserOf(this.#directory);
    for (const data of dataDirectoriesOf(this.#directory)) await removeExperiments(data, user);
    const nodes = dataDirectoriesOf(this.#directory).flatMap((data) =>
      ROLES.map((role) => join(data, role)),
    );
    // At once: each has a checkpoint to write. What the replica misses, its slot keeps.
    await Promise.all(nodes.map((directory) => stopServer(directory, user)));
  }
}
