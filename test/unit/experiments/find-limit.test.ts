import { beforeAll, expect, test } from 'vitest';
import { findLimit } from '../../../src/experiments/capacity/find-limit.ts';
import { judgePoint } from '../../../src/experiments/capacity/judge-point.ts';
import { initHistograms } from '../../../src/measurements/histogram.ts';
import type { RunRecord } from '../../../src/measurements/run-record.ts';
import { samplePoint } from '../../helpers/sample-class.ts';
import { sampleRecord } from '../../helpers/sample-record.ts';

beforeAll(() => initHistograms());

/** A run whose sessions at work were seen waiting like this. */
function waiting(events: Record<string, number>, connections = 16): RunRecord {
  const record = sampleRecord();
  const { server, scenario, client, environment } = record;
  if (server === undefined) throw new Error('the sample was watched');
  const samples = Object.values(events).reduce((sum, each) => sum + each, 0);
  const load = {
    ...(scenario as { load?: object }).load,
    connections: { primary: connections, replica: 1 },
  };
  return {
    ...record,
    scenario: { ...scenario, load },
    client: { ...client, cpuSeconds: 0.1 },
    environment: { ...environment, cores: 2 },
    server: {
      ...server,
      nodes: server.nodes.map((node) => ({
        ...node,
        waits: { ...node.waits, sessionSamples: samples, events },
      })),
    },
  };
}

const limitOf = (events: Record<string, number>, change: Parameters<typeof samplePoint>[2] = {}) =>
  findLimit(
    waiting(events),
    samplePoint(500, false, { cpuShare: 0.4, busyConnections: 3, ...change }),
  );

test.each([
  ['CPU', { CPU: 90, 'IO/DataFileRead': 10 }, { cpuShare: 0.9 }],
  ['CPU', { CPU: 90, 'IO/DataFileRead': 10 }, { cpuShare: null }],
  ['CPU', { CPU: 60, 'Lock/transactionid': 25, 'IO/WalSync': 15 }, { cpuShare: 0.7 }],
  ['locks', { CPU: 30, 'Lock/transactionid': 50, 'LWLock/BufferContent': 20 }, {}],
  ['WAL', { CPU: 30, 'IO/WalSync': 40, 'LWLock/WALWrite': 30 }, {}],
  ['IO', { CPU: 30, 'IO/DataFileRead': 70 }, {}],
  ['connections', { CPU: 10, 'Timeout/PgSleep': 90 }, { busyConnections: 15.5 }],
  ['load generator', { CPU: 90 }, { cpuShare: 0.9, taints: ['client-bound'] }],
  ['unknown', { CPU: 50, 'IO/DataFileRead': 20, 'Lock/tuple': 20, 'IPC/SyncRep': 10 }, {}],
] as const)('%s', (kind, events, change) => {
  const limit = limitOf(events, change as Parameters<typeof samplePoint>[2]);
  expect(limit.kind).toBe(kind);
});

test('the evidence names what most sessions waited for', () => {
  const { evidence } = limitOf({ CPU: 30, 'Lock/transactionid': 50, 'LWLock/BufferContent': 20 });
  expect(evidence).toContainEqual({
    what: 'what most of them waited for',
    value: 'Lock/transactionid 50 %, LWLock/BufferContent 20 %',
  });
});

test('a point holds where every threshold does, and has bounds for what it counted', () => {
  const record = sampleRecord();
  const text = 'checkout.response.p99 < 200ms';
  const judge = (passed: boolean) =>
    judgePoint(
      { ...record, thresholds: [{ text, actual: '212 ms', passed }] },
      { ratePerSecond: 200, phase: 'growth', processors: 2 },
    );
  expect(judge(true)).toMatchObject({ holds: true, missed: [] });
  const point = judge(false);
  expect(point).toMatchObject({ holds: false, missed: [`${text} (212 ms)`] });
  const { value, lower, upper } = point.goodput;
  expect(lower).toBeLessThan(value);
  expect(upper).toBeGreaterThan(value);
  expect(point.response?.p99Us.lower).toBeLessThanOrEqual(point.response?.p99Us.value ?? 0);
  expect(point.busyConnections).toBeGreaterThan(0);
});
