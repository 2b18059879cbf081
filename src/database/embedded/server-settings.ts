export type NodeRole = 'primary' | 'replica';

/** What the size of the settings hangs on. */
export interface Machine {
  /** Memory that may be used, after the limits of a container. */
  readonly memoryBytes: number;
  readonly cores: number;
  /** The whole file system of the data, not what is free of it: settings must not drift from run to run. */
  readonly diskBytes: number;
  /** /dev/shm; `undefined` on systems without it. */
  readonly sharedMemoryBytes: number | undefined;
  readonly hasLz4: boolean;
}

export interface ReplicationSource {
  readonly port: number;
  readonly user: string;
}

const MB = 1024 ** 2;
const GB = 1024 ** 3;

/** The physical slot that keeps the write-ahead log for the replica, and the name it reports under. */
export const REPLICA_SLOT = 'cartload_replica';

/** Where the replica finds the password; relative to its data directory, where a server stands. */
export const REPLICA_PASSWORD_FILE = 'cartload.pgpass';

/**
 * The settings of a node of the embedded cluster: durable like a production server, sized to the
 * machine, which two servers and the harness share.
 */
export function serverSettings(
  machine: Machine,
  role: NodeRole,
  port: number,
  source?: ReplicationSource,
): Readonly<Record<string, string>> {
  const { memoryBytes, cores, diskBytes, sharedMemoryBytes } = machine;
  return {
    // Connections: TCP like any other target; no socket, whose path may not pass 107 bytes.
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // The same on both nodes: a replica refuses to start with fewer than its primary.
    max_connections: '500',
    cluster_name: `cartload_${role}`,

    // Durability: a commit that is acknowledged survives. Without these no figure would be honest.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',

    // Memory, of each of two nodes. The system's page cache, shared by both, does the rest.
    shared_buffers: megabytes(clamp(memoryBytes / 8, 128 * MB, 2 * GB)),
    effective_cache_size: megabytes(Math.max(memoryBytes / 2, 256 * MB)),
    maintenance_work_mem: megabytes(clamp(memoryBytes / 32, 64 * MB, GB)),
    // Containers give /dev/shm 64 MB, in which a parallel index build fails ("could not resize
    // shared memory segment"). System V segments are not counted there.
    ...(sharedMemoryBytes !== undefined && sharedMemoryBytes < GB
      ? { dynamic_shared_memory_type: 'sysv' }
      : {}),

    // Parallel work: one worker beside each leader is all that two cores feed; four gain little.
    max_parallel_maintenance_workers: String(clamp(Math.floor(cores / 2), 1, 4)),
    max_parallel_workers: String(Math.max(cores, 2)),
    max_worker_processes: String(Math.max(cores + 4, 8)),

    // Write-ahead log: room for checkpoints by time and not by volume while a shop is loaded.
    wal_level: 'replica',
    max_wal_size: megabytes(clamp(diskBytes / 20, 256 * MB, 4 * GB)),
    ...(machine.hasLz4 ? { wal_compression: 'lz4' } : {}),

    // Replication. A replica that is down for long must not fill the disk: past this much log it is
    // cloned anew.
    hot_standby: 'on',
    hot_standby_feedback: 'on',
    max_slot_wal_keep_size: megabytes(clamp(diskBytes / 10, 512 * MB, 8 * GB)),
    ...(source === undefined
      ? {}
      : {
          // The password is in a file: settings are shown in views and in run records.
          primary_conninfo: `host=127.0.0.1 port=${source.port} user=${source.user} passfile=${REPLICA_PASSWORD_FILE} application_name=${REPLICA_SLOT}`,
          primary_slot_name: REPLICA_SLOT,
          // Default 5 s, which every restart of the primary would cost.
          wal_retrieve_retry_interval: '500ms',
        }),

    // Statistics that the reports are made of.
    shared_preload_libraries: 'pg_stat_statements',
    track_io_timing: 'on',

    // What initdb would take from the machine, so that every machine answers alike.
    timezone: 'UTC',
    log_timezone: 'UTC',
    datestyle: 'ISO, MDY',
    default_text_search_config: 'pg_catalog.english',
    lc_messages: 'C',
    log_line_prefix: '%m [%p] %q%a@%d ',
  };
}

/** Settings as the lines of a configuration file. */
export function configurationFile(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / MB)}MB`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
