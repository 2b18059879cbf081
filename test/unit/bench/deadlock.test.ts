import { describe, expect, test } from 'vitest';
import { readDeadlock } from '../../../src/bench/clients/deadlock-report.ts';
import { allocateTrace, StatementTrace } from '../../../src/bench/clients/statement-trace.ts';

describe('readDeadlock', () => {
  test.each([
    {
      language: 'English',
      detail:
        'Process 4242 waits for ShareLock on transaction 991; blocked by process 4243.\nProcess 4243 waits for ShareLock on transaction 990; blocked by process 4242.',
      where:
        'while updating tuple (0,5) in relation "inventory"\nSQL statement "update shop.inventory"',
    },
    {
      language: 'German',
      detail:
        'Prozess 4242 wartet auf ShareLock-Sperre auf Transaktion 991; blockiert von Prozess 4243.\nProzess 4243 wartet auf ShareLock-Sperre auf Transaktion 990; blockiert von Prozess 4242.',
      where: 'beim Aktualisieren von Tupel (0,5) in Relation »inventory«',
    },
    {
      language: 'French',
      detail:
        'Le processus 4242 attend ShareLock sur transaction 991 ; bloqué par le processus 4243.\nLe processus 4243 attend ShareLock sur transaction 990 ; bloqué par le processus 4242.',
      where: 'lors de la mise à jour de la ligne (0,5) dans la relation « inventory »',
    },
    {
      language: 'Japanese',
      detail:
        'プロセス 4242 は ShareLock を トランザクション 991 で待機していましたが、プロセス 4243 でブロックされました\nプロセス 4243 は ShareLock を トランザクション 990 で待機していましたが、プロセス 4242 でブロックされました',
      where: 'リレーション"inventory"のタプル(0,5)の更新中',
    },
  ])('speaks $language', ({ detail, where }) => {
    expect(readDeadlock({ detail, where }, 4242)).toEqual({
      blockerPid: 4243,
      processes: 2,
      relation: 'inventory',
    });
  });

  test('a text that says nothing is nothing', () => {
    const nothing = { blockerPid: null, processes: 0, relation: null };
    expect(readDeadlock({}, 1)).toEqual(nothing);
    expect(readDeadlock({ detail: 'busy', where: '' }, 1)).toEqual(nothing);
  });
});

describe('StatementTrace', () => {
  const names = ['', 'begin', 'lock', 'update', 'commit'];
  const create = () => new StatementTrace(allocateTrace(3), ['view', 'checkout'], names);

  test('of several statements around the moment, the one that waited longest', () => {
    const trace = create();
    trace.connect(1, 77);
    trace.start(1, 'checkout', 'begin', 0);
    trace.end(1, 1);
    trace.start(1, 'checkout', 'lock', 1);
    trace.end(1, 1003);
    trace.start(1, 'checkout', 'update', 1003);
    trace.end(1, 1004);
    trace.start(1, 'checkout', 'commit', 1004);
    expect(trace.underWay(77, 1005)).toEqual({ transaction: 'checkout', statement: 'lock' });
    expect(trace.underWay(77, 1100)).toEqual({ transaction: 'checkout', statement: 'commit' });
    expect(trace.underWay(77, 0.5)).toEqual({ transaction: 'checkout', statement: 'begin' });
  });

  test('a stranger, a session that has started nothing, and one that was replaced', () => {
    const trace = create();
    trace.connect(0, 5);
    expect(trace.underWay(99, 10)).toBeNull();
    expect(trace.underWay(5, 10)).toBeNull();
    trace.start(0, 'view', 'lock', 1);
    trace.connect(0, 6);
    expect(trace.underWay(5, 10)).toBeNull();
    expect(trace.underWay(6, 10)).toBeNull();
  });

  test('keeps the last statements only, each session its own', () => {
    const trace = create();
    trace.connect(0, 5);
    trace.connect(2, 6);
    for (let k = 0; k < 100; k++) {
      trace.start(0, 'view', k % 2 === 0 ? 'lock' : 'update', k);
      trace.end(0, k + 0.5);
    }
    trace.start(2, 'checkout', 'commit', 99);
    expect(trace.underWay(5, 99.4)).toEqual({ transaction: 'view', statement: 'lock' });
    expect(trace.underWay(6, 99.4)).toEqual({ transaction: 'checkout', statement: 'commit' });
  });
});
