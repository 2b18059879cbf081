import { describe, expect, test } from 'vitest';
import type { ConnectionPool } from '../../../src/bench/clients/connection-pool.ts';
import { Dispatcher } from '../../../src/bench/clients/dispatcher.ts';
import { allocateTrace, StatementTrace } from '../../../src/bench/clients/statement-trace.ts';
import type { Recorder, Sample } from '../../../src/bench/workers/recorder.ts';
import { parseScenario } from '../../../src/scenario/parse-scenario.ts';
import { RecentOrders } from '../../../src/workloads/recent-orders.ts';
import type { Shopper } from '../../../src/workloads/shopper.ts';
import {
  APP_TRANSACTIONS,
  TRANSACTION_NAMES,
  type Transaction,
} from '../../../src/workloads/transaction.ts';
import { VirtualClock } from '../../helpers/virtual-clock.ts';

const transaction: Transaction<null> = {
  name: 'checkout',
  access: 'write',
  statements: [],
  input: () => null,
  run: async () => ({ kind: 'done', order: null }),
};

/** Serves one arrival of a scenario and tells what became of it. */
function dispatcherOf(scenarioText: string, pool: object, maxQueue = 0) {
  const yaml = `name: test\nmix: { checkout: 1 }\n${scenarioText}`;
  const parsed = parseScenario(yaml, 'test.yaml', {
    transactions: TRANSACTION_NAMES,
    appTransactions: APP_TRANSACTIONS,
  });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  const ends: string[] = [];
  const sample: Sample = {
    observerFor: () => () => {},
    deadlock: () => ends.push('deadlock'),
    drop: () => ends.push('dropped'),
    abandon: () => ends.push('abandoned'),
    end: ({ end, attempts }) => ends.push(`${end.kind} after ${attempts}`),
  };
  const dispatcher = new Dispatcher({
    scenario: parsed.scenario,
    pick: () => transaction,
    shopperOf: () => ({ word: () => 2 ** 31 }) as Shopper,
    recentOrders: new RecentOrders(),
    router: () => ({ pool: pool as ConnectionPool, fallback: null }),
    maxQueue,
    causalReads: null,
    trace: new StatementTrace(allocateTrace(1), ['checkout'], ['begin', 'rollback']),
    onOrder: () => {},
    recorder: { arrive: () => sample } as unknown as Recorder,
    clock: new VirtualClock(),
    startedAt: 0,
    onFault: (error) => ends.push(String(error)),
  });
  return { dispatcher, ends };
}

const noQueue = 'load: { executor: constant-arrival-rate, rate: 1/s, duration: 1s, maxQueue: 0 }';
const acquire = async () => null;

describe('Dispatcher', () => {
  test('without a queue an arrival still gets an idle connection', async () => {
    const { dispatcher, ends } = dispatcherOf(noQueue, {
      idleConnections: 1,
      queueLength: 0,
      acquire,
    });
    await dispatcher.dispatch({ number: 0, intendedMs: 0 });
    expect(ends).toEqual(['abandoned']);
  });

  test('without a queue it is dropped when none is idle', async () => {
    const { dispatcher, ends } = dispatcherOf(noQueue, {
      idleConnections: 0,
      queueLength: 0,
      acquire,
    });
    await dispatcher.dispatch({ number: 0, intendedMs: 0 });
    expect(ends).toEqual(['dropped']);
  });

  test('the cut ends a backoff, and nothing is tried again', async () => {
    const deadlock = Object.assign(new Error('deadlock'), { code: '40P01', severity: 'ERROR' });
    const session = {
      isLost: false,
      observer: null,
      begin: () => Promise.reject(deadlock),
      rollback: async () => {},
    };
    const { dispatcher, ends } = dispatcherOf(
      `load: { executor: constant-vus, vus: 1, duration: 1s }
retry: { maxAttempts: 9, backoff: { initial: 10s, max: 10s } }`,
      {
        role: 'primary',
        idleConnections: 1,
        acquire: async () => session,
        release: () => {},
        slotOf: () => 0,
      },
    );
    const served = dispatcher.dispatch({ number: 0, intendedMs: 0 });
    await new Promise(setImmediate);
    expect(ends).toEqual(['deadlock']);
    dispatcher.cut();
    await served;
    expect(ends).toEqual(['deadlock', 'failed after 1']);
  });
});
