import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dataDirectoriesOf } from '../../src/database/embedded/cluster-layout.ts';
import { clusterStatus } from '../../src/database/embedded/cluster-status.ts';
import {
  cloneDatabase,
  dropDatabase,
  listDatabases,
} from '../../src/database/embedded/database-clones.ts';
import {
  type ClusterEndpoints,
  EmbeddedCluster,
} from '../../src/database/embedded/embedded-cluster.ts';
import { hasProcessTable, isProcessAlive } from '../../src/database/embedded/process-table.ts';
import {
  caughtUp,
  clusterProcesses,
  embeddedDirectory,
  query,
} from '../helpers/embedded-directory.ts';

const TIMEOUT_MS = 120_000;

let directory: string;
let remove: () => void;

beforeAll(async () => {
  ({ directory, remove } = await embeddedDirectory());
});

afterEach(() => {
  expect(clusterProcesses(directory)).toEqual([]);
});

afterAll(async () => {
  const cluster = await EmbeddedCluster.acquire({ directory, command: 'test clean-up' });
  await cluster.reset();
  await cluster.release();
  remove();
}, TIMEOUT_MS);

/** Acquires and starts the shared cluster, and releases it whatever `work` does. */
async function withCluster(
  work: (context: {
    cluster: EmbeddedCluster;
    endpoints: ClusterEndpoints;
    progress: string[];
    restart: () => Promise<ClusterEndpoints>;
  }) => Promise<void>,
): Promise<void> {
  const progress: string[] = [];
  const cluster = await EmbeddedCluster.acquire({
    directory,
    command: 'npm run test',
    onProgress: (step) => progress.push(step),
  });
  try {
    const endpoints = await cluster.start();
    const restart = () => {
      progress.length = 0;
      return cluster.start();
    };
    await work({ cluster, endpoints, progress, restart });
  } finally {
    await cluster.release();
  }
}

/** The pids of both postmasters. */
async function postmasters(): Promise<{ primary: number; replica: number }> {
  const status = await clusterStatus(directory);
  if (!status.exists) throw new Error('no cluster');
  return { primary: status.primary.pid ?? 0, replica: status.replica.pid ?? 0 };
}

async function kill(...pids: number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  while (pids.some(isProcessAlive)) await new Promise((resolve) => setImmediate(resolve));
}

async function countNotes(url: string): Promise<number> {
  const rows = await query<{ count: number }>(url, 'select count(*)::int as count from note');
  return rows[0]?.count ?? -1;
}

/** The replica follows: what is written now can be read there. */
async function expectReplication({ primaryUrl, replicaUrl }: ClusterEndpoints): Promise<void> {
  await query(primaryUrl, `insert into note (text) values ('written')`);
  await caughtUp(primaryUrl, replicaUrl);
  expect(await countNotes(replicaUrl)).toBe(await countNotes(primaryUrl));
}

describe('an embedded cluster', { timeout: TIMEOUT_MS }, () => {
  test('starts from nothing: a durable primary and a replica that follows it', async () => {
    expect(await clusterStatus(directory)).toEqual({ exists: false, directory });
    await withCluster(async ({ endpoints, progress }) => {
      // Before them, where the checkout is closed to the server's user, its programs are copied.
      expect(progress.slice(-4)).toEqual([
        'making the embedded cluster',
        'starting the primary',
        'cloning the replica from the primary',
        'starting the replica',
      ]);
      await query(
        endpoints.primaryUrl,
        'create table note (id bigint generated always as identity, text text)',
      );
      await expectReplication(endpoints);

      const [primary] = await query(
        endpoints.primaryUrl,
        `select pg_is_in_recovery() as recovering, current_setting('fsync') as fsync,
                current_setting('synchronous_commit') as commit, lower('É') as lower,
                current_setting('shared_preload_libraries') as preloaded,
                current_setting('server_encoding') as encoding`,
      );
      expect(primary).toEqual({
        recovering: false,
        fsync: 'on',
        commit: 'on',
        lower: 'é',
        preloaded: 'pg_stat_statements',
        encoding: 'UTF8',
      });
      const [replica] = await query(
        endpoints.replicaUrl,
        `select pg_is_in_recovery() as recovering, current_setting('primary_conninfo') as conninfo`,
      );
      expect(replica?.['recovering']).toBe(true);
      expect(replica?.['conninfo']).not.toContain('password');
    });
  });

  test('asks for the password, which only its owner can read', async () => {
    await withCluster(async ({ endpoints }) => {
      const stranger = new URL(endpoints.primaryUrl);
      stranger.password = 'guess';
      await expect(query(stranger.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
      expect(statSync(join(directory, 'password')).mode & 0o777).toBe(0o600);
    });
  });

  test('says who has it when it is in use', async () => {
    await withCluster(async () => {
      await expect(
        EmbeddedCluster.acquire({ directory, command: 'npm run bench' }),
      ).rejects.toMatchObject({
        code: 'CLUSTER_BUSY',
        message: expect.stringMatching(
          new RegExp(
            `in use by \`npm run test\` \\(pid ${process.pid}, since \\d\\d:\\d\\d:\\d\\d\\)`,
          ),
        ),
      });
      const status = await clusterStatus(directory);
      expect(status.heldBy).toMatchObject({ pid: process.pid, command: 'npm run test' });
    });
  });

  test('keeps its data when it is released and started again', async () => {
    await withCluster(async ({ endpoints, progress }) => {
      expect(progress).toEqual(['starting the primary', 'starting the replica']);
      expect(await countNotes(endpoints.primaryUrl)).toBeGreaterThan(0);
      await expectReplication(endpoints);
    });
  });

  test('outlives its command when it is kept running, until it is stopped', async () => {
    let kept = { primary: 0, replica: 0 };
    await withCluster(async ({ cluster }) => {
      await cluster.keepRunning();
      kept = await postmasters();
    });
    expect(await postmasters()).toEqual(kept);
    await withCluster(async ({ progress }) => {
      expect(progress).toEqual([]);
      expect(await postmasters()).toEqual(kept);
    });
    expect(await clusterStatus(directory)).toMatchObject({ isRunning: true, isKeptRunning: true });

    const cluster = await EmbeddedCluster.acquire({ directory, command: 'npm run db -- stop' });
    await cluster.stop();
    await cluster.release();
    expect(await clusterStatus(directory)).toMatchObject({
      isRunning: false,
      isKeptRunning: false,
    });
  });

  test('is taken over from a killed command, whose servers are used', async () => {
    await withCluster(({ cluster }) => cluster.keepRunning());
    const dead = spawnSync(process.execPath, ['-e', '']);
    const lock = { pid: dead.pid, since: new Date().toISOString(), command: 'x', token: 'dead' };
    writeFileSync(join(directory, 'cluster.lock'), JSON.stringify(lock));
    const left = await postmasters();
    await withCluster(async ({ cluster: second, endpoints }) => {
      expect(await postmasters()).toEqual(left);
      await expectReplication(endpoints);
      await second.stop();
    });
  });

  test('recovers when both servers were killed, and lets no orphan commit', async () => {
    await withCluster(async ({ endpoints, restart }) => {
      const before = await countNotes(endpoints.primaryUrl);
      const busy = new Client({ connectionString: endpoints.primaryUrl });
      busy.on('error', () => {});
      await busy.connect();
      // Busy computing, it does not notice that its postmaster is gone.
      let failure: unknown;
      const orphaned = busy
        .query(`insert into note (text) select 'orphan' from generate_series(1, 5000000)`)
        .catch((error: unknown) => {
          failure = error;
        });
      const isBusy = `select 1 from pg_stat_activity where state = 'active' and query like 'insert%'`;
      while ((await query(endpoints.primaryUrl, isBusy)).length === 0) {
        expect(failure).toBeUndefined();
      }
      const pids = await postmasters();
      await kill(pids.primary, pids.replica);

      const again = await restart();
      await orphaned;
      expect(failure).toBeInstanceOf(Error);
      expect(await countNotes(again.primaryUrl)).toBe(before);
      await expectReplication(again);
    });
  });

  test('moves to other ports when its own are taken, and a running replica follows', async () => {
    await withCluster(async ({ endpoints, restart, progress }) => {
      const pids = await postmasters();
      await kill(pids.primary);
      const port = Number(new URL(endpoints.primaryUrl).port);
      const stranger = createServer();
      await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
      try {
        const again = await restart();
        expect(progress).toEqual(['starting the primary']);
        expect(again.primaryUrl).not.toBe(endpoints.primaryUrl);
        expect((await postmasters()).replica).toBe(pids.replica);
        await expectReplication(again);
      } finally {
        stranger.close();
      }
    });
  });

  test('clones the replica anew when its slot is gone', async () => {
    await withCluster(async ({ endpoints, restart, progress }) => {
      await kill((await postmasters()).replica);
      await query(
        endpoints.primaryUrl,
        `select pg_terminate_backend(active_pid, 5000) from pg_replication_slots where active`,
      );
      await query(endpoints.primaryUrl, `select pg_drop_replication_slot('cartload_replica')`);
      const again = await restart();
      expect(progress).toContain('cloning the replica from the primary');
      await expectReplication(again);
    });
  });

  test('clones the replica anew when it was down for longer than its log is kept', async () => {
    await withCluster(async ({ endpoints, restart, progress }) => {
      const { primaryUrl } = endpoints;
      await kill((await postmasters()).replica);
      await query(primaryUrl, `alter system set max_slot_wal_keep_size = '1MB'`);
      await query(primaryUrl, 'select pg_reload_conf()');
      for (let segment = 0; segment < 4; segment += 1) {
        await query(primaryUrl, `insert into note (text) values ('log')`);
        await query(primaryUrl, 'select pg_switch_wal()');
      }
      await query(primaryUrl, 'checkpoint');
      expect(await query(primaryUrl, 'select wal_status from pg_replication_slots')).toEqual([
        { wal_status: 'lost' },
      ]);
      await query(primaryUrl, 'alter system reset max_slot_wal_keep_size');
      await query(primaryUrl, 'select pg_reload_conf()');
      const again = await restart();
      expect(progress).toContain('cloning the replica from the primary');
      await expectReplication(again);
    });
  });

  test('clones the replica anew when its directory was deleted under it', async () => {
    await withCluster(async ({ restart, progress }) => {
      const { replica } = await postmasters();
      const [data = directory] = dataDirectoriesOf(directory);
      await rm(join(data, 'replica'), { recursive: true, force: true, maxRetries: 10 });
      const again = await restart();
      expect(progress).toContain('cloning the replica from the primary');
      await expectReplication(again);
      expect(isProcessAlive(replica)).toBe(false);
    });
  });

  test('removes what a killed command has left half-made', async () => {
    const [data = directory] = dataDirectoriesOf(directory);
    for (const name of ['primary.new-0a1b', 'replica.new-0a1b']) {
      spawnSync('mkdir', [join(data, name)]);
      writeFileSync(join(data, name, 'PG_VERSION'), '18\n');
    }
    await withCluster(async ({ endpoints }) => {
      expect(readdirSync(data).filter((name) => name.includes('.new-'))).toEqual([]);
      await expectReplication(endpoints);
    });
  });

  test('refuses data of another major version', async () => {
    const [data = directory] = dataDirectoriesOf(directory);
    const versionFile = join(data, 'primary', 'PG_VERSION');
    const cluster = await EmbeddedCluster.acquire({ directory, command: 'npm run test' });
    try {
      writeFileSync(versionFile, '17\n');
      await expect(cluster.start()).rejects.toMatchObject({
        code: 'CLUSTER_FAILED',
        message: expect.stringContaining('was made by PostgreSQL 17'),
        hint: expect.stringContaining('npm run db -- reset'),
      });
    } finally {
      writeFileSync(versionFile, '18\n');
      await cluster.release();
    }
  });

  test.each(['starting the primary', 'starting the replica'])(
    'leaves nothing running when its start is interrupted while %s',
    async (step) => {
      const interrupt = new AbortController();
      const reason = new Error('Ctrl-C');
      const cluster = await EmbeddedCluster.acquire({
        directory,
        command: 'npm run test',
        onProgress: (current) => {
          if (current === step) interrupt.abort(reason);
        },
      });
      await expect(cluster.start(interrupt.signal)).rejects.toBe(reason);
      await cluster.release();
    },
  );

  test('stops its servers even when their directories were deleted under them', async () => {
    const deleted = await embeddedDirectory();
    const cluster = await EmbeddedCluster.acquire({
      directory: deleted.directory,
      command: 'npm run test',
    });
    await cluster.start();
    expect(clusterProcesses(deleted.directory)).not.toEqual([]);
    await rm(deleted.directory, { recursive: true, force: true, maxRetries: 10 });
    await cluster.release();
    // Without /proc nobody can find them: the server notices by itself within a minute.
    if (hasProcessTable) expect(clusterProcesses(deleted.directory)).toEqual([]);
  });

  test('clones databases onto both nodes, and drops them', async () => {
    await withCluster(async ({ endpoints }) => {
      const primary = new Client({ connectionString: endpoints.primaryUrl });
      const replica = new Client({ connectionString: endpoints.replicaUrl });
      await Promise.all([primary.connect(), replica.connect()]);
      try {
        await primary.query('create database shop_template');
        const inTemplate = endpoints.primaryUrl.replace(/postgres$/, 'shop_template');
        await query(inTemplate, 'create table t as select generate_series(1, 1000) as n');

        const clone = {
          primary,
          replicas: [replica],
          template: 'shop_template',
          name: 'shop "run" 1',
        };
        await cloneDatabase(clone);
        const onReplica = new URL(endpoints.replicaUrl);
        onReplica.pathname = `/${encodeURIComponent(clone.name)}`;
        expect(await query(onReplica.href, 'select count(*)::int as count from t')).toEqual([
          { count: 1000 },
        ]);
        expect(await listDatabases(primary, 'shop')).toEqual([
          { name: 'shop "run" 1', bytes: expect.any(Number) },
          { name: 'shop_template', bytes: expect.any(Number) },
        ]);

        await expect(cloneDatabase({ ...clone, template: 'nothing' })).rejects.toMatchObject({
          code: 'TARGET_FAILED',
          message: 'there is no database nothing to copy',
        });
        const interrupt = new AbortController();
        const copying = cloneDatabase({ ...clone, name: 'shop_2', signal: interrupt.signal });
        interrupt.abort(new Error('Ctrl-C'));
        await expect(copying).rejects.toThrow('Ctrl-C');
        await dropDatabase(primary, clone.name);
        await dropDatabase(primary, 'shop_template');
        expect(await listDatabases(primary, 'shop')).toEqual([]);
      } finally {
        await Promise.all([primary.end(), replica.end()]);
      }
    });
  });

  test('can be reset and made anew at once, and a reset leaves nothing', async () => {
    await withCluster(async ({ cluster }) => {
      await cluster.reset();
      expect(readdirSync(directory)).toEqual(['cluster.lock']);
      const endpoints = await cluster.start();
      expect(await query(endpoints.primaryUrl, `select to_regclass('note') as note`)).toEqual([
        { note: null },
      ]);
      await cluster.reset();
    });
    expect(existsSync(directory)).toBe(false);
  });
});

describe.runIf(process.getuid?.() === 0)("a directory that the server's user cannot reach", () => {
  test(
    'has its data elsewhere, and a reset finds it',
    async () => {
      const hidden = await embeddedDirectory(0o700);
      const cluster = await EmbeddedCluster.acquire({
        directory: hidden.directory,
        command: 'npm run test',
      });
      try {
        const endpoints = await cluster.start();
        await query(endpoints.primaryUrl, 'create table note (id bigint)');
        await caughtUp(endpoints.primaryUrl, endpoints.replicaUrl);
        expect(await countNotes(endpoints.replicaUrl)).toBe(0);
        const [outside] = dataDirectoriesOf(hidden.directory);
        expect(outside).toMatch(/^\/var\/tmp\/cartload-[0-9a-f]{12}$/);
        expect(await clusterStatus(hidden.directory)).toMatchObject({
          dataDirectory: outside,
          isRunning: true,
        });
        await cluster.reset();
        expect(existsSync(outside ?? '')).toBe(false);
        expect(clusterProcesses(hidden.directory)).toEqual([]);
      } finally {
        await cluster.release();
        hidden.remove();
      }
    },
    TIMEOUT_MS,
  );
});
