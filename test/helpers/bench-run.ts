import { expect } from 'vitest';
import { type BenchOptions, runBench } from '../../src/bench/run-bench.ts';
import { type RunRecord, runRecordSchema } from '../../src/measurements/run-record.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { APP_TRANSACTIONS, TRANSACTION_NAMES } from '../../src/workloads/transaction.ts';
import { inlineWorker } from './inline-worker.ts';
import type { LoadedShop } from './loaded-shop.ts';

let runs = 0;

/** A scenario on the smallest shop; throws its problems. */
export function scenarioOf(text: string): Scenario {
  const yaml = `name: test\ndataset: { scale: 1k }\n${text}`;
  const parsed = parseScenario(yaml, 'test.yaml', {
    transactions: TRANSACTION_NAMES,
    appTransactions: APP_TRANSACTIONS,
  });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.scenario;
}

/** Runs a scenario in place on a loaded shop, and checks that its record is one. */
export async function benchRun(
  loaded: Pick<LoadedShop, 'shop' | 'primary' | 'replica'>,
  text: string,
  options: Partial<BenchOptions> = {},
): Promise<RunRecord> {
  const record = await runBench({
    scenario: scenarioOf(text),
    shop: loaded.shop,
    primary: loaded.primary,
    replicas: [loaded.replica],
    pooler: null,
    kind: 'external',
    state: 'in-place',
    id: `test-${process.pid}-${runs++}`,
    command: 'test',
    signal: new AbortController().signal,
    onStep() {},
    onTick() {},
    startWorker: inlineWorker,
    ...options,
  });
  expect(runRecordSchema.safeParse(record).error).toBeUndefined();
  return record;
}
