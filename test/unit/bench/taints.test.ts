import { describe, expect, test } from 'vitest';
import { findTaints, type TaintFacts } from '../../../src/bench/verdict/taints.ts';
import { parseScenario } from '../../../src/scenario/parse-scenario.ts';
import { APP_TRANSACTIONS, TRANSACTION_NAMES } from '../../../src/workloads/transaction.ts';
import { sampleRecord } from '../../helpers/sample-record.ts';

const record = sampleRecord();

function facts(text: string, changes: Partial<TaintFacts> = {}): TaintFacts {
  const yaml = `name: test
load: { executor: constant-arrival-rate, rate: 10/s, duration: 1s }
mix: { checkout: 1, view_product: 1 }
routing: { reads: replica }
${text}`;
  const parsed = parseScenario(yaml, 'test.yaml', {
    transactions: TRANSACTION_NAMES,
    appTransactions: APP_TRANSACTIONS,
  });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  const { client, replication, transactions } = record;
  return {
    scenario: parsed.scenario,
    client,
    replication,
    transactions,
    settlement: { hasSessionsLeft: false, targetFailure: null },
    lostConnections: 0,
    outages: [],
    clockJumpMs: 3,
    isPooled: false,
    prepares: 'named',
    series: { intervalMs: 250, points: [] },
    phases: record.phases,
    coldCacheReason: null,
    ...changes,
  };
}

const rules = (given: TaintFacts) => findTaints(given).map(({ rule, level }) => `${rule} ${level}`);

describe('findTaints', () => {
  test('an ordinary run has none', () => {
    expect(rules(facts(''))).toEqual([]);
  });

  test('reads that wanted a replica and had none', () => {
    expect(rules(facts('', { replication: null }))).toEqual(['no-replica note']);
  });

  test('serializable reads on a replica', () => {
    expect(rules(facts('isolation: serializable'))).toEqual(['replica-isolation note']);
  });

  test('a replica that did not answer', () => {
    const { replication } = record;
    if (replication === null) throw new Error('the sample has a replica');
    const silent = { ...replication, age: { ...replication.age, unknown: 3 } };
    const [taint] = findTaints(facts('', { replication: silent }));
    expect(taint).toMatchObject({ rule: 'replica-unreachable', level: 'suspect' });
    expect(taint?.text).toContain('3 of 703 samples');
  });

  test('a target that could not be asked, sessions that did not end', () => {
    const gone = { hasSessionsLeft: false, targetFailure: 'connection refused' };
    expect(rules(facts('', { settlement: gone }))).toEqual(['target-failed invalid']);
    const busy = { hasSessionsLeft: true, targetFailure: null };
    expect(rules(facts('', { settlement: busy }))).toEqual(['sessions-left suspect']);
  });
});
