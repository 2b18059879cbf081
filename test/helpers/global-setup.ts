import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import {
  type ClusterEndpoints,
  EmbeddedCluster,
} from '../../src/database/embedded/embedded-cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cluster: ClusterEndpoints;
  }
}

/** One primary and one replica for all tests that need a server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'cartload-test-'));
  const pgBin = process.env['CARTLOAD_TEST_PG_BIN'];
  const cluster = await EmbeddedCluster.acquire({
    directory,
    command: 'npm test',
    ...(pgBin === undefined ? {} : { pgBin }),
  });
  const tearDown = async () => {
    await cluster.reset();
    await cluster.release();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    project.provide('cluster', await cluster.start());
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}
