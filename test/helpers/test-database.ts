import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** An empty database of its own on the cluster of the test run. */
export interface TestDatabase {
  /** As superuser, on the primary. */
  readonly url: string;
  /** The same database on the replica. */
  readonly replicaUrl: string;
  /** Fails when a test has leaked a connection. */
  drop(): Promise<void>;
}

export async function testDatabase(): Promise<TestDatabase> {
  const { primaryUrl, replicaUrl } = inject('cluster');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(primaryUrl, `create database ${name}`);
  // Nothing may depend on the server's time zone.
  await onServer(primaryUrl, `alter database ${name} set timezone = 'America/St_Johns'`);
  return {
    url: withDatabase(primaryUrl, name),
    replicaUrl: withDatabase(replicaUrl, name),
    drop: () => onServer(primaryUrl, `drop database ${name}`),
  };
}

function withDatabase(url: string, name: string): string {
  const result = new URL(url);
  result.pathname = `/${name}`;
  return result.href;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
