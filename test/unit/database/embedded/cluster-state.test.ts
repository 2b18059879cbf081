import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  readClusterState,
  updateClusterState,
} from '../../../../src/database/embedded/cluster-state.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cartload-state-'));
  file = join(directory, 'cluster.json');
});

afterEach(() => rmSync(directory, { recursive: true }));

test('a cluster that is not there is not kept running', async () => {
  expect(await readClusterState(file)).toEqual({ ports: {}, isKeptRunning: false });
});

test('changes keep the rest, and leave no draft', async () => {
  await updateClusterState(file, { ports: { primary: 6001, replica: 6002 } });
  await updateClusterState(file, { isKeptRunning: true });
  expect(await readClusterState(file)).toEqual({
    ports: { primary: 6001, replica: 6002 },
    isKeptRunning: true,
  });
  expect(readdirSync(directory)).toEqual(['cluster.json']);
});

test.each(['', '{"ports": {', 'null', '[]'])('a damaged file (%j) holds nothing', async (text) => {
  writeFileSync(file, text);
  expect(await readClusterState(file)).toEqual({ ports: {}, isKeptRunning: false });
});
