import { describe, expect, test } from 'vitest';
import {
  countersBetween,
  normalised,
  type ServerCounters,
  viewOf,
} from '../../../src/database/server-statistics.ts';

describe('viewOf', () => {
  test.each([
    ['checkpoints', 150_018, 'pg_stat_bgwriter'],
    ['checkpoints', 160_004, 'pg_stat_bgwriter'],
    ['checkpoints', 170_000, 'pg_stat_checkpointer'],
    ['checkpoints', 180_004, 'pg_stat_checkpointer'],
    ['io', 160_000, 'op_bytes'],
    ['io', 170_005, 'op_bytes'],
    ['io', 180_000, 'read_bytes'],
    ['conflicts', 150_018, 'confl_deadlock'],
    ['conflicts', 160_000, 'confl_active_logicalslot'],
    ['wal', 150_018, 'pg_stat_wal'],
    ['wal', 180_004, 'pg_stat_wal'],
  ])('%s of %i is read from %s', (name, version, part) => {
    expect(viewOf(name, version)).toContain(part);
  });

  test('what a version does not have is not asked for', () => {
    expect(viewOf('io', 150_018)).toBeNull();
    expect(viewOf('conflicts', 150_018)).not.toContain('logicalslot');
    expect(viewOf('io', 180_000)).not.toContain('op_bytes');
  });
});

test('a statement is found again whatever numbers its constants were given', () => {
  const ours = `select id from shop.products where status = 'active' and id = $1 limit 10`;
  const theirs = 'select id from shop.products\n  where status = $2 and id = $1 limit $3';
  expect(normalised(theirs)).toBe(normalised(ours));
  expect(normalised(ours)).not.toBe(normalised(ours.replace('id = $1', 'id > $1')));
});

describe('countersBetween', () => {
  const nothing: ServerCounters = {
    database: {},
    wal: null,
    checkpoints: null,
    io: null,
    conflicts: null,
    tables: {},
    indexes: {},
    statements: null,
  };

  test('is what was added; of a table that is new, and of a counter that was reset, all', () => {
    const before = { ...nothing, database: { commits: 10, deadlocks: 5 }, tables: { a: { n: 1 } } };
    const after = {
      ...nothing,
      database: { commits: 25, deadlocks: 2 },
      tables: { a: { n: 4 }, b: { n: 7 } },
    };
    expect(countersBetween(before, after)).toEqual({
      ...nothing,
      database: { commits: 15, deadlocks: 2 },
      tables: { a: { n: 3 }, b: { n: 7 } },
    });
  });
});
