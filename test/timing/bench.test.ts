import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BenchOptions } from '../../src/bench/run-bench.ts';
import { benchRun } from '../helpers/bench-run.ts';
import { type LoadedShop, loadedShop } from '../helpers/loaded-shop.ts';
import { switchableProxy } from '../helpers/switchable-proxy.ts';

let loaded: LoadedShop;
let admin: pg.Client;

beforeAll(async () => {
  loaded = await loadedShop();
});

beforeEach(async () => {
  admin = new pg.Client({ connectionString: loaded.database.url });
  await admin.connect();
  return () => admin.end();
});

afterAll(() => loaded.database.drop());

const run = (text: string, options: Partial<BenchOptions> = {}) => benchRun(loaded, text, options);

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const SHORT = `load: { executor: constant-arrival-rate, rate: 50/s, duration: 1s, warmup: 0s }
mix: { checkout: 1 }
`;

describe('a run of every transaction', () => {
  test('ends with the books in balance, reads on the replica, every arrival accounted for', async () => {
    const record = await run(`
load: { executor: constant-arrival-rate, rate: 100/s, process: uniform, duration: 2s, warmup: 500ms, connections: { primary: 4, replica: 4 } }
mix: { view_product: 2, browse_category: 2, search: 2, add_to_cart: 2, view_cart: 2, checkout: 4, order_history: 2 }
routing: { reads: replica }
thresholds: [ "failed of arrivals < 1%", "checkout.response.p99 < 1ms" ]`);
    const { transactions, books, thresholds, verdict } = record;
    const arrivals = Object.values(transactions).reduce((all, each) => all + each.arrivals, 0);
    expect(arrivals).toBe(200);
    for (const [name, transaction] of Object.entries(transactions)) {
      expect(sum(transaction.outcomes), name).toBe(transaction.arrivals);
      expect(transaction.outcomes.committed, name).toBeGreaterThan(0);
      const where = transaction.access === 'read' ? 'replica' : 'primary';
      expect(transaction.nodes, name).toEqual({ [where]: transaction.arrivals });
    }
    expect(books).toMatchObject({ missing: 0, different: 0, doubled: 0, unexpected: 0 });
    expect(books.acknowledged).toBeGreaterThan(0);
    expect(books.balanced).toBe(true);
    expect(thresholds.map(({ passed }) => passed)).toEqual([true, false]);
    expect(verdict).toMatchObject({ status: 'fail', exitCode: 1 });
    const names = record.statements.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['begin', 'checkout.place_order', 'commit']));
    const reads = Object.values(transactions).filter(({ access }) => access === 'read');
    const readArrivals = reads.reduce((all, each) => all + each.arrivals, 0);
    expect(record.replication?.readsOnReplica).toBe(readArrivals);
    expect(record.replication?.readsSentToPrimary).toBe(0);
  });

  test('writes into no schema of the database but its own', async () => {
    const { rows } = await admin.query(
      `select extname, nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
       where nspname not in ('pg_catalog') order by extname collate "C"`,
    );
    expect(rows).toEqual(
      ['pg_prewarm', 'pg_stat_statements', 'pg_trgm', 'pgcrypto'].map((extname) => ({
        extname,
        nspname: 'cartload',
      })),
    );
  });

  test('settings are those of the load, and what the server does not take is refused before it', async () => {
    const record = await run(`${SHORT}settings: { default_transaction_read_only: on }\n`);
    expect(record.transactions['checkout']?.otherSqlStates).toEqual({
      '25006': record.transactions['checkout']?.arrivals,
    });
    expect(record.books.balanced).toBe(true);
    await expect(run(`${SHORT}settings: { shared_buffers: 1GB }\n`)).rejects.toMatchObject({
      code: 'BAD_SCENARIO',
      message: expect.stringMatching(/settings\.shared_buffers: .*restart/),
    });
    await expect(run(`${SHORT}settings: { work_mm: 1MB }\n`)).rejects.toThrow(
      /settings\.work_mm: unrecognized/,
    );
  });

  test('works without a replica', async () => {
    const record = await run(
      `
load: { executor: constant-vus, vus: 2, duration: 1s, warmup: 200ms, connections: { primary: 2, replica: 2 } }
mix: { view_product: 1, checkout: 1 }`,
      { replicas: [] },
    );
    expect(record.replication).toBeNull();
    expect(record.verdict.status).toBe('pass');
    expect(record.transactions['view_product']?.nodes).toEqual({
      primary: record.transactions['view_product']?.arrivals,
    });
  });

  test('at serializable, failures are retried and counted', async () => {
    const record = await run(`
load: { executor: constant-vus, vus: 6, duration: 2s, warmup: 200ms, connections: { primary: 6, replica: 2 } }
mix: { checkout: 1 }
access: { hot: { products: 2, share: 0.9 } }
checkout: { lockOrder: sorted }
isolation: serializable`);
    const checkout = record.transactions['checkout'];
    expect(checkout?.failedAttempts.serialization).toBeGreaterThan(0);
    expect(checkout?.outcomes.committed).toBeGreaterThan(0);
    expect(record.books.balanced).toBe(true);
  });
});

describe('deadlocks', () => {
  test('locking in the order of the cart makes real ones: retried, counted, books in balance', async () => {
    const record = await run(`
load: { executor: constant-vus, vus: 8, duration: 4s, warmup: 0s, connections: { primary: 8, replica: 1 } }
mix: { checkout: 1 }
access: { hot: { products: 3, share: 0.9 } }
checkout: { lockOrder: cart }
retry: { maxAttempts: 10 }`);
    const checkout = record.transactions['checkout'];
    expect(checkout?.failedAttempts.deadlock).toBeGreaterThan(0);
    expect(record.deadlocks.count).toBe(checkout?.failedAttempts.deadlock);
    expect(record.deadlocks.serverCount).toBeGreaterThanOrEqual(record.deadlocks.count);
    const { pairs } = record.deadlocks;
    expect(pairs.reduce((all, { count }) => all + count, 0)).toBe(record.deadlocks.count);
    const stockMovement = {
      transaction: 'checkout',
      statement: expect.stringMatching(/^checkout\.(take_stock|record_movement|fill_cart)/),
    };
    for (const pair of pairs) {
      expect(pair).toMatchObject({ victim: stockMovement, relation: 'inventory' });
      expect(pair.waitedMs).toBeGreaterThanOrEqual(
        pair.count * 0.9 * (record.deadlocks.deadlockTimeoutMs ?? 0),
      );
    }
    const named = pairs.filter(({ blocker }) => blocker !== null);
    expect(named.length).toBeGreaterThan(0);
    for (const { blocker } of named) expect(blocker).toEqual(stockMovement);
    expect(checkout?.attempts.slice(1).some((arrivals) => arrivals > 0)).toBe(true);
    expect(checkout?.wastedMs).toBeGreaterThan(0);
    expect(record.books.balanced).toBe(true);
  });

  test('sorted locking makes none', async () => {
    const record = await run(`
load: { executor: constant-vus, vus: 8, duration: 2s, warmup: 0s, connections: { primary: 8, replica: 1 } }
mix: { checkout: 1 }
access: { hot: { products: 3, share: 0.9 } }
checkout: { lockOrder: sorted }`);
    expect(record.deadlocks).toMatchObject({ count: 0, serverCount: 0 });
    expect(record.transactions['checkout']?.outcomes.committed).toBeGreaterThan(0);
    expect(record.books.balanced).toBe(true);
  });
});

describe('failures', () => {
  test('connections lost in the middle: counted, replaced, in-doubt commits settled', async () => {
    let isRunning = false;
    const kill = setInterval(() => {
      if (!isRunning) return;
      void admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name like 'cartload bench %'
           and state <> 'idle'
         limit 1`,
      );
    }, 200);
    const record = await run(
      `
load: { executor: constant-arrival-rate, rate: 150/s, duration: 3s, warmup: 0s, connections: { primary: 6, replica: 2 } }
mix: { checkout: 1 }`,
      {
        onStep: (step) => {
          isRunning = step === 'running test';
        },
      },
    ).finally(() => clearInterval(kill));
    const checkout = record.transactions['checkout'];
    expect(checkout?.outcomes.connection).toBeGreaterThan(0);
    expect(checkout?.outcomes.committed).toBeGreaterThan(0);
    expect(record.taints.map(({ rule }) => rule)).toContain('connection-loss');
    const { inDoubt } = record.books;
    expect(inDoubt.total).toBe(inDoubt.committed + inDoubt.lost);
    expect(record.books.balanced).toBe(true);
  });

  test('an overrun queue drops arrivals, and the percentile says it is a lower bound', async () => {
    const record = await run(
      `
load: { executor: constant-arrival-rate, rate: 200/s, duration: 1s, warmup: 0s, gracefulStop: 300ms, maxQueue: 20, connections: { primary: 4, replica: 1 } }
mix: { view_product: 1, checkout: 1 }
routing: { reads: replica }
thresholds: [ "view_product.response.p50 < 10s", "checkout.response.p50 < 10s" ]`,
      {
        // Nobody can place an order meanwhile.
        onStep: (step) => {
          if (step === 'running test')
            void admin.query('begin; lock table shop.orders in share mode');
        },
      },
    ).finally(() => admin.query('rollback'));
    const checkout = record.transactions['checkout'];
    expect(checkout?.outcomes.dropped).toBeGreaterThan(0);
    expect(checkout?.outcomes.unfinished).toBeGreaterThan(0);
    expect(sum(checkout?.outcomes ?? {})).toBe(checkout?.arrivals);
    expect(record.thresholds.map(({ passed }) => passed)).toEqual([true, false]);
    expect(record.books.balanced).toBe(true);
  });

  test('an empty shelf is a rejection, not a failure', async () => {
    await admin.query('update shop.inventory set reserved = on_hand');
    const record = await run(`
load: { executor: constant-vus, vus: 1, duration: 1s, warmup: 0s, connections: { primary: 1, replica: 1 } }
mix: { checkout: 1 }`).finally(() => admin.query('update shop.inventory set reserved = 0'));
    const checkout = record.transactions['checkout'];
    expect(checkout?.outcomes.rejected).toBe(checkout?.arrivals);
    // Card and coupon are looked at first.
    expect(checkout?.rejections['out_of_stock']).toBeGreaterThan(0.7 * (checkout?.arrivals ?? 0));
    expect(record.verdict).toMatchObject({ status: 'invalid', exitCode: 4 });
  });

  test('a target that hangs for good ends the run in time; what was measured is kept', async () => {
    const proxy = await switchableProxy(loaded.primary);
    const record = await run(
      `
load: { executor: constant-vus, vus: 3, duration: 2s, warmup: 0s, gracefulStop: 500ms, connections: { primary: 3, replica: 1 } }
mix: { checkout: 1 }`,
      {
        primary: proxy.address,
        onTick: ({ elapsedMs }) => {
          if (elapsedMs > 1000) proxy.hang();
        },
      },
    ).finally(() => proxy.close());
    const checkout = record.transactions['checkout'];
    expect(checkout?.outcomes.committed).toBeGreaterThan(0);
    // Whichever was at its COMMIT is in doubt instead.
    expect(checkout?.outcomes.unfinished).toBeGreaterThan(0);
    expect(sum(checkout?.outcomes ?? {})).toBe(checkout?.arrivals);
    expect(record.phases.measurement).toEqual({ startMs: 0, endMs: 2000 });
    expect(record.books).toMatchObject({ checked: false, balanced: false });
    expect(record.books.acknowledged).toBeGreaterThan(0);
    expect(record.deadlocks.serverCount).toBeNull();
    expect(record.taints.map(({ rule }) => rule)).toContain('target-failed');
    expect(record.verdict).toMatchObject({ status: 'invalid', exitCode: 5 });
  });

  test('a target that comes back soon after the run still has its books checked', async () => {
    const proxy = await switchableProxy(loaded.primary);
    const record = await run(
      `
load: { executor: constant-arrival-rate, rate: 50/s, duration: 1s, warmup: 0s, gracefulStop: 300ms, connections: { primary: 3, replica: 1 } }
mix: { checkout: 1 }`,
      {
        primary: proxy.address,
        onTick: ({ elapsedMs }) => {
          if (elapsedMs > 500) proxy.refuse();
        },
        onStep: (step) => {
          if (step === 'checking the books') setTimeout(() => proxy.serve(), 1000);
        },
      },
    ).finally(() => proxy.close());
    expect(record.transactions['checkout']?.outcomes.committed).toBeGreaterThan(0);
    expect(record.books).toMatchObject({ checked: true, balanced: true });
    expect(record.taints.map(({ rule }) => rule)).toContain('connection-loss');
  });

  test('a replica that hangs is told of, and reads go to the primary', async () => {
    const proxy = await switchableProxy(loaded.replica);
    const record = await run(
      `
load: { executor: constant-arrival-rate, rate: 50/s, duration: 3s, warmup: 0s, gracefulStop: 300ms, connections: { primary: 3, replica: 2 } }
mix: { view_product: 1 }
routing: { reads: replica-if-fresh, maxLag: 500ms }`,
      {
        replicas: [proxy.address],
        onTick: ({ elapsedMs }) => {
          if (elapsedMs > 500) proxy.hang();
        },
      },
    ).finally(() => proxy.close());
    const { replication, transactions } = record;
    expect(replication?.age.unknown).toBeGreaterThan(0);
    expect(replication?.readsSentToPrimary).toBe(transactions['view_product']?.nodes['primary']);
    expect(replication?.readsSentToPrimary).toBeGreaterThan(0);
    expect(record.taints.map(({ rule }) => rule)).toContain('replica-unreachable');
  });

  test('Ctrl-C in the graceful stop shortens it; the measurement was complete', async () => {
    const abort = new AbortController();
    const record = await run(
      `
load: { executor: constant-vus, vus: 2, duration: 1s, warmup: 0s, gracefulStop: 60s, connections: { primary: 2, replica: 1 } }
mix: { checkout: 1 }
timeouts: { statement: 5s, lock: 5s }`,
      {
        signal: abort.signal,
        onTick: ({ elapsedMs }) => {
          if (elapsedMs > 500)
            void admin.query('begin; lock table shop.orders in share mode').catch(() => {});
          if (elapsedMs > 1000) abort.abort(new Error('enough'));
        },
      },
    ).finally(() => admin.query('rollback'));
    expect(abort.signal.aborted).toBe(true);
    expect(record.interrupted).toBe(false);
    expect(record.phases.measurement.endMs).toBe(1000);
    expect(record.books.balanced).toBe(true);
  });

  test('an interrupted run keeps what it measured', async () => {
    const abort = new AbortController();
    const record = await run(
      `
load: { executor: constant-arrival-rate, rate: 100/s, duration: 60s, warmup: 0s, connections: { primary: 4, replica: 2 } }
mix: { checkout: 1, view_product: 1 }`,
      {
        signal: abort.signal,
        onTick: ({ elapsedMs }) => {
          if (elapsedMs > 1000) abort.abort(new Error('enough'));
        },
      },
    );
    expect(record.interrupted).toBe(true);
    expect(record.verdict.exitCode).toBe(130);
    expect(record.phases.measurement.endMs).toBeLessThan(10_000);
    expect(record.books.acknowledged).toBeGreaterThan(0);
    expect(record.books.balanced).toBe(true);
  });
});

describe('the check of the books', () => {
  test('sees an order that disappears after it was acknowledged', async () => {
    let isGone = false;
    const record = await run(
      `
load: { executor: constant-vus, vus: 2, duration: 1s, warmup: 0s, connections: { primary: 2, replica: 1 } }
mix: { checkout: 1 }`,
      {
        onStep: (step) => {
          if (step === 'checking the books') isGone = true;
        },
        onTick: ({ elapsedMs }) => {
          if (elapsedMs > 700 && !isGone) {
            isGone = true;
            void admin.query(
              `with victim as (
                 select id from shop.orders where id > 1000 order by id desc offset 3 limit 1)
               update shop.orders set checkout_token = gen_random_uuid()
               where id in (select id from victim)`,
            );
          }
        },
      },
    );
    expect(record.books.missing).toBe(1);
    expect(record.books.balanced).toBe(false);
    expect(record.verdict).toMatchObject({ status: 'fail', exitCode: 1 });
  });
});
