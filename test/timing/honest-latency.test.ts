import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../src/measurements/run-record.ts';
import { benchRun } from '../helpers/bench-run.ts';
import { type LoadedShop, loadedShop } from '../helpers/loaded-shop.ts';
import { switchableProxy } from '../helpers/switchable-proxy.ts';

let loaded: LoadedShop;

beforeAll(async () => {
  loaded = await loadedShop();
});

afterAll(() => loaded.database.drop());

const STALL_MS = 2000;

/** A run in which the server stands still for two seconds, once, and answers everything after that. */
async function stalledRun(load: string): Promise<RunRecord> {
  const proxy = await switchableProxy(loaded.primary);
  let isStalled = false;
  try {
    return await benchRun(
      loaded,
      `load: { ${load}, duration: 6s, warmup: 500ms, connections: { primary: 4, replica: 1 } }
mix: { view_product: 1 }
routing: { reads: primary }`,
      {
        primary: proxy.address,
        replicas: [],
        onTick({ elapsedMs }) {
          if (isStalled || elapsedMs < 2000) return;
          isStalled = true;
          proxy.stall(STALL_MS);
        },
      },
    );
  } finally {
    await proxy.close();
  }
}

const committed = (record: RunRecord) => record.transactions['view_product']?.latency.committed;

test('a server that stands still for two seconds shows in the open model as shoppers feel it', async () => {
  const record = await stalledRun('executor: constant-arrival-rate, rate: 50/s, process: uniform');
  const latency = committed(record);
  // 300 arrivals; a hundred of them fell into the stall and waited for its end, 1 s in the mean.
  expect(record.transactions['view_product']?.arrivals).toBe(300);
  const p50Ms = (latency?.response.p50.valueUs ?? 0) / 1000;
  const p90Ms = (latency?.response.p90.valueUs ?? 0) / 1000;
  const p99Ms = (latency?.response.p99.valueUs ?? 0) / 1000;
  expect(p50Ms).toBeLessThan(500);
  expect(p90Ms).toBeGreaterThan(0.6 * STALL_MS);
  expect(p99Ms).toBeGreaterThan(0.9 * STALL_MS);
  expect(p99Ms).toBeLessThan(1.5 * STALL_MS);
  // Only those on the four connections saw a slow server; the others waited before it.
  expect((latency?.lag.p90.valueUs ?? 0) / 1000).toBeGreaterThan(0.5 * STALL_MS);
  expect((latency?.service.p90.valueUs ?? 0) / 1000).toBeLessThan(500);
  expect(record.transactions['view_product']?.late).toBeGreaterThan(50);
});

test('in the closed model the same stall hides behind four slow samples', async () => {
  const record = await stalledRun('executor: constant-vus, vus: 4');
  const latency = committed(record);
  expect((latency?.response.p99.valueUs ?? 0) / 1000).toBeLessThan(500);
  expect((latency?.response.maxUs ?? 0) / 1000).toBeGreaterThan(0.9 * STALL_MS);
});
