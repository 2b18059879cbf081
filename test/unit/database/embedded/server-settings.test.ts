import { describe, expect, test } from 'vitest';
import {
  configurationFile,
  type Machine,
  serverSettings,
} from '../../../../src/database/embedded/server-settings.ts';

const GB = 1024 ** 3;

const MACHINE: Machine = {
  memoryBytes: 8 * GB,
  cores: 4,
  diskBytes: 200 * GB,
  sharedMemoryBytes: 4 * GB,
  hasLz4: false,
};

describe('serverSettings', () => {
  test('takes an eighth of the memory for each node, between 128 MB and 2 GB', () => {
    const buffers = (memoryBytes: number) =>
      serverSettings({ ...MACHINE, memoryBytes }, 'primary', 5432)['shared_buffers'];
    expect(buffers(8 * GB)).toBe('1024MB');
    expect(buffers(0.5 * GB)).toBe('128MB');
    expect(buffers(512 * GB)).toBe('2048MB');
    // Kernels report odd figures.
    expect(buffers(8 * GB - 123_457)).toBe('1023MB');
  });

  test('is durable on both nodes', () => {
    for (const role of ['primary', 'replica'] as const) {
      expect(serverSettings(MACHINE, role, 5432)).toMatchObject({
        fsync: 'on',
        synchronous_commit: 'on',
        full_page_writes: 'on',
      });
    }
  });

  test('bounds the write-ahead log, more on a small disk', () => {
    const settings = (diskBytes: number) =>
      serverSettings({ ...MACHINE, diskBytes }, 'primary', 5432);
    expect(settings(200 * GB)).toMatchObject({
      max_wal_size: '4096MB',
      max_slot_wal_keep_size: '8192MB',
    });
    expect(settings(20 * GB)).toMatchObject({
      max_wal_size: '1024MB',
      max_slot_wal_keep_size: '2048MB',
    });
    expect(settings(GB)).toMatchObject({
      max_wal_size: '256MB',
      max_slot_wal_keep_size: '512MB',
    });
  });

  test('gives index builds workers by cores', () => {
    const workers = (cores: number) =>
      serverSettings({ ...MACHINE, cores }, 'primary', 5432)['max_parallel_maintenance_workers'];
    expect([1, 2, 4, 8, 64].map(workers)).toEqual(['1', '1', '2', '4', '4']);
  });

  test('leaves /dev/shm alone where a container has made it small', () => {
    const type = (sharedMemoryBytes: number | undefined) =>
      serverSettings({ ...MACHINE, sharedMemoryBytes }, 'primary', 5432)[
        'dynamic_shared_memory_type'
      ];
    expect(type(64 * 1024 ** 2)).toBe('sysv');
    expect(type(4 * GB)).toBeUndefined();
    expect(type(undefined)).toBeUndefined();
  });

  test('compresses the log with lz4 only where the server has it', () => {
    expect(serverSettings(MACHINE, 'primary', 5432)).not.toHaveProperty('wal_compression');
    expect(serverSettings({ ...MACHINE, hasLz4: true }, 'primary', 5432)).toHaveProperty(
      'wal_compression',
      'lz4',
    );
  });

  test('points a replica at its primary, without the password', () => {
    const source = { port: 6001, user: 'cartload' };
    const replica = serverSettings(MACHINE, 'replica', 6002, source);
    expect(replica).toMatchObject({ port: '6002', primary_slot_name: 'cartload_replica' });
    expect(replica['primary_conninfo']).toBe(
      'host=127.0.0.1 port=6001 user=cartload passfile=cartload.pgpass application_name=cartload_replica',
    );
    expect(serverSettings(MACHINE, 'primary', 6001)).not.toHaveProperty('primary_conninfo');
  });

  test('differs between the nodes in nothing that a replica must have like its primary', () => {
    const source = { port: 6001, user: 'cartload' };
    const primary = serverSettings(MACHINE, 'primary', 6001);
    const replica = serverSettings(MACHINE, 'replica', 6001, source);
    const differing = Object.keys(replica).filter((name) => replica[name] !== primary[name]);
    expect(differing).toEqual([
      'cluster_name',
      'primary_conninfo',
      'primary_slot_name',
      'wal_retrieve_retry_interval',
    ]);
  });
});

test('configurationFile quotes every value', () => {
  expect(configurationFile({ port: '5432', log_line_prefix: "it's %m " })).toBe(
    "port = '5432'\nlog_line_prefix = 'it''s %m '\n",
  );
});
