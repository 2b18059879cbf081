import { z } from 'zod';
import { PROFILES } from '../schema/profiles.ts';
import { positiveDurationMs, whole, withUnit } from './file-values.ts';
import { load } from './load-file.ts';
import { parseThreshold } from './parse-threshold.ts';
import {
  CHECKOUT_STRATEGIES,
  ISOLATION_LEVELS,
  PAYMENTS,
  POPULARITIES,
  READ_POLICIES,
  SECURITY_ROLES,
} from './scenario.ts';
import type { Threshold } from './threshold.ts';
import {
  DURATION,
  type Notation,
  parseDurationMs,
  parseRate,
  parseScale,
  parseShare,
  RATE,
  SCALE,
  SHARE,
} from './units.ts';

export const SCENARIO_NAME: Notation = {
  pattern: '^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$',
  right: 'write lower-case letters, digits and hyphens, at most 60, such as flash-sale',
};

export const SETTING_NAME: Notation = {
  pattern: '^[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?$',
  right: 'write the name of a setting of PostgreSQL, such as work_mem',
};

/** The one notation of a threshold in the JSON Schema; its grammar is checked by the parser. */
export const THRESHOLD: Notation = {
  pattern: '^[^<>=]+(<=|>=|<|>)[^<>=]+$',
  right: 'write a metric, a comparison and a limit, such as checkout.response.p99 < 150ms',
};

/** The generators make at least this many products at any scale. */
const SMALLEST_CATALOGUE = 500;

const threshold = z
  .unknown()
  .transform((input, context): Threshold => {
    const parsed = parseThreshold(input);
    if (parsed.ok) return parsed.threshold;
    context.addIssue({ code: 'custom', message: parsed.message, input });
    return z.NEVER;
  })
  .meta({ type: 'string', pattern: THRESHOLD.pattern });

const scaleOfOrders = withUnit(
  parseScale,
  SCALE,
  'Number of orders in the shop, a multiple of 1000; all other tables follow by fixed ratios.',
).meta({ type: ['string', 'integer'] });

const shareOfChoices = withUnit(
  parseShare,
  SHARE,
  'Share of all product choices that fall on the hot products, 0 to 1.',
).meta({ type: ['string', 'number'], example: 0.2 });

const dataset = z.strictObject({
  scale: scaleOfOrders.prefault('20k'),
  seed: whole(0, 2 ** 32 - 1, 'Same seed, same data and same arrivals.').default(42),
  profile: z.enum(PROFILES).describe('Shape of the shop.').default('default'),
});

const hot = z.strictObject({
  products: whole(1, SMALLEST_CATALOGUE, 'Number of hot products.').meta({ example: 3 }),
  share: shareOfChoices,
});

const access = z.strictObject({
  popularity: z
    .enum(POPULARITIES)
    .meta({
      description:
        'How product choices spread. log-normal: as in real shops. zipf: skew 0.99, far hotter at the head. uniform: none is more popular.',
      example: 'zipf',
    })
    .default('log-normal'),
  hot: hot
    .nullable()
    .describe('A few products that get a fixed share of all choices; null for none.')
    .prefault(null),
  newOrders: withUnit(
    parseShare,
    SHARE,
    'Share of the order histories looked at that are those of buyers in this run.',
  )
    .meta({ type: ['string', 'number'], example: 0.2 })
    .prefault(0.2),
});

const checkout = z.strictObject({
  strategy: z
    .enum(CHECKOUT_STRATEGIES)
    .describe(
      "statements: a round trip a statement. pipelined: one for all statements that do not need each other's answers. procedure: one for the whole checkout, shop.place_order().",
    )
    .default('statements'),
  payment: z
    .enum(PAYMENTS)
    .describe('card: the token of the card is encrypted by the server, with pgcrypto.')
    .default('paypal'),
  lockOrder: z
    .enum(['cart', 'sorted'])
    .describe(
      'Order in which stock is locked. cart: as in the cart, so deadlocks can happen; sorted: by key.',
    )
    .default('sorted'),
});

const byTrigger = (others: string) =>
  z.enum(['trigger', 'application']).describe(`Who keeps up ${others}.`).default('trigger');
const orOff = (what: string) =>
  z.enum(['trigger', 'off']).describe(`Whether a trigger ${what}.`).default('trigger');

const logic = z.strictObject({
  totals: byTrigger('the money of an order as that of its lines'),
  history: byTrigger('the history of statuses'),
  stock: byTrigger('the stock as the sum of its movements'),
  spend: byTrigger('the lifetime spend and tier of a customer'),
  ratings: byTrigger('the ratings of a product as those of its reviews'),
  alerts: orOff('raises alerts of low stock'),
  sales: orOff('keeps daily_sales fresh'),
  audit: orOff('writes down who changed what'),
});

const security = z.strictObject({
  role: z
    .enum(SECURITY_ROLES)
    .describe("owner: the shop's owner. app: the role shop_app, with an application's rights.")
    .default('owner'),
  rowLevel: z
    .boolean()
    .describe(
      'Whether orders are guarded by row-level security. Needs role: app and a fresh clone.',
    )
    .default(false),
});

const routing = z.strictObject({
  reads: z
    .enum(READ_POLICIES)
    .describe(
      "Where read-only transactions go. replica-if-fresh: to the primary while the replica is older than maxLag. causal: to the replica once it has the shopper's own last write; to the primary if that takes longer than maxLag.",
    )
    .default('replica-if-fresh'),
  maxLag: withUnit(
    positiveDurationMs,
    DURATION,
    'Oldest replica that replica-if-fresh accepts; longest wait of a causal read.',
  ).prefault('250ms'),
});

const backoff = z.strictObject({
  initial: withUnit(
    parseDurationMs,
    DURATION,
    'Longest wait before the second attempt; doubles with each.',
  ).prefault('5ms'),
  max: withUnit(
    parseDurationMs,
    DURATION,
    'Longest wait before any attempt; at least initial.',
  ).prefault('200ms'),
  jitter: z.enum(['full']).describe('full: a uniform share of the wait.').default('full'),
});

const retry = z.strictObject({
  maxAttempts: whole(
    1,
    100,
    'Attempts after a deadlock or serialization failure, the first included.',
  ).default(5),
  backoff: backoff.describe('Wait between attempts.').prefault({}),
});

const timeouts = z.strictObject({
  statement: withUnit(positiveDurationMs, DURATION, "The server's statement_timeout.").prefault(
    '10s',
  ),
  lock: withUnit(positiveDurationMs, DURATION, "The server's lock_timeout.").prefault('5s'),
});

/** The shape of a scenario file, key by key; `z.output` has milliseconds, numbers and all defaults. */
const capacity = z.strictObject({
  most: withUnit(parseRate, RATE, 'No rate above it is tried.')
    .meta({ example: '5000/s' })
    .prefault('100000/s'),
  precision: withUnit(parseShare, SHARE, 'Distance of neighbouring rates, 1% to 50%.')
    .meta({ type: ['string', 'number'], example: '10%' })
    .prefault('5%'),
  confirmations: whole(0, 100, 'Runs about the limit, after it was found once.').default(8),
});

const settings = z.record(
  z.string().regex(new RegExp(SETTING_NAME.pattern)),
  z.union([z.string(), z.number(), z.boolean()]),
);

const ownServer = z.strictObject({
  binaries: z
    .string()
    .nullable()
    .meta({
      description: 'Folder of other server programs; null: those of the embedded server.',
      example: '/usr/lib/postgresql/17/bin',
    })
    .default(null),
  settings: settings
    .meta({
      description: 'Settings that the server is started with.',
      example: { shared_buffers: '64MB' },
    })
    .prefault({}),
  processors: z
    .int()
    .min(1)
    .nullable()
    .meta({
      description: "How many of the machine's processors it may use; null: all.",
      example: 1,
    })
    .default(null),
});

export const scenarioFileSchema = z
  .strictObject({
    name: z
      .string()
      .regex(new RegExp(SCENARIO_NAME.pattern))
      .meta({ description: 'Names the run and its directory.', example: 'lunch-break' }),
    description: z
      .string()
      .meta({ description: 'One sentence for the report.', example: 'Everybody orders at noon.' })
      .default(''),
    dataset: dataset.describe('The shop that the scenario runs on.').prefault({}),
    load: load.describe('How much load, how long, over how many connections.'),
    mix: z
      .record(
        z.string(),
        z.number().min(0).max(1_000_000).meta({ description: 'Weight; 0 leaves it out.' }),
      )
      .meta({
        description: 'Weight of each transaction; only their ratios matter.',
        example: { view_product: 80, checkout: 20 },
      }),
    transactions: z
      .record(z.string(), z.string().meta({ description: 'Path from the scenario file.' }))
      .meta({
        description:
          'Files of own SQL by the names that they have in the mix; format in docs/own-sql.md.',
        example: { stocktake: 'sql/stocktake.sql' },
      })
      .prefault({}),
    access: access.describe('Which products the transactions choose.').prefault({}),
    checkout: checkout.describe('How the checkout talks to the server.').prefault({}),
    logic: logic
      .describe('What the database does by itself. Anything but the default needs a fresh clone.')
      .prefault({}),
    security: security.describe('As whom the clients work.').prefault({}),
    routing: routing.describe('Which node serves reads.').prefault({}),
    isolation: z
      .enum(ISOLATION_LEVELS)
      .describe('Isolation level of every transaction.')
      .default('read committed'),
    retry: retry.describe('What happens after a deadlock or serialization failure.').prefault({}),
    timeouts: timeouts.describe('Limits that the server enforces.').prefault({}),
    settings: settings
      .meta({
        description:
          'Settings of the server for the sessions of the load, such as work_mem; what needs a restart is not among them.',
        example: { work_mem: '64MB', jit: 'off' },
      })
      .prefault({}),
    server: ownServer
      .nullable()
      .describe(
        'A server of its own on this machine, without a replica; null: the target as it is.',
      )
      .default(null),
    thresholds: z
      .array(threshold)
      .meta({
        description: 'Limits that decide whether the run passes; the grammar is below.',
        example: ['checkout.response.p99 < 150ms', 'failed of arrivals < 0.1%'],
      })
      .prefault([]),
    capacity: capacity
      .nullable()
      .describe(
        'Search the highest rate at which the thresholds hold, from the rate of the load on; null: one run.',
      )
      .default(null),
    variants: z
      .record(z.string().regex(new RegExp(SCENARIO_NAME.pattern)), z.looseObject({}))
      .meta({
        description:
          'Named changes to the above, which `bench --variants` runs in turn and compares with it.',
        example: { pipelined: { checkout: { strategy: 'pipelined' } } },
      })
      .prefault({}),
  })
  .meta({ title: 'Cartload scenario' });

export type ScenarioFile = z.output<typeof scenarioFileSchema>;
