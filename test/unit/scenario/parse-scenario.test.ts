import { describe, expect, test } from 'vitest';
import { formatProblem, parseScenario } from '../../../src/scenario/parse-scenario.ts';
import { DATABASE_LOGIC } from '../../../src/schema/duties.ts';
import { VOCABULARY } from './vocabulary.ts';

function problemsOf(text: string): readonly string[] {
  const parsed = parseScenario(text, 'my.yaml', VOCABULARY);
  return parsed.ok ? [] : parsed.problems.map(formatProblem);
}

const MINIMAL = `
name: small
load: { executor: constant-arrival-rate, rate: 120/m, duration: 1m }
mix: { checkout: 2, search: 0 }
`;

describe('a scenario without a problem', () => {
  test('gets every default', () => {
    expect(parseScenario(MINIMAL, 'my.yaml', VOCABULARY)).toEqual({
      ok: true,
      scenario: {
        name: 'small',
        description: '',
        dataset: { orders: 20_000, seed: 42, profile: 'default' },
        load: {
          executor: 'constant-arrival-rate',
          ratePerSecond: 2,
          process: 'poisson',
          maxQueue: 1000,
          durationMs: 60_000,
          warmupMs: 5000,
          gracefulStopMs: 10_000,
          connections: { primary: 16, replica: 8 },
          workers: 1,
          lateAfterMs: 100,
        },
        mix: { checkout: 2 },
        transactions: [],
        access: { popularity: 'log-normal', hot: null, newOrders: 0.2 },
        checkout: { strategy: 'statements', payment: 'paypal', lockOrder: 'sorted' },
        logic: DATABASE_LOGIC,
        security: { role: 'owner', rowLevel: false },
        routing: { reads: 'replica-if-fresh', maxLagMs: 250 },
        isolation: 'read committed',
        retry: { maxAttempts: 5, backoff: { initialMs: 5, maxMs: 200, jitter: 'full' } },
        timeouts: { statementMs: 10_000, lockMs: 5000 },
        settings: {},
        server: null,
        thresholds: [],
        capacity: null,
      },
      variants: new Map(),
    });
  });

  test('of the closed model has no keys of the open one', () => {
    const parsed = parseScenario(
      'name: a\nload: { executor: constant-vus, vus: 3, duration: 5s }\nmix: { search: 1 }',
      'my.yaml',
      VOCABULARY,
    );
    expect(parsed.ok && parsed.scenario.load).toEqual({
      executor: 'constant-vus',
      vus: 3,
      durationMs: 5000,
      warmupMs: 5000,
      gracefulStopMs: 10_000,
      connections: { primary: 16, replica: 8 },
      workers: 1,
      lateAfterMs: 100,
      thinkTime: null,
    });
  });

  test('may use anchors, blocks and percentages', () => {
    const parsed = parseScenario(
      `${MINIMAL}access:\n  hot:\n    products: 3\n    share: 20%\ntimeouts: { statement: &t 2s, lock: *t }\n`,
      'my.yaml',
      VOCABULARY,
    );
    expect(parsed).toMatchObject({
      ok: true,
      scenario: {
        access: { hot: { products: 3, share: 0.2 } },
        timeouts: { statementMs: 2000, lockMs: 2000 },
      },
    });
  });
});

describe('variants', () => {
  const withVariants = (text: string) =>
    `${MINIMAL}settings: { work_mem: 4MB }\nvariants:\n${text}`;

  test('are the scenario with their changes laid over it, key by key', () => {
    const parsed = parseScenario(
      withVariants(
        '  piped: { checkout: { strategy: pipelined } }\n  roomy: { settings: { work_mem: 64MB, jit: off }, retry: { maxAttempts: 3 } }\n',
      ),
      'my.yaml',
      VOCABULARY,
    );
    if (!parsed.ok) throw new Error('it has no problem');
    const { scenario, variants } = parsed;
    expect([...variants.keys()]).toEqual(['piped', 'roomy']);
    expect(variants.get('piped')).toEqual({
      ...scenario,
      checkout: { ...scenario.checkout, strategy: 'pipelined' },
    });
    expect(variants.get('roomy')).toEqual({
      ...scenario,
      settings: { work_mem: '64MB', jit: 'off' },
      retry: { ...scenario.retry, maxAttempts: 3 },
    });
  });

  test('show their problems where they are, those of the scenario once', () => {
    expect(
      problemsOf(
        withVariants(
          '  one: { checkout: { strategi: pipelined } }\n  two: { dataset: { scale: 1m } }\n  three: 7\n  four: { mix: { viewproduct: 1 } }\n',
        ),
      ),
    ).toEqual([
      'my.yaml:7:22: variants.one.checkout.strategi: is an unknown key (got "pipelined") - did you mean strategy?',
      'my.yaml:8:10: variants.two.dataset: cannot differ between variants (got dataset) - what is compared runs on the same data, under the same name and limits',
      'my.yaml:9:10: variants.three: is not a map (got 7) - write a map of names and values',
      expect.stringMatching(
        /^my\.yaml:10:18: variants\.four\.mix\.viewproduct: is not a known transaction/,
      ),
    ]);
  });
});

describe('a scenario with problems', () => {
  test('reports all of them, in the order of their positions', () => {
    const text = `name: Bad Name
descripton: x
dataset: { scale: 1500, seed: -1 }
load:
  executor: constant-arrival-rat
  duration: 60
  warmup: soon
  connections: { primary: 0, replica: lots }
mix: { chekout: 15, view_product: abc }
rate: 5/s
access: { hot: { products: 3, share: 1.2 } }
checkout: []
routing: { reads: replica, maxLag: 1x }
retry: { maxAttempts: 0, backoff: { initial: 1s } }
faults: []
thresholds:
  - goodput > 5
  - checkout.response.p99 < 150ms
  - order_history.response.p99 < 150ms
`;
    expect(problemsOf(text)).toEqual([
      'my.yaml:1:7: name: is not well formed (got "Bad Name") - write lower-case letters, digits and hyphens, at most 60, such as flash-sale',
      'my.yaml:2:1: descripton: is an unknown key (got "x") - did you mean description?',
      'my.yaml:3:19: dataset.scale: is not a positive multiple of 1000 orders (got 1500) - write the number of orders, a multiple of 1000 up to 1000m, such as 20k, 1m or 2.5m',
      'my.yaml:3:31: dataset.seed: is too small (got -1) - write a whole number from 0 to 4294967295',
      'my.yaml:5:13: load.executor: is not a known value (got "constant-arrival-rat") - did you mean constant-arrival-rate? write one of constant-vus, ramping-vus, constant-arrival-rate, ramping-arrival-rate, shared-iterations',
      'my.yaml:6:13: load.duration: has no unit (got 60) - write a number and its unit, such as 250ms, 60s, 5m or 1h',
      'my.yaml:7:11: load.warmup: is not a duration (got "soon") - write a number and its unit, such as 250ms, 60s, 5m or 1h',
      'my.yaml:8:27: load.connections.primary: is too small (got 0) - write a whole number from 1 to 10000',
      'my.yaml:8:39: load.connections.replica: is not a number (got "lots") - write a whole number from 1 to 10000',
      'my.yaml:9:8: mix.chekout: is not a known transaction (got "chekout") - did you mean checkout? known are checkout, search, view_cart, add_to_cart, view_product, order_history, browse_category',
      'my.yaml:9:35: mix.view_product: is not a number (got "abc") - write a number from 0 to 1000000',
      'my.yaml:10:1: rate: is an unknown key (got "5/s") - it belongs to load.rate',
      'my.yaml:11:38: access.hot.share: is out of range (got 1.2) - write a share from 0 to 1 or from 0% to 100%, such as 0.2 or 20%',
      'my.yaml:12:11: checkout: is not a map (got a list) - write a map with the keys strategy, payment, lockOrder',
      'my.yaml:13:36: routing.maxLag: is not a duration (got "1x") - write a number and its unit, such as 250ms, 60s, 5m or 1h',
      'my.yaml:14:23: retry.maxAttempts: is too small (got 0) - write a whole number from 1 to 100',
      'my.yaml:14:46: retry.backoff.initial: makes the first wait longer than the longest (got initial 1s, max 200ms) - write initial at most max',
      'my.yaml:15:1: faults: is an unknown key (got a list) - known here are access, name, variants, capacity, dataset, load, logic, mix, retry, routing, security, server, timeouts, isolation, settings, checkout, thresholds, transactions, description',
      'my.yaml:17:5: thresholds[0]: has a limit that is not in the unit of goodput (got "5") - write commits per second, such as 150/s',
      'my.yaml:19:5: thresholds[2]: names a transaction that is not in the mix (got "order_history") - the mix has chekout, view_product',
    ]);
  });

  test('places a missing key at its parent', () => {
    expect(problemsOf('description: x\nload:\n  executor: constant-vus\n')).toEqual([
      'my.yaml:1:1: name: is missing - write lower-case letters, digits and hyphens, at most 60, such as flash-sale',
      'my.yaml:1:1: mix: is missing - write a map of names and weights',
      'my.yaml:2:1: load.vus: is missing (got executor: constant-vus without it) - write vus: 16',
      'my.yaml:2:1: load.duration: is missing (got executor: constant-vus without it) - write duration: 60s',
    ]);
  });

  test('wants the rate of the open model', () => {
    const text = MINIMAL.replace('rate: 120/m, ', '');
    expect(problemsOf(text)).toEqual([
      'my.yaml:3:1: load.rate: is missing (got executor: constant-arrival-rate without it) - write rate: 200/s',
    ]);
  });

  test('refuses keys that do not fit the executor', () => {
    const text = MINIMAL.replace('constant-arrival-rate', 'constant-vus, vus: 2').replace(
      '1m }',
      '1m, process: uniform, maxQueue: 5 }',
    );
    expect(problemsOf(text)).toEqual([
      'my.yaml:3:41: load.rate: does not fit constant-vus (got "120/m") - leave it out, or write executor: constant-arrival-rate',
      'my.yaml:3:68: load.process: does not fit constant-vus (got "uniform") - leave it out, or write executor: constant-arrival-rate or ramping-arrival-rate',
      'my.yaml:3:86: load.maxQueue: does not fit constant-vus (got 5) - leave it out, or write executor: constant-arrival-rate or ramping-arrival-rate',
    ]);
  });

  test.each([
    ['{}', 'an empty map'],
    ['{ checkout: 0, search: 0 }', 'only 0'],
  ])('wants a transaction to run: %s', (mix, what) => {
    expect(problemsOf(MINIMAL.replace(/mix: .*/, `mix: ${mix}`))).toEqual([
      `my.yaml:4:1: mix: has no transaction to run (got ${what}) - give at least one transaction a weight above 0`,
    ]);
  });

  test('does not take a weight of 0 as part of the mix', () => {
    expect(problemsOf(`${MINIMAL}thresholds: [search.response.p50 < 1s]\n`)).toEqual([
      'my.yaml:5:14: thresholds[0]: names a transaction that is not in the mix (got "search") - the mix has checkout',
    ]);
  });

  test('compares the backoff with the defaults too', () => {
    expect(problemsOf(`${MINIMAL}retry: { backoff: { max: 2ms } }\n`)).toEqual([
      'my.yaml:5:26: retry.backoff.max: makes the first wait longer than the longest (got initial 5ms, max 2ms) - write initial at most max',
    ]);
  });

  test('a search for capacity needs a rate to raise and a response time to miss', () => {
    const closed = MINIMAL.replace('constant-arrival-rate, rate: 120/m', 'constant-vus, vus: 4');
    expect(problemsOf(`${closed}capacity: { precision: 80% }\n`)).toEqual([
      'my.yaml:5:1: capacity: needs a rate to raise (got executor "constant-vus") - write executor: constant-arrival-rate',
      'my.yaml:5:1: capacity: needs a threshold on a response time, which every server misses at some rate (got none) - write such as checkout.response.p99 < 200ms',
      'my.yaml:5:24: capacity.precision: is out of range (got "80%") - write 1% to 50%',
    ]);
    const good = `${MINIMAL}thresholds: [checkout.response.p99 < 200ms]\ncapacity: {}\n`;
    const parsed = parseScenario(good, 'my.yaml', VOCABULARY);
    expect(parsed.ok && parsed.scenario.capacity).toEqual({
      mostPerSecond: 100_000,
      precision: 0.05,
      confirmations: 8,
    });
  });

  test('a server of its own: each part by its own rule', () => {
    expect(problemsOf(`${MINIMAL}server: { processors: 0, speed: 2 }\n`)).toEqual([
      'my.yaml:5:23: server.processors: is too small (got 0) - write a whole number of 1 or more',
      'my.yaml:5:26: server.speed: is an unknown key (got 2) - known here are binaries, settings, processors',
    ]);
    const good = `${MINIMAL}server: { settings: { shared_buffers: 64MB, commit_siblings: 0 } }\n`;
    const parsed = parseScenario(good, 'my.yaml', VOCABULARY);
    expect(parsed.ok && parsed.scenario.server).toEqual({
      binaries: null,
      settings: { shared_buffers: '64MB', commit_siblings: '0' },
      processors: null,
    });
  });

  test('does not report a key without a value twice', () => {
    expect(problemsOf('name: a\nload:\nmix:\n')).toEqual([
      'my.yaml:2:1: load: has no value (got nothing) - write a map with the keys executor, rate, startRate, startVus, stages, process, maxQueue, vus, iterations, thinkTime, duration, warmup, gracefulStop, connections, workers, lateAfter',
      'my.yaml:3:1: mix: has no value (got nothing) - write a map of names and weights',
    ]);
  });
});

describe('broken YAML', () => {
  test('is reported with its position and without what follows from it', () => {
    expect(problemsOf('name: a\nload: [1')).toEqual([
      'my.yaml:2:9: is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ]);
  });

  test('a key twice does not hide other problems', () => {
    expect(problemsOf(`${MINIMAL}name: other\nseed: 1\n`)).toEqual([
      'my.yaml:5:1: has the same key twice in one map (got name) - keep one of them',
      'my.yaml:6:1: seed: is an unknown key (got 1) - it belongs to dataset.seed',
    ]);
  });

  test('an alias without its anchor', () => {
    expect(problemsOf(`${MINIMAL}timeouts: { lock: *t }\n`)).toEqual([
      'my.yaml:5:19: is not valid YAML: Unresolved alias (the anchor must be set before the alias): t',
    ]);
  });

  test('an unknown tag', () => {
    expect(problemsOf(`${MINIMAL}isolation: !level serializable\n`)).toEqual([
      'my.yaml:5:12: is not valid YAML: Unresolved tag: !level',
    ]);
  });

  test('more than one document', () => {
    expect(problemsOf(`${MINIMAL}---\nname: b\n`)).toEqual([
      'my.yaml:5:1: is more than one document (got a second ---) - write each scenario into its own file',
    ]);
  });

  test.each([
    ['', 'nothing'],
    ['- a\n', 'a list'],
    ['checkout\n', '"checkout"'],
  ])('is not a map: %j', (text, what) => {
    expect(problemsOf(text)).toEqual([
      `my.yaml:1:1: is not a scenario (got ${what}) - write a map with the keys name, load and mix`,
    ]);
  });

  test('an alias inside itself ends', () => {
    expect(problemsOf('name: &a { b: *a }\nload: *a\nmix: *a\n').length).toBeGreaterThan(0);
  });
});

describe('executors', () => {
  const withLoad = (load: string) => `name: a\nload: { ${load} }\nmix: { search: 1 }`;
  const loadOf = (load: string) => {
    const parsed = parseScenario(withLoad(load), 'my.yaml', VOCABULARY);
    return parsed.ok ? parsed.scenario.load : parsed.problems.map(formatProblem);
  };

  test('a ramping rate: its stages are its duration', () => {
    expect(
      loadOf(
        'executor: ramping-arrival-rate, startRate: 50/s, stages: [{ duration: 30s, target: 200/s }, { duration: 0s, target: 0/s }, { duration: 10s, target: 600/m }]',
      ),
    ).toMatchObject({
      executor: 'ramping-arrival-rate',
      startRatePerSecond: 50,
      durationMs: 40_000,
      stages: [
        { durationMs: 30_000, target: 200 },
        { durationMs: 0, target: 0 },
        { durationMs: 10_000, target: 10 },
      ],
    });
  });

  test('ramping users, who think', () => {
    expect(
      loadOf(
        'executor: ramping-vus, startVus: 0, stages: [{ duration: 10s, target: 16 }], thinkTime: { mean: 500ms }',
      ),
    ).toMatchObject({
      startVus: 0,
      stages: [{ durationMs: 10_000, target: 16 }],
      thinkTime: { meanMs: 500, distribution: 'exponential' },
    });
  });

  test('shared iterations', () => {
    expect(
      loadOf('executor: shared-iterations, vus: 8, iterations: 1000, duration: 1m, workers: 2'),
    ).toMatchObject({ vus: 8, iterations: 1000, durationMs: 60_000, workers: 2 });
  });

  test.each([
    [
      'executor: ramping-vus, startVus: 1, stages: [{ duration: 10s, target: 200/s }], duration: 10s',
      [
        'my.yaml:2:79: load.stages[0].target: does not fit ramping-vus (got "200/s") - write a number of users, such as 16',
        'my.yaml:2:89: load.duration: does not fit ramping-vus (got "10s") - leave it out: the stages last as long as they say',
      ],
    ],
    [
      'executor: ramping-arrival-rate, startRate: 0/s, stages: [{ duration: 0s, target: 0/s }]',
      [
        'my.yaml:2:57: load.stages: have no length (got only 0s) - give at least one stage a duration',
        'my.yaml:2:57: load.stages: come to no load (got only targets of 0) - give at least one stage a target above 0',
      ],
    ],
    [
      'executor: ramping-arrival-rate, startRate: fast, stages: [{ duration: 1s, target: [] }]',
      [
        'my.yaml:2:52: load.startRate: is not a rate (got "fast") - write arrivals per second or minute, such as 200/s or 12000/m',
        'my.yaml:2:91: load.stages[0].target: is no target (got a list) - write a rate such as 200/s, or a whole number of users such as 16',
      ],
    ],
    [
      'executor: shared-iterations, vus: 2, duration: 1m, workers: 4, connections: { primary: 2 }',
      [
        'my.yaml:2:1: load.iterations: is missing (got executor: shared-iterations without it) - write iterations: 10000',
        'my.yaml:2:43: load.vus: is too small for 4 workers (got 2) - write at least 4, or fewer workers',
        'my.yaml:2:96: load.connections.primary: is too small for 4 workers (got 2) - write at least 4, or fewer workers',
      ],
    ],
  ])('%s', (load, problems) => expect(loadOf(load)).toEqual(problems));
});
