import { describe, expect, test } from 'vitest';
import type { IndexDefinition } from '../../../src/database/index-definitions.ts';
import { scansIn } from '../../../src/database/scan-reasons.ts';
import { redundantTo, servedBy, unserved } from '../../../src/experiments/indexes/index-facts.ts';
import { judgeIndex, judgeMissing } from '../../../src/experiments/indexes/judge-index.ts';
import { candidates } from '../../../src/experiments/indexes/missing-indexes.ts';
import {
  differencesOf,
  mixCost,
  scansOf,
  usersOf,
  weightsOf,
} from '../../../src/experiments/indexes/weigh-replays.ts';
import type { IndexCard, MeasuredIndex } from '../../../src/measurements/index-record.ts';
import type { ReplayedAction } from '../../../src/measurements/replay-record.ts';

const index = (
  name: string,
  keys: string[],
  change: Partial<IndexDefinition> = {},
): IndexDefinition => ({
  name: `shop.${name}`,
  table: 'shop.orders',
  method: 'btree',
  keys,
  included: [],
  predicate: null,
  isUnique: false,
  constraint: null,
  definition: `create index ${name}`,
  bytes: 8192,
  ...change,
});

describe('the catalogue alone', () => {
  test('of two that are the same the later name is redundant, and never one that enforces something', () => {
    const [a, b] = [index('a', ['customer_id']), index('b', ['customer_id'])];
    expect(redundantTo(a, [a, b])).toBeNull();
    expect(redundantTo(b, [a, b])).toEqual({ name: 'shop.a', kind: 'duplicate' });
    const key = index('z', ['customer_id'], { constraint: 'unique', isUnique: true });
    expect(redundantTo(a, [a, key])).toEqual({ name: 'shop.z', kind: 'duplicate' });
    expect(redundantTo(key, [a, key])).toBeNull();
  });

  test('the beginning of a wider one is redundant, if both hold the same rows in the same order', () => {
    const wide = index('wide', ['customer_id', 'placed_at']);
    const narrow = index('narrow', ['customer_id']);
    const all = (other: IndexDefinition) => redundantTo(narrow, [narrow, other]);
    expect(all(wide)).toEqual({ name: 'shop.wide', kind: 'prefix' });
    expect(all({ ...wide, predicate: "(status = 'open')" })).toBeNull();
    expect(all({ ...wide, keys: ['customer_id desc', 'placed_at'] })).toBeNull();
    expect(all({ ...wide, keys: ['placed_at', 'customer_id'] })).toBeNull();
    expect(all({ ...wide, table: 'shop.carts' })).toBeNull();
    expect(all({ ...wide, method: 'gin' })).toBeNull();
    const covering = index('covering', ['customer_id'], { included: ['total_cents'] });
    expect(redundantTo(covering, [covering, wide])).toBeNull();
  });

  test('a foreign key is served by an index that begins with its columns, in any order', () => {
    const key = {
      name: 'orders_customer_fkey',
      table: 'shop.orders',
      columns: ['customer_id'],
      referenced: 'shop.customers',
    };
    const good = index('good', ['customer_id', 'placed_at']);
    expect(servedBy(good, [key])).toEqual([key]);
    expect(unserved([key], [good])).toEqual([]);
    expect(unserved([key], [index('other', ['placed_at', 'customer_id'])])).toEqual([key]);
    expect(unserved([key], [{ ...good, predicate: 'open' }])).toEqual([key]);
    const pair = { ...key, columns: ['b', 'a'] };
    expect(servedBy(index('pair', ['a', 'b', 'c']), [pair])).toEqual([pair]);
  });
});

const action = (name: string, change: Partial<ReplayedAction> = {}): ReplayedAction => ({
  name,
  executions: 100,
  outcomes: { committed: 100, rejected: 0, failed: 0 },
  buffers: 100,
  rows: 1,
  walBytes: 1000,
  walRecords: 10,
  cpuMs: 1,
  sequentialScans: {},
  indexScans: { 'shop.orders_customer_idx': 2 },
  indexWalBytes: {},
  updates: {},
  hotUpdates: {},
  statements: [
    {
      name: `${name}.read`,
      calls: 100,
      buffers: 4,
      rows: 1,
      walRecords: 0,
      plans: ['Limit (Index Scan orders_customer_idx)'],
      answers: '100 rows, ab',
      scans: [],
    },
  ],
  ...change,
});

describe('what replays say of a mix', () => {
  const weights = weightsOf({ view: 6, checkout: 3 }, 'checkout');
  const actions = [action('view'), action('checkout', { buffers: 300, cpuMs: 4 })];

  test('all that comes with a thousand headline transactions', () => {
    expect(weights).toEqual({ view: 2, checkout: 1 });
    expect(mixCost(actions, weights)).toEqual({
      buffers: 500_000,
      walBytes: 3_000_000,
      cpuMs: 6000,
    });
    expect(mixCost([action('view', { cpuMs: null })], weights).cpuMs).toBeNull();
    expect(scansOf(actions, weights, 'shop.orders_customer_idx')).toBe(6000);
  });

  test('who uses an index, by its whole name', () => {
    expect(usersOf(actions, 'shop.orders_customer_idx')).toEqual(['view.read', 'checkout.read']);
    expect(usersOf(actions, 'shop.customer_idx')).toEqual([]);
    expect(usersOf(actions, 'shop.orders_customer')).toEqual([]);
  });

  test('statements with another plan, and those with other answers', () => {
    const [statement] = action('view').statements;
    if (statement === undefined) throw new Error('it has one');
    const without = [
      action('view', {
        statements: [
          { ...statement, plans: ['Seq Scan orders'], buffers: 90, answers: '99 rows, cd' },
        ],
      }),
      action('checkout'),
    ];
    expect(differencesOf(actions, without)).toEqual({
      otherAnswers: ['view.read'],
      plans: [
        {
          action: 'view',
          statement: 'view.read',
          with: ['Limit (Index Scan orders_customer_idx)'],
          without: ['Seq Scan orders'],
          buffersWith: 4,
          buffersWithout: 90,
        },
      ],
    });
  });
});

describe('the verdict', () => {
  const whole = { buffers: 500_000, walBytes: 3_000_000, cpuMs: 6000 };
  const measured = (change: Partial<MeasuredIndex> = {}): MeasuredIndex => ({
    buffers: 0,
    walBytes: 40_960,
    ownWalBytes: 32_768,
    hotUpdates: 0,
    apart: null,
    netCpuMs: { value: 0, lower: -60, upper: 60 },
    rounds: 6,
    plans: [],
    otherAnswers: [],
    ...change,
  });
  const judge = (change: Partial<IndexCard>) =>
    judgeIndex(
      {
        name: 'shop.i',
        table: 'shop.orders',
        definition: '',
        bytes: 8192,
        enforces: null,
        foreignKeys: [],
        usedBy: ['view.read'],
        scans: 2000,
        usage: [],
        cachedBytes: null,
        leafDensity: null,
        checks: [],
        redundantTo: null,
        measured: measured(),
        duet: null,
        ...change,
      },
      whole,
    );

  test.each([
    ['structural', { enforces: 'primary key' as const, measured: null }],
    ['structural', { foreignKeys: ['fk'], usedBy: [], scans: 0 }],
    ['keep', { measured: measured({ netCpuMs: { value: 90, lower: 40, upper: 140 } }) }],
    ['keep', { measured: measured({ buffers: 50_000 }) }],
    ['drop candidate', { usedBy: [], scans: 0 }],
    ['drop candidate', { redundantTo: { name: 'shop.j', kind: 'prefix' as const } }],
    [
      'drop candidate',
      { measured: measured({ netCpuMs: { value: -90, lower: -140, upper: -40 } }) },
    ],
    [
      'drop candidate',
      { measured: measured({ buffers: -20_000, netCpuMs: null, hotUpdates: 900 }) },
    ],
    ['neutral', { measured: measured({ netCpuMs: { value: 2, lower: -10, upper: 12 } }) }],
    ['undecided', {}],
    ['undecided', { measured: measured({ netCpuMs: null, rounds: 0 }) }],
  ])('%s', (verdict, change) => {
    expect(judge(change).verdict).toBe(verdict);
  });

  test.each([
    ['regression', 'keep'],
    ['improvement', 'drop candidate'],
    ['pass', 'neutral'],
    ['undecided', 'undecided'],
  ] as const)('what replays leave open a duet decides: %s', (verdict, expected) => {
    const cpu = { value: 0.031, lower: 0.02, upper: 0.04 };
    const judged = judge({ duet: { clonePairs: 24, verdict, cpu, serviceTime: null } });
    expect(judged.verdict).toBe(expected);
    expect(judged.reason.includes('24 clone pairs under load')).toBe(verdict !== 'undecided');
  });

  test('what only the replica reads is called so, and a read in the run alone is one', () => {
    const node = { entriesRead: 9, rowsFetched: 9, blocksHit: 9, blocksRead: 0 };
    const usage = [
      { node: 'primary', scans: 0, ...node },
      { node: 'replica', scans: 40, ...node },
    ];
    const judged = judge({ usage, usedBy: [], scans: 0, measured: measured({ buffers: 50_000 }) });
    expect(judged.verdict).toBe('keep');
    expect(judged.reason).toMatch(/Only the replica reads it/);
    expect(judge({ usage, usedBy: [], scans: 0 }).verdict).toBe('undecided');
  });

  test('updates that it keeps from being HOT and checks that it serves are part of the reason', () => {
    expect(judge({ usedBy: [], scans: 0, measured: measured({ hotUpdates: 812.4 }) }).reason).toBe(
      'Nothing in this mix reads it, and it costs 40 KiB of log, and keeps 812 updates from being HOT.',
    );
    const checks = [{ foreignKey: 'fk', buffersWith: 3, buffersWithout: 700 }];
    expect(judge({ foreignKeys: ['fk'], checks, usedBy: [], scans: 0 }).reason).toMatch(
      /a check reads 700 buffers without it, 3 with it\.$/,
    );
    expect(judgeMissing({ measured: measured(), checks }, whole)).toMatchObject({
      verdict: 'structural',
      reason: expect.stringMatching(/deletes nothing there.* reads 700 buffers/),
    });
  });

  test('a missing one is worth it where it spares buffers, and not where nothing would read it', () => {
    const of = (change: Partial<MeasuredIndex>) =>
      judgeMissing({ measured: measured(change), checks: [] }, whole).verdict;
    expect(of({ buffers: 50_000 })).toBe('worth it');
    expect(of({ buffers: 0 })).toBe('not worth it');
    expect(of({ buffers: 3000 })).toBe('undecided');
  });
});

describe('what might be missing', () => {
  const plan = (filter: string, sortKey?: string[]) => ({
    'Node Type': 'Limit',
    Plans: [
      {
        'Node Type': 'Sort',
        ...(sortKey === undefined ? {} : { 'Sort Key': sortKey }),
        Plans: [
          {
            'Node Type': 'Seq Scan',
            Schema: 'shop',
            'Relation Name': 'orders',
            Alias: 'o',
            Filter: filter,
          },
        ],
      },
    ],
  });

  test('the columns that a scan of a whole table compares, and those that it is sorted by', () => {
    expect(
      scansIn(
        plan("((o.status = 'open'::shop.order_status) AND (o.total_cents > 100))", [
          'o.placed_at DESC',
          'o.id',
        ]),
        [],
      ),
    ).toEqual([
      { table: 'shop.orders', equal: ['status'], ordered: ['total_cents', 'placed_at', 'id'] },
    ]);
    expect(scansIn(plan('(lower(o.note) = $1)'), [])).toEqual([
      { table: 'shop.orders', equal: [], ordered: [] },
    ]);
    expect(scansIn({ 'Node Type': 'Index Scan', 'Relation Name': 'orders' }, [])).toEqual([]);
  });

  test('one column, or two in the right order; nothing twice, and nothing that is there', () => {
    const scan = {
      statement: 'view.read',
      table: 'shop.orders',
      equal: ['status'],
      ordered: ['placed_at', 'id'],
    };
    const key = {
      name: 'fk',
      table: 'shop.orders',
      columns: ['coupon_id'],
      referenced: 'shop.coupons',
    };
    expect(candidates([scan, scan], [key], [])).toEqual([
      {
        table: 'shop.orders',
        columns: ['status'],
        why: 'view.read reads the whole table',
        foreignKey: null,
      },
      {
        table: 'shop.orders',
        columns: ['status', 'placed_at'],
        why: 'view.read reads the whole table',
        foreignKey: null,
      },
      {
        table: 'shop.orders',
        columns: ['coupon_id'],
        why: 'serves the foreign key to coupons, where each delete reads the whole table',
        foreignKey: key,
      },
    ]);
    const there = [index('i', ['status', 'placed_at', 'id']), index('c', ['coupon_id'])];
    expect(candidates([scan], [key], there)).toEqual([]);
  });
});
